import type { RestartedProgram } from './spark.ts';

/** Recorded as the others: operations that are seldom seen together with a restart. */
export const MORE_PROGRAMS: readonly RestartedProgram[] = [
  {
    name: 'state that began with an initial one, and what times out while it is down',
    has: 'initial',
    lives: [
      {
        fromMs: 0,
        does: 'list 0 a b; batch; list 0 a; batch; list 0 c; batch; batch; list 0 b; halt',
        spark: [
          '1000: records0 [[a, b]] | initial [(a,6), (b,1), (q,3)] | mapped [a=6, b=1] | snapshots [(a,6), (b,1), (q,3)] | info 2 [0:2]',
          '2000: records0 [[a]] | initial [(a,7), (b,1), (q,3)] | mapped [a=7] | snapshots [(a,7), (b,1), (q,3)] | info 1 [0:1]',
          '3000: records0 [[c]] | initial [(a,7), (b,1), (c,1), (q,3)] | mapped [c=1] | snapshots [(a,7), (b,1), (c,1), (q,3)] | info 1 [0:1]',
          '4000: records0 [] | initial [(a,7), (b,1), (c,1), (q,3)] | mapped [] | snapshots [(a,7), (b,1), (c,1), (q,3)] | info 0 [0:0]',
        ],
      },
      {
        fromMs: 8500,
        does: 'list 0 e; batch; list 0 a; batch; batch; batch; batch; batch; list 0 q; batch; batch; halt',
        spark: [
          '4000: records0 [] | initial [(a,7), (b,1), (c,1), (q,3)] | mapped [] | snapshots [(a,7), (b,1), (c,1), (q,3)] | info 0 []',
          '5000: records0 [[b]] | initial [(a,7), (b,2), (c,1), (q,3)] | mapped [b=2] | snapshots [(a,7), (b,2), (c,1), (q,3)] | info 0 []',
          '6000: records0 [] | initial [(a,7), (b,2), (c,1), (q,3)] | mapped [a out 7, q out 3] | snapshots [(b,2), (c,1)] | info 0 []',
          '7000: records0 [] | initial [(a,7), (b,2), (c,1), (q,3)] | mapped [] | snapshots [(b,2), (c,1)] | info 0 []',
          '8000: records0 [] | initial [(a,7), (b,2), (c,1), (q,3)] | mapped [c out 1] | snapshots [(b,2)] | info 0 []',
          '9000: records0 [[e]] | initial [(a,7), (b,2), (c,1), (e,1), (q,3)] | mapped [e=1] | snapshots [(b,2), (e,1)] | info 1 [0:1]',
          '10000: records0 [[a]] | initial [(a,8), (b,2), (c,1), (e,1), (q,3)] | mapped [a=1, b out 2] | snapshots [(a,1), (e,1)] | info 1 [0:1]',
          '11000: records0 [] | initial [(a,8), (b,2), (c,1), (e,1), (q,3)] | mapped [] | snapshots [(a,1), (e,1)] | info 0 [0:0]',
          '12000: records0 [] | initial [(a,8), (b,2), (c,1), (e,1), (q,3)] | mapped [] | snapshots [(a,1), (e,1)] | info 0 [0:0]',
          '13000: records0 [] | initial [(a,8), (b,2), (c,1), (e,1), (q,3)] | mapped [] | snapshots [(a,1), (e,1)] | info 0 [0:0]',
          '14000: records0 [] | initial [(a,8), (b,2), (c,1), (e,1), (q,3)] | mapped [a out 1, e out 1] | snapshots [] | info 0 [0:0]',
          '15000: records0 [[q]] | initial [(a,8), (b,2), (c,1), (e,1), (q,4)] | mapped [q=1] | snapshots [(q,1)] | info 1 [0:1]',
          '16000: records0 [] | initial [(a,8), (b,2), (c,1), (e,1), (q,4)] | mapped [] | snapshots [(q,1)] | info 0 [0:0]',
        ],
      },
    ],
  },
  {
    name: 'windows with an inverse function and a filter, and by value, killed in a batch',
    has: 'filtered',
    lives: [
      {
        fromMs: 0,
        does: 'list 0 a b; batch; list 0 a; batch; list 0 b c; batch; list 0 d; kill last 4000',
        spark: [
          '1000: records0 [[a, b]] | filtered [(a,1), (b,1)] | byValue [(a,1), (b,1)] | info 2 [0:2]',
          '2000: records0 [[a]] | filtered [(a,2), (b,1)] | filtered2 [(a,2), (b,1)] | byValue [(a,2), (b,1)] | info 1 [0:1]',
          '3000: records0 [[b, c]] | filtered [(a,2), (b,2), (c,1)] | byValue [(a,2), (b,2), (c,1)] | info 2 [0:2]',
          '4000: records0 [[d]] | filtered [(a,1), (b,1), (c,1), (d,1)] | filtered2 [(a,2), (b,2), (c,1), (d,1)] | byValue [(a,1), (b,1), (c,1), (d,1)]',
        ],
      },
      {
        fromMs: 6500,
        does: 'list 0 e; batch; batch; list 0 a; batch; batch; batch; batch; halt',
        spark: [
          '4000: records0 [[d]] | filtered [(a,1), (b,1), (c,1), (d,1)] | filtered2 [(a,2), (b,2), (c,1), (d,1)] | byValue [(a,1), (b,1), (c,1), (d,1)] | info 0 []',
          '5000: records0 [] | filtered [(b,1), (c,1), (d,1)] | byValue [(b,1), (c,1), (d,1)] | info 0 []',
          '6000: records0 [] | filtered [(d,1)] | filtered2 [(b,1), (c,1), (d,1)] | byValue [(d,1)] | info 0 []',
          '7000: records0 [[e]] | filtered [(e,1)] | byValue [(e,1)] | info 1 [0:1]',
          '8000: records0 [] | filtered [(e,1)] | filtered2 [(e,1)] | byValue [(e,1)] | info 0 [0:0]',
          '9000: records0 [[a]] | filtered [(a,1), (e,1)] | byValue [(a,1), (e,1)] | info 1 [0:1]',
          '10000: records0 [] | filtered [(a,1)] | filtered2 [(a,1), (e,1)] | byValue [(a,1)] | info 0 [0:0]',
          '11000: records0 [] | filtered [(a,1)] | byValue [(a,1)] | info 0 [0:0]',
          '12000: records0 [] | filtered [] | filtered2 [(a,1)] | byValue [] | info 0 [0:0]',
        ],
      },
    ],
  },
  {
    name: 'a receiver and files together, killed in a batch',
    has: 'files',
    lives: [
      {
        fromMs: 0,
        does: 'write f1 500 a x; list 0 a; batch; write f2 1500 b b; list 0 b; batch; list 0 x; write f3 2500 c; kill last 3000',
        spark: [
          '1000: records0 [[a]] | with [(a,1/1), (x,0/1)] | union [a, a, x] | unionWindow [(a,2), (x,1)] | joined [(a,(1,Optional[1]))] | info 1 [0:1, 1:0]',
          '2000: records0 [[b]] | with [(b,1/2)] | union [b, b, b] | unionWindow [(a,2), (b,3), (x,1)] | joined [(b,(1,Optional[1])), (b,(1,Optional[1]))] | info 1 [0:1, 1:0]',
          '3000: records0 [[x]] | with [(c,0/1), (x,1/0)] | union [c, x] | unionWindow [(a,2), (b,3), (c,1), (x,2)] | joined [(x,(1,Optional.empty))]',
        ],
      },
      {
        fromMs: 6500,
        does: 'list 0 c; write f4 6400 c; write f5 5500 y; batch; write f6 7500 z; list 0 z; batch; batch; halt',
        spark: [
          '3000: records0 [[x]] | with [(c,0/1), (x,1/0)] | union [c, x] | unionWindow [(a,2), (b,3), (c,1), (x,2)] | joined [(x,(1,Optional.empty))] | info 0 []',
          '4000: records0 [] | with [] | union [] | unionWindow [(b,3), (c,1), (x,1)] | joined [] | info 0 []',
          '5000: records0 [] | with [] | union [] | unionWindow [(c,1), (x,1)] | joined [] | info 0 []',
          '6000: records0 [] | with [] | union [] | unionWindow [] | joined [] | info 0 []',
          '7000: records0 [[c]] | with [(c,1/1), (y,0/1)] | union [c, c, y] | unionWindow [(c,2), (y,1)] | joined [(c,(1,Optional[1]))] | info 1 [0:1, 1:0]',
          '8000: records0 [[z]] | with [(z,1/1)] | union [z, z] | unionWindow [(c,2), (y,1), (z,2)] | joined [(z,(1,Optional[1]))] | info 1 [0:1, 1:0]',
          '9000: records0 [] | with [] | union [] | unionWindow [(c,2), (y,1), (z,2)] | joined [] | info 0 [0:0, 1:0]',
        ],
      },
    ],
  },
];
