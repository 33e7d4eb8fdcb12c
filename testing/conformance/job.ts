import { defineJob } from 'dstreams';
import { runCase, type SurfaceName } from './run-case.ts';

/** One case as a job module, so that its functions exist in every thread. Arguments: the case as JSON, the surface. */
export default defineJob(([one, surface]) => runCase(JSON.parse(one!), surface as SurfaceName));
