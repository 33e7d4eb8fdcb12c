import type { BuildOptions, BuildResult } from 'esbuild';

export declare function bundleClient(options?: BuildOptions): Promise<BuildResult>;
