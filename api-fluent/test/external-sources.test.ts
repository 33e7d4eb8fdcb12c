import { expect } from 'chai';
import type { DStream, FlumeEvent, PairDStream, StreamingContext } from '../index.ts';
import { manualContext } from './context.ts';

const CALLS: Readonly<Record<string, (ssc: StreamingContext) => unknown>> = {
  kafkaStream(ssc) {
    const messages: PairDStream<string, string> = ssc.kafkaStream('zk:2181', 'group', { topic: 1 });
    return messages;
  },
  flumeStream(ssc) {
    const events: DStream<FlumeEvent> = ssc.flumeStream('localhost', 4141);
    return events;
  },
  mqttStream(ssc) {
    const messages: DStream<string> = ssc.mqttStream('tcp://localhost:1883', 'topic');
    return messages;
  },
  zeroMQStream(ssc) {
    const sizes: DStream<number> = ssc.zeroMQStream('tcp://127.0.0.1:1234', 'foo', (frames) =>
      frames.map((frame) => frame.length),
    );
    return sizes;
  },
};

describe('a source of the fluent surface that needs a connector', () => {
  for (const [name, call] of Object.entries(CALLS)) {
    it(`${name} says at the call what to use instead`, async () => {
      const { ssc } = manualContext();
      try {
        expect(() => call(ssc))
          .to.throw(new RegExp(`^${name} needs a connector to \\w+, .*Instead .*receiverStream`))
          .with.property('code', 'NEEDS_CONNECTOR');
      } finally {
        await ssc.stop();
      }
    });
  }
});
