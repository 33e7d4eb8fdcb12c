/**
 * Looks at page views as they come, in one of five ways.
 *
 *   PageViewStream <metric> <host> <port>
 *
 * <metric> is one of pageCounts, slidingPageCounts, errorRatePerZipCode, activeUserCount and popularUsersSeen. <host> and
 * <port> are those of PageViewGenerator.
 *
 * To run it, first start the generator in one terminal:
 *
 *   $ ./run-example PageViewGenerator 44444 10
 *
 * then, in another:
 *
 *   $ ./run-example PageViewStream errorRatePerZipCode localhost 44444
 */
import { defineJob, registerClass, Seconds, StreamingContext } from 'dstreams';
import { PageView } from './PageView.ts';

const METRICS = ['pageCounts', 'slidingPageCounts', 'errorRatePerZipCode', 'activeUserCount', 'popularUsersSeen'];

export default defineJob(async ([metric, host, port, ...others]) => {
  if (metric === undefined || host === undefined || port === undefined || others.length > 0) {
    console.error('Usage: PageViewStream <metric> <host> <port>');
    console.error(`<metric> must be one of ${METRICS.join(', ')}`);
    process.exit(1);
  }
  if (!METRICS.includes(metric)) {
    console.error(`Invalid metric entered: ${metric}`);
    process.exit(1);
  }

  // The context, with batches of 1 second. slidingPageCounts keeps its window up to date, which needs a checkpoint directory.
  const ssc = new StreamingContext('local[2]', 'PageViewStream', Seconds(1));
  if (metric === 'slidingPageCounts') ssc.checkpoint('checkpoint');

  // Windows keep page views as bytes, so the codec has to know their class.
  registerClass(PageView);

  // The generator's lines as page views.
  const pageViews = ssc
    .socketTextStream(host, Number(port))
    .flatMap((lines) => lines.split('\n'))
    .map((line) => PageView.fromString(line));

  // How often each page was looked at in each batch, and in the last ten seconds.
  const pageCounts = pageViews.map((view) => view.url).countByValue();
  const slidingPageCounts = pageViews.map((view) => view.url).countByValueAndWindow(Seconds(10), Seconds(2));

  // The share of errors in each zip code in the last 30 seconds.
  const statusesPerZipCode = pageViews
    .window(Seconds(30), Seconds(2))
    .map((view) => [view.zipCode, view.status])
    .groupByKey();
  const errorRatePerZipCode = statusesPerZipCode.map(([zip, statuses]) => {
    const normalCount = statuses.filter((status) => status === 200).length;
    const errorRatio = (statuses.length - normalCount) / statuses.length;
    return errorRatio > 0.05 ? `${zip}: **${errorRatio}**` : `${zip}: ${errorRatio}`;
  });

  // How many different users there were in the last 15 seconds.
  const activeUserCount = pageViews
    .window(Seconds(15), Seconds(2))
    .map((view) => [view.userID, 1])
    .groupByKey()
    .count()
    .map((count) => `Unique active users: ${count}`);

  // A table that does not change, which the stream is joined with.
  const userList = ssc.sparkContext.parallelize([
    [1, 'Patrick Wendell'],
    [2, 'Reynold Xin'],
    [3, 'Matei Zaharia'],
  ]);

  switch (metric) {
    case 'pageCounts':
      pageCounts.print();
      break;
    case 'slidingPageCounts':
      slidingPageCounts.print();
      break;
    case 'errorRatePerZipCode':
      errorRatePerZipCode.print();
      break;
    case 'activeUserCount':
      activeUserCount.print();
      break;
    case 'popularUsersSeen':
      // The users of the table, as they come.
      pageViews
        .map((view) => [view.userID, 1])
        .foreachRDD(async (rdd, time) => {
          const users = await rdd
            .join(userList)
            .map(([, [, name]]) => name)
            .take(10);
          for (const user of users) console.log(`Saw user ${user} at time ${time}`);
        });
      break;
  }

  await ssc.start();
});
