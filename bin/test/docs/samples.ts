/**
 * A piece of code in the documentation: a fenced block in `ts` or `js`. Words after the language say what is promised:
 *
 *   ```ts            it compiles by itself, and is run as a part of something: see parts.ts
 *   ```ts run        it also runs to its end with exit code 0; a block ```text output right after it is what it prints
 *   ```ts fragment   neither: it stands for something that cannot be whole, such as a signature
 */
export interface Sample {
  /** The file and line of the opening fence. */
  readonly where: string;
  readonly language: 'ts' | 'js';
  readonly isRun: boolean;
  readonly code: string;
  readonly output: string | undefined;
}

interface Block {
  readonly line: number;
  readonly words: readonly string[];
  readonly code: string;
  /** True when only blank lines stand between this block and the one before it. */
  readonly followsBlock: boolean;
}

/** The samples of one page, in order, without fragments. Throws on a word that means nothing, and on a fence left open. */
export function samplesOf(path: string, markdown: string): Sample[] {
  const blocks = blocksOf(path, markdown);
  const samples: Sample[] = [];
  for (const [index, { line, words, code }] of blocks.entries()) {
    const language = words[0] === 'typescript' ? 'ts' : words[0] === 'javascript' ? 'js' : words[0];
    if (language !== 'ts' && language !== 'js') continue;
    const where = `${path}:${line}`;
    const unknown = words.slice(1).find((word) => !['run', 'check', 'fragment'].includes(word));
    if (unknown !== undefined) throw new Error(`${where}: a sample may say run, check or fragment, not ${unknown}`);
    if (words.includes('fragment')) continue;
    const next = blocks[index + 1];
    const output = next?.followsBlock && next.words.join(' ') === 'text output' ? next.code : undefined;
    if (output !== undefined && !words.includes('run'))
      throw new Error(`${where}: has an output but is not marked run`);
    samples.push({ where, language, isRun: words.includes('run'), code, output });
  }
  return samples;
}

function blocksOf(path: string, markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split(/\r?\n/);
  let fence: RegExpExecArray | null = null;
  let start = 0;
  let followsBlock = false;
  for (const [index, line] of lines.entries()) {
    if (fence === null) {
      fence = /^( *)(`{3,}|~{3,})([^`]*)$/.exec(line);
      start = index;
      if (fence === null && line.trim() !== '') followsBlock = false;
      continue;
    }
    const [, indent, marks, info] = fence as unknown as [string, string, string, string];
    if (line.trim() !== marks) continue;
    const code = lines.slice(start + 1, index).map((text) => text.slice(Math.min(indent.length, text.search(/\S|$/))));
    blocks.push({ line: start + 1, words: info.trim().split(/\s+/), code: `${code.join('\n')}\n`, followsBlock });
    fence = null;
    followsBlock = true;
  }
  if (fence !== null) throw new Error(`${path}:${start + 1}: this block is never closed`);
  return blocks;
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  let isCode = false;
  for (const line of markdown.split(/\r?\n/)) {
    if (/^ *(`{3,}|~{3,})/.test(line)) isCode = !isCode;
    const heading = isCode ? undefined : /^#{1,6} +(.*)$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const text = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase();
    anchors.add(text.replace(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-'));
  }
  return anchors;
}
