/** An event of a Flume stream: `event().getBody()` of the Java surface is `body` here. */
export interface FlumeEvent {
  /** Its headers by name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its content, as bytes. */
  readonly body: Uint8Array;
}

/** Topics of Kafka, and by how many threads each is read. */
export type KafkaTopics = Readonly<Record<string, number>> | ReadonlyMap<string, number>;
