export const USAGE = `Usage: dstreams <command>

  submit [options] FILE [--] ARGS...        run a job module (TypeScript or JavaScript)
  run-example [options] [NAME [ARGS...]]    run an example of the repository; without a name, list them
  start                                     the word count example with an embedded line server

  --help, --version
`;

const OPTIONS = `  --master M            where to run: local, local[N], local[*]; what the program itself says wins
  --name N              name of the application
  --class C             which export is the program, if the module has several and no default
  --conf KEY=VALUE      a configuration key; may be repeated
  --properties-file F   a file with a key and a value per line; --conf and --master win
  --log-level L         ALL, TRACE, DEBUG, INFO (default), WARN, ERROR, FATAL or OFF; the log goes to stderr
  --check               type-check first, with the program's own TypeScript
  --help
`;

export const SUBMIT_USAGE = `Usage: dstreams submit [options] FILE [options] [--] ARGS...

Runs the program of a job module: its default export (a defineJob result, a function, or a class with static main), else
--class, else its only export with static main or named main. main gets ARGS.

${OPTIONS}
Exit code: 0 when main has ended and no context is active, 1 when the program failed, 2 for a wrong command line.
The first Ctrl-C or SIGTERM stops gracefully (exit code 0), the second one at once.
`;

export const EXAMPLE_USAGE = `Usage: dstreams run-example [options] [NAME [ARGS...]]

Runs an example by its short name or its full class name. Without a name: lists them.

${OPTIONS}`;
