import {
  setTwitterFeed,
  type Status,
  type StreamEngine,
  type TwitterArguments,
  type TwitterFeed,
  twitterStream,
} from '../core/internal.ts';
import type { StreamingContext } from './context-views.ts';
import { JavaReceiverInputDStream } from './input-dstream.ts';

/** `TwitterUtils` of Spark 0.9 to 1.6. */
export const TwitterUtils = {
  /**
   * Tweets, those that match one of the filters if there are any. They come from the feed of `setFeed`, else from the
   * recording that `dstreams.twitter.feed` names; where there is neither: `NEEDS_CONNECTOR`.
   */
  createStream: (jssc: StreamingContext, ...args: TwitterArguments): JavaReceiverInputDStream<Status> =>
    tweets(jssc.engine, 'TwitterUtils.createStream', args),
  /** Where all Twitter streams made later in this process get their tweets from; null: nowhere. On either surface. */
  setFeed(feed: TwitterFeed | null): void {
    setTwitterFeed(feed);
  },
};

export const tweets = (engine: StreamEngine, where: string, args: TwitterArguments): JavaReceiverInputDStream<Status> =>
  new JavaReceiverInputDStream<Status>(twitterStream(engine, where, args));
