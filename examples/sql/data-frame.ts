import type { Database, SqlValue } from 'sql.js';

/** Rows under column names, in a database that lies in memory. */
export class DataFrame {
  constructor(
    private readonly database: Database,
    readonly columns: readonly string[],
    readonly rows: readonly (readonly SqlValue[])[],
  ) {}

  /** Makes the rows a table that SQL knows as `name`, in place of the one of that name. */
  createOrReplaceTempView(name: string): void {
    const columns = this.columns.map(quoted).join(', ');
    this.database.run(`DROP TABLE IF EXISTS ${quoted(name)}`);
    this.database.run(`CREATE TEMP TABLE ${quoted(name)} (${columns})`);
    const insert = this.database.prepare(
      `INSERT INTO ${quoted(name)} VALUES (${this.columns.map(() => '?').join(', ')})`,
    );
    try {
      for (const row of this.rows) insert.run([...row]);
    } finally {
      insert.free();
    }
  }

  /** Prints the first rows in a frame, as Spark does: values to the right, cut after 20 characters. */
  show(rowsMax = 20): void {
    const table = [this.columns, ...this.rows.slice(0, rowsMax).map((row) => row.map(cell))];
    const widths = this.columns.map((_, i) => Math.max(3, ...table.map((row) => row[i]!.length)));
    const rule = `+${widths.map((width) => '-'.repeat(width)).join('+')}+`;
    const lines = table.map((row) => `|${row.map((text, i) => text.padStart(widths[i]!)).join('|')}|`);
    const [header, ...body] = lines;
    console.log([rule, header, rule, ...body, rule].join('\n'));
    if (this.rows.length > rowsMax) console.log(`only showing top ${rowsMax} rows`);
    console.log('');
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function cell(value: SqlValue): string {
  const text = value === null ? 'NULL' : String(value);
  return text.length > 20 ? `${text.slice(0, 17)}...` : text;
}
