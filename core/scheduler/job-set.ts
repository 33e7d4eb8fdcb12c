import { BatchInfo, describeError, OutputOperationInfo, type StreamInputInfo } from '../metrics/index.ts';
import { Time } from '../time/index.ts';

/** One output operation of one batch. */
export interface Job {
  /** Order of registration, from 0. */
  readonly outputId: number;
  readonly name: string;
  readonly label: string;
  run(): unknown;
}

interface JobProgress {
  startMs?: number;
  endMs?: number;
  error?: unknown;
  hasFailed?: boolean;
}

/** The jobs of one batch, with what is known of them so far. */
export class JobSet {
  startMs: number | undefined;
  endMs: number | undefined;
  readonly progress: JobProgress[];

  constructor(
    readonly timeMs: number,
    readonly jobs: readonly Job[],
    readonly inputs: ReadonlyMap<number, StreamInputInfo>,
    readonly submissionMs: number,
  ) {
    this.progress = jobs.map(() => ({}));
  }

  get numRecords(): number {
    let n = 0;
    for (const input of this.inputs.values()) n += input.numRecords();
    return n;
  }

  outputInfo(index: number): OutputOperationInfo {
    const { outputId, name, label } = this.jobs[index]!;
    const { startMs, endMs, hasFailed, error } = this.progress[index]!;
    return new OutputOperationInfo({
      batchTime: new Time(this.timeMs),
      id: outputId,
      name,
      description: label,
      startTime: startMs,
      endTime: endMs,
      failureReason: hasFailed ? describeError(error) : undefined,
    });
  }

  /** A picture of now: later changes do not show in it. */
  info(): BatchInfo {
    return new BatchInfo({
      batchTime: new Time(this.timeMs),
      inputs: this.inputs,
      submissionTime: this.submissionMs,
      processingStartTime: this.startMs,
      processingEndTime: this.endMs,
      outputs: new Map(this.jobs.map((job, i) => [job.outputId, this.outputInfo(i)])),
    });
  }
}
