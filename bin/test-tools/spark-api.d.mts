/** The public methods of Spark's classes, from the jars in a folder. */
export declare function sparkApi(jars: string): string;
