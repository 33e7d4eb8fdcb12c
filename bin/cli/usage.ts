export const USAGE = `Usage: dstreams <command>

  submit [options] FILE [--] ARGS...        run a job module (TypeScript or JavaScript)
  run-example [options] [NAME [ARGS...]]    run an example of the repository; without a name, list them
  publish STREAM < values.ndjson            publish into a stream of a running gateway
  subscribe STREAM                          print a stream's batches
  token --pub GLOB --sub GLOB --ttl 1h      make a token for clients of a gateway
  inspect DIR                               what is in a checkpoint directory, and what of it is damaged
  repair --accept-loss DIR                  give up what is damaged in a checkpoint directory
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
Exit code: 0 when main has ended and no context is active, 1 when the program failed, 74 when its log
or checkpoints could not be written any more, 2 for a wrong command line.
The first Ctrl-C or SIGTERM stops gracefully (exit code 0), the second one at once.
`;

export const EXAMPLE_USAGE = `Usage: ./run-example [options] [NAME [ARGS...]]

Runs an example by its short name or its full class name. Without a name: lists them. With --help before or behind its
name: says what the example does, and what its arguments are.

${OPTIONS}`;

const CLIENT_OPTIONS = `  --url URL      of the gateway; default DSTREAMS_GATEWAY, else ws://127.0.0.1:8090/
  --token T      default DSTREAMS_TOKEN
  --timeout S    gives up after so many seconds without a connection; default never
`;

export const PUBLISH_USAGE = `Usage: dstreams publish [options] STREAM < values.ndjson

Publishes standard input, a JSON value a line, and ends when all is acknowledged. At a line that is no JSON, or is refused,
it says which and why, publishes what it has read beside it, and ends with where to go on. A server that is away is waited
for, and told of: at once, and every 10 s.

${CLIENT_OPTIONS}                 (or an acknowledgement of what was sent)
  --ack A        durable (default) or memory
  --text         lines are text, not JSON; empty ones, too

Exit code: 0 when all is acknowledged, 1 when something was refused, 2 for a wrong command line, a line that is no JSON,
or one with a number that would be rounded (9007199254740993: write {"$i":"9007199254740993"}, or a text), 75 when --timeout
was over: which lines were acknowledged, and which were not, is said.
Ctrl-C (130) and SIGTERM (143) wait for what was read, 10 s at most, and say which lines are published; the second one ends
it at once.
`;

export const SUBSCRIBE_USAGE = `Usage: dstreams subscribe [options] STREAM

Prints the records of a stream's batches, a JSON value a line, which publish takes as well: what JSON has no form for is
{"$i":"<digits>"} (integers beyond 2^53), {"$b":"<base64>"} (bytes) or {"$f":"NaN"}. Ctrl-C ends it. A server that is away
is waited for, and told of: at once, and every 10 s.

${CLIENT_OPTIONS}  --from P       latest (default), earliest, after:MS or batch:MS
  --batches N    ends after so many batches
  --json         a line for each batch: {"batchTime":…,"records":[…]}

Exit code: 0 after --batches, 1 when it was refused, 2 for a wrong command line, 75 when --timeout was over.
`;

export const TOKEN_USAGE = `Usage: dstreams token [options]

Prints a token for clients of a gateway that was started with { tokens: { secret } }.

  --pub GLOB     streams that it may publish to (clicks, 'in.*'); may be repeated
  --sub GLOB     streams that it may subscribe to; may be repeated
  --ttl T        how long it is good: 90s, 5m, 1h, 7d; default for ever
  --rate N       records a second that it may publish
  --name TEXT    whose it is
  --secret S     default DSTREAMS_SECRET, which does not show in the list of processes
`;

export const INSPECT_USAGE = `Usage: dstreams inspect [options] DIR

Shows what is in a checkpoint directory, and checks every byte of it. Changes nothing.

  --json         all of it as JSON

Exit code: 0 when all is in order, 1 when something is damaged, or there is no checkpoint.
`;

export const REPAIR_USAGE = `Usage: dstreams repair --accept-loss DIR

Removes what is damaged from a checkpoint directory, so that its program can go on from the rest, and says what is lost.
What it removes is moved to DIR/damaged-<time>. Bring the directory back from a copy instead, if there is one.

  --accept-loss  without it nothing is done
`;
