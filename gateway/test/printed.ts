import type { ChildProcess } from 'node:child_process';

/** Keeps what a program writes; what it gives resolves with all of that once it fits, and rejects where the program ends before. */
export function outputOf(child: ChildProcess, name: string): (pattern: RegExp) => Promise<string> {
  let text = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').prependListener('data', (more: string) => (text += more));
  }
  return (pattern) =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (pattern.test(text)) resolve(text);
      };
      look();
      child.stdout!.on('data', look);
      child.once('close', () => reject(new Error(`${name} ended without ${pattern}:\n${text}`)));
    });
}
