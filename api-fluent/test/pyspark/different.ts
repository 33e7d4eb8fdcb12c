const BY_HAND = 'made by operations, never by hand';
const HADOOP = 'options by name in place of eight parameters';
const JOBS = 'jobs cannot be cancelled';
const PROFILER = 'Node has a profiler of its own';
const PROFILES = 'there are no resource profiles';
const PICKLE = 'pickle is a format of Python';

/** What has another shape here or is not there, and why; docs/from-pyspark.md names each. */
export const DIFFERENT: Readonly<Record<string, string>> = {
  'new DStream': BY_HAND,
  'new StreamingListener': 'any object with some of the methods',
  'SparkContext.addJobTag': JOBS,
  'SparkContext.cancelAllJobs': JOBS,
  'SparkContext.cancelJobGroup': JOBS,
  'SparkContext.cancelJobsWithTag': JOBS,
  'SparkContext.clearJobTags': JOBS,
  'SparkContext.getJobTags': JOBS,
  'SparkContext.removeJobTag': JOBS,
  'SparkContext.setInterruptOnCancel': JOBS,
  'SparkContext.statusTracker': 'listeners and the log tell',
  'SparkContext.dump_profiles': PROFILER,
  'SparkContext.show_profiles': PROFILER,
  'SparkContext.hadoopFile': HADOOP,
  'SparkContext.hadoopRDD': HADOOP,
  'SparkContext.newAPIHadoopFile': HADOOP,
  'SparkContext.newAPIHadoopRDD': HADOOP,
  'SparkContext.sequenceFile': HADOOP,
  'new SparkContext': 'options by name in place of thirteen parameters',
  'SparkContext.pickleFile': PICKLE,
  'SparkContext.resources': PROFILES,
  'RDD.barrier': 'there is no barrier execution',
  'RDD.cleanShuffleDependencies': 'shuffle outputs go with their data set',
  'RDD.getResourceProfile': PROFILES,
  'RDD.withResources': PROFILES,
  'new RDD': BY_HAND,
  'RDD.saveAsHadoopDataset': HADOOP,
  'RDD.saveAsHadoopFile': HADOOP,
  'RDD.saveAsNewAPIHadoopDataset': HADOOP,
  'RDD.saveAsNewAPIHadoopFile': HADOOP,
  'RDD.saveAsPickleFile': PICKLE,
  'RDD.toDF': 'there are no data frames',
  'new Broadcast': BY_HAND,
  'Broadcast.dump': PICKLE,
  'Broadcast.load': PICKLE,
  'Broadcast.load_from_path': PICKLE,
  'new Accumulator': BY_HAND,
};
