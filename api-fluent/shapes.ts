import { formatLocalTime, type TextShape } from '../core/internal.ts';

/** How the values of a join print. */
export function joinedShape(emit: string, left: TextShape | undefined, right: TextShape | undefined): TextShape {
  if (emit === 'cogroup') return { kind: 'pair', key: { kind: 'list', of: left }, value: { kind: 'list', of: right } };
  const isLeftOptional = emit === 'rightOuterJoin' || emit === 'fullOuterJoin';
  const isRightOptional = emit === 'leftOuterJoin' || emit === 'fullOuterJoin';
  return {
    kind: 'pair',
    key: isLeftOptional ? { kind: 'optional', of: left } : left,
    value: isRightOptional ? { kind: 'optional', of: right } : right,
  };
}

/** As Python prints a datetime: seconds, and microseconds where there are any. */
export function pythonTime(timeMs: number): string {
  const [seconds, millis] = formatLocalTime(timeMs).split(',') as [string, string];
  return millis === '000' ? seconds : `${seconds}.${millis}000`;
}
