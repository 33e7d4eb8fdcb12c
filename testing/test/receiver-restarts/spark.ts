/** One run of a program with receivers through several lives: what is done in each, and what Spark gave. */
export interface RestartedProgram {
  readonly name: string;
  /** What the program has beside the usual: see `start`. */
  readonly has: string;
  readonly lives: readonly {
    /** When it begins, ms. */
    readonly fromMs: number;
    /**
     * `list R …` stores a block in receiver R, `one R …` records one by one; `write FILE DATE …` writes lines; `batch` runs the next one; `kill WHERE TIME` ends
     * the process in a batch: when it is generated (`transform`), in its first output or its last one; `halt` between batches.
     */
    readonly does: string;
    /** By batch what each output was given, records by partition; `info` is the number of records and, by stream, that of each. */
    readonly spark: readonly string[];
  }[];
}

/** Recorded from Spark Streaming 3.5.7 (Scala 2.12, Java 17), local[6], batches of 1 s, blocks of 100 ms, a manual clock. */
export const PROGRAMS: readonly RestartedProgram[] = [
  {
    name: 'what was logged and in no batch',
    has: '',
    lives: [
      {
        fromMs: 0,
        does: 'list 0 a; batch; list 0 b; one 0 c; list 0 d e; halt',
        spark: ['1000: records0 [[a]] | count [1] | transform [1000:a] | info 1 [0:1]'],
      },
      {
        fromMs: 4500,
        does: 'list 0 f; batch; list 0 g; batch',
        spark: [
          '1000: records0 [[a]] | count [1] | transform [1000:a] | info 0 []',
          '2000: records0 [[b], [c], [d, e]] | count [4] | transform [2000:b, 2000:c, 2000:d, 2000:e] | info 0 []',
          '3000: records0 [] | count [0] | transform [] | info 0 []',
          '4000: records0 [] | count [0] | transform [] | info 0 []',
          '5000: records0 [[f]] | count [1] | transform [5000:f] | info 1 [0:1]',
          '6000: records0 [[g]] | count [1] | transform [6000:g] | info 1 [0:1]',
        ],
      },
    ],
  },
  {
    name: 'killed when a batch has its blocks and no checkpoint',
    has: '',
    lives: [
      {
        fromMs: 0,
        does: 'list 0 a; batch; list 0 b c; one 0 d; kill transform 2000',
        spark: ['1000: records0 [[a]] | count [1] | transform [1000:a] | info 1 [0:1]'],
      },
      {
        fromMs: 3500,
        does: 'list 0 f; batch; list 0 g; batch',
        spark: [
          '1000: records0 [[a]] | count [1] | transform [1000:a] | info 0 []',
          '2000: records0 [[b, c], [d]] | count [3] | transform [2000:b, 2000:c, 2000:d] | info 0 []',
          '3000: records0 [] | count [0] | transform [] | info 0 []',
          '4000: records0 [[f]] | count [1] | transform [4000:f] | info 1 [0:1]',
          '5000: records0 [[g]] | count [1] | transform [5000:g] | info 1 [0:1]',
        ],
      },
    ],
  },
  {
    name: 'killed in the first output of a batch',
    has: '',
    lives: [
      {
        fromMs: 0,
        does: 'list 0 a; batch; list 0 b c; one 0 d; kill first 2000',
        spark: ['1000: records0 [[a]] | count [1] | transform [1000:a] | info 1 [0:1]'],
      },
      {
        fromMs: 4500,
        does: 'list 0 f; batch',
        spark: [
          '2000: records0 [[b, c], [d]] | count [3] | transform [2000:b, 2000:c, 2000:d] | info 0 []',
          '3000: records0 [] | count [0] | transform [] | info 0 []',
          '4000: records0 [] | count [0] | transform [] | info 0 []',
          '5000: records0 [[f]] | count [1] | transform [5000:f] | info 1 [0:1]',
        ],
      },
    ],
  },
  {
    name: 'stopped, not gracefully, with what is in no batch',
    has: '',
    lives: [
      {
        fromMs: 0,
        does: 'list 0 a; batch; list 0 b; batch; list 0 c; one 0 d; stop',
        spark: [
          '1000: records0 [[a]] | count [1] | transform [1000:a] | info 1 [0:1]',
          '2000: records0 [[b]] | count [1] | transform [2000:b] | info 1 [0:1]',
        ],
      },
      {
        fromMs: 4500,
        does: 'list 0 f; batch',
        spark: [
          '2000: records0 [[b]] | count [1] | transform [2000:b] | info 0 []',
          '3000: records0 [[c], [d]] | count [2] | transform [3000:c, 3000:d] | info 0 []',
          '4000: records0 [] | count [0] | transform [] | info 0 []',
          '5000: records0 [[f]] | count [1] | transform [5000:f] | info 1 [0:1]',
        ],
      },
    ],
  },
  {
    name: 'without the log: killed in a batch',
    has: 'noLog memoryOnly',
    lives: [
      {
        fromMs: 0,
        does: 'list 0 a; batch; list 0 b; kill last 2000',
        spark: [
          '1000: records0 [[a]] | count [1] | transform [1000:a] | info 1 [0:1]',
          '2000: records0 [[b]] | count [1] | transform [2000:b]',
        ],
      },
      {
        fromMs: 4500,
        does: 'list 0 f; batch',
        spark: [
          '2000: records0 [] | count [0] | transform [] | info 0 []',
          '3000: records0 [] | count [0] | transform [] | info 0 []',
          '4000: records0 [] | count [0] | transform [] | info 0 []',
          '5000: records0 [[f]] | count [1] | transform [5000:f] | info 1 [0:1]',
        ],
      },
    ],
  },
  {
    name: 'without the log: what was in no batch',
    has: 'noLog',
    lives: [
      {
        fromMs: 0,
        does: 'list 0 a; batch; list 0 b; halt',
        spark: ['1000: records0 [[a]] | count [1] | transform [1000:a] | info 1 [0:1]'],
      },
      {
        fromMs: 3500,
        does: 'list 0 f; batch',
        spark: [
          '1000: records0 [] | count [0] | transform [] | info 0 []',
          '2000: records0 [] | count [0] | transform [] | info 0 []',
          '3000: records0 [] | count [0] | transform [] | info 0 []',
          '4000: records0 [[f]] | count [1] | transform [4000:f] | info 1 [0:1]',
        ],
      },
    ],
  },
  {
    name: 'state and windows, with what was in no batch',
    has: 'state checkpoint',
    lives: [
      {
        fromMs: 0,
        does: 'list 0 a b; batch; list 0 a; batch; list 0 b c; batch; list 0 a a; batch; list 0 d; one 0 b; halt',
        spark: [
          '1000: records0 [[a, b]] | update [(a,1), (b,1)] | mapped [a=1, b=1] | snapshots [(a,1), (b,1)] | inverse [(a,1), (b,1)] | countByWindow [2] | info 2 [0:2]',
          '2000: records0 [[a]] | update [(a,2), (b,1)] | mapped [a=2] | snapshots [(a,2), (b,1)] | inverse [(a,2), (b,1)] | countByWindow [3] | info 1 [0:1]',
          '3000: records0 [[b, c]] | update [(a,2), (b,2), (c,1)] | mapped [b=2, c=1] | snapshots [(a,2), (b,2), (c,1)] | inverse [(a,2), (b,2), (c,1)] | countByWindow [5] | info 2 [0:2]',
          '4000: records0 [[a, a]] | update [(a,4), (b,2), (c,1)] | mapped [a=3, a=4] | snapshots [(a,4), (b,2), (c,1)] | inverse [(a,3), (b,1), (c,1)] | countByWindow [5] | info 2 [0:2]',
        ],
      },
      {
        fromMs: 6500,
        does: 'list 0 e; batch; list 0 a; batch; batch; batch',
        spark: [
          '4000: records0 [[a, a]] | update [(a,4), (b,2), (c,1)] | mapped [a=3, a=4] | snapshots [(a,4), (b,2), (c,1)] | inverse [(a,3), (b,1), (c,1)] | countByWindow [5] | info 0 []',
          '5000: records0 [[d], [b]] | update [(a,4), (b,3), (c,1), (d,1)] | mapped [b=3, d=1] | snapshots [(a,4), (b,3), (c,1), (d,1)] | inverse [(a,2), (b,2), (c,1), (d,1)] | countByWindow [6] | info 0 []',
          '6000: records0 [] | update [(a,4), (b,3), (c,1), (d,1)] | mapped [] | snapshots [(a,4), (b,3), (c,1), (d,1)] | inverse [(a,2), (b,1), (c,0), (d,1)] | countByWindow [4] | info 0 []',
          '7000: records0 [[e]] | update [(a,4), (b,3), (c,1), (d,1), (e,1)] | mapped [e=1] | snapshots [(a,4), (b,3), (c,1), (d,1), (e,1)] | inverse [(a,0), (b,1), (c,0), (d,1), (e,1)] | countByWindow [3] | info 1 [0:1]',
          '8000: records0 [[a]] | update [(a,5), (b,3), (c,1), (d,1), (e,1)] | mapped [a=5] | snapshots [(a,5), (b,3), (c,1), (d,1), (e,1)] | inverse [(a,1), (b,0), (c,0), (d,0), (e,1)] | countByWindow [2] | info 1 [0:1]',
          '9000: records0 [] | update [(a,5), (b,3), (c,1), (d,1), (e,1)] | mapped [] | snapshots [(a,5), (b,3), (c,1), (d,1), (e,1)] | inverse [(a,1), (b,0), (c,0), (d,0), (e,1)] | countByWindow [2] | info 0 [0:0]',
          '10000: records0 [] | update [(a,5), (b,3), (c,1), (d,1), (e,1)] | mapped [] | snapshots [(a,5), (b,3), (c,1), (d,1), (e,1)] | inverse [(a,1), (b,0), (c,0), (d,0), (e,0)] | countByWindow [1] | info 0 [0:0]',
        ],
      },
    ],
  },
  {
    name: 'state and windows, killed in a batch',
    has: 'state window',
    lives: [
      {
        fromMs: 0,
        does: 'list 0 a b; batch; list 0 a; batch; list 0 b c; batch; list 0 a a; kill last 4000',
        spark: [
          '1000: records0 [[a, b]] | update [(a,1), (b,1)] | mapped [a=1, b=1] | snapshots [(a,1), (b,1)] | inverse [(a,1), (b,1)] | window [[a, b]] | countByWindow [2] | info 2 [0:2]',
          '2000: records0 [[a]] | update [(a,2), (b,1)] | mapped [a=2] | snapshots [(a,2), (b,1)] | inverse [(a,2), (b,1)] | window [[a, b], [a]] | countByWindow [3] | info 1 [0:1]',
          '3000: records0 [[b, c]] | update [(a,2), (b,2), (c,1)] | mapped [b=2, c=1] | snapshots [(a,2), (b,2), (c,1)] | inverse [(a,2), (b,2), (c,1)] | window [[a, b], [a], [b, c]] | countByWindow [5] | info 2 [0:2]',
          '4000: records0 [[a, a]] | update [(a,4), (b,2), (c,1)] | mapped [a=3, a=4] | snapshots [(a,4), (b,2), (c,1)] | inverse [(a,3), (b,1), (c,1)] | window [[a], [b, c], [a, a]] | countByWindow [5]',
        ],
      },
      {
        fromMs: 5500,
        does: 'list 0 e; batch; list 0 a; batch; batch',
        spark: [
          '4000: records0 [[a, a]] | update [(a,4), (b,2), (c,1)] | mapped [a=3, a=4] | snapshots [(a,4), (b,2), (c,1)] | inverse [(a,3), (b,1), (c,1)] | window [[a], [b, c], [a, a]] | countByWindow [5] | info 0 []',
          '5000: records0 [] | update [(a,4), (b,2), (c,1)] | mapped [] | snapshots [(a,4), (b,2), (c,1)] | inverse [(a,2), (b,1), (c,1)] | window [[b, c], [a, a]] | countByWindow [4] | info 0 []',
          '6000: records0 [[e]] | update [(a,4), (b,2), (c,1), (e,1)] | mapped [e=1] | snapshots [(a,4), (b,2), (c,1), (e,1)] | inverse [(a,2), (b,0), (c,0), (e,1)] | window [[a, a], [e]] | countByWindow [3] | info 1 [0:1]',
          '7000: records0 [[a]] | update [(a,5), (b,2), (c,1), (e,1)] | mapped [a=5] | snapshots [(a,5), (b,2), (c,1), (e,1)] | inverse [(a,1), (b,0), (c,0), (e,1)] | window [[e], [a]] | countByWindow [2] | info 1 [0:1]',
          '8000: records0 [] | update [(a,5), (b,2), (c,1), (e,1)] | mapped [] | snapshots [(a,5), (b,2), (c,1), (e,1)] | inverse [(a,1), (b,0), (c,0), (e,1)] | window [[e], [a]] | countByWindow [2] | info 0 [0:0]',
        ],
      },
    ],
  },
  {
    name: 'two receivers, killed in a batch',
    has: 'two',
    lives: [
      {
        fromMs: 0,
        does: 'list 0 a; list 1 p q; batch; list 1 r; list 0 b; one 1 s; kill last 2000',
        spark: [
          '1000: records0 [[a]] | records1 [[p, q]] | union [[a], [p, q]] | count [1] | transform [1000:a] | info 3 [0:1, 1:2]',
          '2000: records0 [[b]] | records1 [[r], [s]] | union [[b], [r], [s]] | count [1] | transform [2000:b]',
        ],
      },
      {
        fromMs: 4500,
        does: 'list 1 t; list 0 c; batch',
        spark: [
          '2000: records0 [[b]] | records1 [[r], [s]] | union [[b], [r], [s]] | count [1] | transform [2000:b] | info 0 []',
          '3000: records0 [] | records1 [] | union [] | count [0] | transform [] | info 0 []',
          '4000: records0 [] | records1 [] | union [] | count [0] | transform [] | info 0 []',
          '5000: records0 [[c]] | records1 [[t]] | union [[c], [t]] | count [1] | transform [5000:c] | info 2 [0:1, 1:1]',
        ],
      },
    ],
  },
  {
    name: 'two receivers, with what was in no batch',
    has: 'two',
    lives: [
      {
        fromMs: 0,
        does: 'list 0 a; list 1 p q; batch; list 1 r; list 0 b; one 1 s; halt',
        spark: [
          '1000: records0 [[a]] | records1 [[p, q]] | union [[a], [p, q]] | count [1] | transform [1000:a] | info 3 [0:1, 1:2]',
        ],
      },
      {
        fromMs: 3500,
        does: 'list 1 t; list 0 c; batch',
        spark: [
          '1000: records0 [[a]] | records1 [[p, q]] | union [[a], [p, q]] | count [1] | transform [1000:a] | info 0 []',
          '2000: records0 [[b]] | records1 [[r], [s]] | union [[b], [r], [s]] | count [1] | transform [2000:b] | info 0 []',
          '3000: records0 [] | records1 [] | union [] | count [0] | transform [] | info 0 []',
          '4000: records0 [[c]] | records1 [[t]] | union [[c], [t]] | count [1] | transform [4000:c] | info 2 [0:1, 1:1]',
        ],
      },
    ],
  },
  {
    name: 'slices of before the restart',
    has: 'remember',
    lives: [
      {
        fromMs: 0,
        does: 'list 0 a; batch; list 0 b; batch; slice 1000 2000; list 0 c; halt',
        spark: [
          '1000: records0 [[a]] | count [1] | transform [1000:a] | info 1 [0:1]',
          '2000: records0 [[b]] | count [1] | transform [2000:b] | info 1 [0:1]',
          'slice 1000 2000 [[a], [b]]',
        ],
      },
      {
        fromMs: 4500,
        does: 'slice 1000 4000; list 0 d; batch; slice 1000 5000; slice 2000 2000',
        spark: [
          '2000: records0 [[b]] | count [1] | transform [2000:b] | info 0 []',
          '3000: records0 [[c]] | count [1] | transform [3000:c] | info 0 []',
          '4000: records0 [] | count [0] | transform [] | info 0 []',
          'slice 1000 4000 [[a], [b], [c], []]',
          '5000: records0 [[d]] | count [1] | transform [5000:d] | info 1 [0:1]',
          'slice 1000 5000 [[a], [b], [c], [], [d]]',
          'slice 2000 2000 [[b]]',
        ],
      },
    ],
  },
  {
    name: 'killed twice',
    has: '',
    lives: [
      {
        fromMs: 0,
        does: 'list 0 a; batch; list 0 b; kill last 2000',
        spark: [
          '1000: records0 [[a]] | count [1] | transform [1000:a] | info 1 [0:1]',
          '2000: records0 [[b]] | count [1] | transform [2000:b]',
        ],
      },
      {
        fromMs: 3500,
        does: 'list 0 c; kill last 4000',
        spark: [
          '2000: records0 [[b]] | count [1] | transform [2000:b] | info 0 []',
          '3000: records0 [] | count [0] | transform [] | info 0 []',
          '4000: records0 [[c]] | count [1] | transform [4000:c]',
        ],
      },
      {
        fromMs: 5500,
        does: 'list 0 d; batch',
        spark: [
          '4000: records0 [[c]] | count [1] | transform [4000:c] | info 0 []',
          '5000: records0 [] | count [0] | transform [] | info 0 []',
          '6000: records0 [[d]] | count [1] | transform [6000:d] | info 1 [0:1]',
        ],
      },
    ],
  },
];
