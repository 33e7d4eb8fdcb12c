import { defineJob } from 'dstreams';
import { type Form, runCase, type SurfaceName } from './run-case.ts';

/** One case as a job module, so that its functions exist in every thread. Arguments: the case as JSON, the surface, the form. */
export default defineJob(([one, surface, form]) => runCase(JSON.parse(one!), surface as SurfaceName, form as Form));
