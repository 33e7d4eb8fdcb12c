import { defineJob, StreamingContext } from 'dstreams';
// Loads the suite's functions, which tasks name.
import 'dstreams/testing';

export default defineJob(() => {
  const ssc = new StreamingContext('local[2]', 'suite', '1s');
  ssc.queueStream([]).foreachRDD(() => {});
  ssc.start();
});
