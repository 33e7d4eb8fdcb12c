/**
 * The entries of a properties file, as Spark reads its `spark-defaults.conf`: a key and a value per line, with `=`, `:` or
 * blanks between them; `#` and `!` begin a comment line; `\` at the end of a line goes on with the next. In order.
 */
export function parseProperties(text: string): [key: string, value: string][] {
  const entries: [string, string][] = [];
  const joined = text.replace(/\\\r?\n[ \t]*/g, '');
  for (const line of joined.split(/\r?\n/)) {
    const match = /^\s*([^\s#!=:][^\s=:]*)(?:\s*[=:]\s*|\s+|$)(.*)$/.exec(line);
    if (match !== null) entries.push([match[1]!, match[2]!.trim()]);
  }
  return entries;
}
