/** Where seeds begin: `DSTREAMS_SEED`, to repeat one or to try others, else the same in every run. */
export const FIRST_SEED = Number(process.env.DSTREAMS_SEED ?? 1);
