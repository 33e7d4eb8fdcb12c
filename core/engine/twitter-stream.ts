import type { StreamRef } from '../plan/index.ts';
import { needsConnector } from '../source/needs-connector.ts';
import { receiverInput } from '../source/receiver-input.ts';
import { recordedFeed, twitterFeed, twitterReceiver } from '../source/twitter.ts';
import type { StreamEngine } from './stream-engine.ts';

/**
 * Tweets of the feed that the program has set, else of the recording that `dstreams.twitter.feed` names; where there is
 * neither, `where` throws `NEEDS_CONNECTOR`.
 */
export function twitterStream(engine: StreamEngine, where: string, args: readonly unknown[]): StreamRef {
  const { settings, files } = engine.sc;
  const recording = settings.twitterFeed;
  const feed =
    twitterFeed() ?? (recording === undefined ? needsConnector(where, 'Twitter') : recordedFeed(recording, files));
  return engine.addInput('twitterStream', receiverInput(twitterReceiver(feed, where, args)));
}
