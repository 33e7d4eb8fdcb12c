/**
 * Sends random digits as words to a topic of Kafka, for KafkaWordCount. There is no client of Kafka: it ends with
 * `NEEDS_CONNECTOR` where it would send, and says where to put one.
 *
 *   KafkaWordCountProducer <metadataBrokerList> <topic> <messagesPerSec> <wordsPerMessage>
 *
 * <metadataBrokerList> are the brokers, with commas between them. <messagesPerSec> messages of <wordsPerMessage> words are sent
 * ten times a second, as the original has it.
 *
 * To run it:
 *
 *   $ ./run-example KafkaWordCountProducer localhost:9092 topic1 10 5
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from 'dstreams';
import { kafkaProducer } from './publishers.ts';

/** Digits with blanks between them. */
const randomWords = (wordsPerMessage: number): string =>
  Array.from({ length: wordsPerMessage }, () => Math.floor(Math.random() * 10)).join(' ');

export default defineJob(async ([brokers, topic, messagesPerSec, wordsPerMessage]) => {
  if (
    brokers === undefined ||
    topic === undefined ||
    Number.isNaN(Number(messagesPerSec)) ||
    Number.isNaN(Number(wordsPerMessage))
  ) {
    console.error('Usage: KafkaWordCountProducer <metadataBrokerList> <topic> <messagesPerSec> <wordsPerMessage>');
    process.exit(1);
  }

  const producer = kafkaProducer(brokers);
  while (true) {
    for (let i = 0; i < Number(messagesPerSec); i++) {
      await producer.publish(topic, randomWords(Number(wordsPerMessage)));
    }
    await sleep(100);
  }
});
