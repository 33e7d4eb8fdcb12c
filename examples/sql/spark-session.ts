import initSqlJs, { type Database, type SqlValue } from 'sql.js';
import { DataFrame } from './data-frame.ts';

/** What data frames are made of: a data set of either surface. */
interface Collectable {
  collect(): PromiseLike<Iterable<unknown>>;
}

/** Just enough of Spark SQL for the examples, over SQLite, which is in the package sql.js and runs in this process. */
export class SparkSession {
  private constructor(private readonly database: Database) {}

  static async create(): Promise<SparkSession> {
    const { Database } = await initSqlJs();
    return new SparkSession(new Database());
  }

  /**
   * The records of `rdd`, which come to the driver, as rows. Columns: the fields that are named or, of a class of beans, one
   * for each of its methods `getX`.
   */
  async createDataFrame(rdd: Collectable, schema: readonly string[] | (new () => object)): Promise<DataFrame> {
    const fields = typeof schema === 'function' ? gettersOf(schema) : schema;
    const rows: SqlValue[][] = [];
    for (const record of await rdd.collect()) {
      rows.push(
        fields.map((field) => {
          const value = (record as Record<string, unknown>)[field];
          return (typeof value === 'function' ? value.call(record) : value) as SqlValue;
        }),
      );
    }
    const columns = typeof schema === 'function' ? fields.map(propertyOf) : fields;
    return new DataFrame(this.database, columns, rows);
  }

  sql(query: string): DataFrame {
    const statement = this.database.prepare(query);
    try {
      const columns = statement.getColumnNames();
      const rows: SqlValue[][] = [];
      while (statement.step()) rows.push(statement.get());
      return new DataFrame(this.database, columns, rows);
    } finally {
      statement.free();
    }
  }
}

const gettersOf = (beanClass: new () => object): string[] =>
  Object.getOwnPropertyNames(beanClass.prototype).filter((name) => /^get[A-Z]/.test(name));

/** `getWord` → `word`. */
const propertyOf = (getter: string): string => getter.charAt(3).toLowerCase() + getter.slice(4);
