import * as library from '../../clients/js/node.ts';
import { clientHost } from './client-host.ts';
import { type Driver, StatusLog } from './driver.ts';

/** The client of this repository, in this process. */
export function nodeDriver(): Driver {
  const log = new StatusLog();
  const { ask, end } = clientHost(library, (line) => log.add(line));
  return { ask, end, reaches: (client, state) => log.reaches(client, state) };
}
