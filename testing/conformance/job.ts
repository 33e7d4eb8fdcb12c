import { defineJob } from 'dstreams';
import { type Form, runCase, runContext, type SurfaceName } from './run-case.ts';

/**
 * One case as a job module, so that its functions exist in every thread. Arguments: the case as JSON, the surface, the form;
 * or, of a case of several contexts, which of them.
 */
export default defineJob(([one, surface, form, index]) =>
  index === undefined
    ? runCase(JSON.parse(one!), surface as SurfaceName, form as Form)
    : runContext(JSON.parse(one!), Number(index), surface as SurfaceName),
);
