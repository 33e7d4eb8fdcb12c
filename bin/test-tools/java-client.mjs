import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.mjs';
import { mavenProject } from './maven-project.mjs';

/** The gateway's client for Java. */
export const javaClient = mavenProject(join(repositoryRoot, 'gateway', 'clients', 'java'));
