import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.mjs';
import { mavenProject } from './maven-project.mjs';

/**
 * Spark itself, with a program that runs conformance cases in it. 180 MB that only `npm run test:long` and the
 * conformance command use, so that it is installed by name alone.
 */
export const sparkAnswers = {
  isOnDemand: true,
  ...mavenProject(join(repositoryRoot, 'testing', 'conformance', 'spark')),
};
