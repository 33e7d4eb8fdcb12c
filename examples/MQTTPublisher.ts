/**
 * Publishes the same message to a topic of MQTT again and again, for MQTTWordCount. There is no client of MQTT: it ends with
 * `NEEDS_CONNECTOR` where it would publish, and says where to put one.
 *
 *   MQTTPublisher <MqttBrokerUrl> <topic>
 *
 * <MqttBrokerUrl> is the broker.
 *
 * To run it:
 *
 *   $ ./run-example MQTTPublisher tcp://localhost:1883 foo
 */
import { defineJob } from 'dstreams';
import { mqttClient } from './publishers.ts';

export default defineJob(async ([brokerUrl, topic]) => {
  if (brokerUrl === undefined || topic === undefined) {
    console.error('Usage: MQTTPublisher <MqttBrokerUrl> <topic>');
    process.exit(1);
  }

  const client = mqttClient(brokerUrl);
  const message = 'hello mqtt demo for spark streaming';
  while (true) {
    await client.publish(topic, message);
    console.log(`Published data. topic: ${topic} Message: ${message}`);
  }
});
