import { SideBySide } from '../../bin/test/side-by-side.ts';
import { Stage } from './run-example.ts';

/** Of all files of examples: they wait for their batches most of the time. */
const scenarios = new SideBySide(2);

/** A test beside others of its kind. What its body puts on the stage goes when it is over. */
export function scenario(title: string, body: (stage: Stage) => Promise<void>): void {
  scenarios.it(title, async () => {
    const stage = new Stage();
    try {
      await body(stage);
    } finally {
      await stage.clear();
    }
  });
}

/** Resolves when none is under way. */
export const scenariosOver = (): Promise<void> => scenarios.over();
