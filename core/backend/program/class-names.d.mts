/** The code of a bundle, as long as before. */
export declare function withClassNames(code: string): string;
