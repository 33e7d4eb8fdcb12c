import type { Plugin } from 'esbuild';

export declare const classNames: Plugin;
export declare function withClassNames(code: string): string;
