import { CONF_ALIASES, CONF_IGNORED, CONF_KEYS, type ConfKey } from './conf-keys.ts';

/** The tables of `docs/configuration.md`, made from the list of keys; a test compares the two. */
export function confTables(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const kept = Object.entries<ConfKey>(CONF_KEYS).map(
    ([key, { default: text, unit, doc }]) =>
      `| \`${key}\` | ${text === undefined ? 'unset' : `\`${text}\``} | ${unit} | ${cell(doc)} |`,
  );
  const aliases = Object.entries(CONF_ALIASES).map(([old, key]) => `| \`${old}\` | an old name of \`${key}\` |`);
  const ignored = Object.entries(CONF_IGNORED).map(
    ([key, why]) => `| \`${key}${key.endsWith('.') ? '*' : ''}\` | ignored: ${cell(why)} |`,
  );
  return [
    '| key | default | unit | meaning |',
    '| --- | --- | --- | --- |',
    ...kept,
    '',
    '| key | what happens |',
    '| --- | --- |',
    ...aliases,
    ...ignored,
  ].join('\n');
}
