/** What `node bin/test-tools.mjs` installs, by name. */
export declare const TOOLS: Readonly<Record<string, { isInstalled(): boolean; install(folder: string): void }>>;
/** Where a tool lies. */
export declare function toolFolder(name: string): string;
