import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';

/** Nothing that reaches out by itself; tests are run as root too, where there is no sandbox. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The system's Chromium, headless, with an empty profile of its own. The caller closes it. `needs(this, 'browser')` first. */
export async function openBrowser(...args: string[]): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: onPath('chromium'),
    args: [...ARGS, ...args],
    timeout: 120_000,
  });
}

function onPath(program: string): string {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // The next one.
    }
  }
  throw new Error(`there is no ${program} on PATH`);
}

/** Longer than any wait on a loaded machine. */
const WAIT_MS = 45_000;

export interface Visit {
  readonly page: Page;
  /** What the console complained of: errors of scripts, resources that are missing, what the page's policy forbids. */
  readonly complaints: readonly string[];
}

export interface Visitor {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** A page of its own, as a visitor in UTC sees it. It goes with its browser. */
export async function visit(
  browser: Browser,
  url: string,
  { width = 1280, colorScheme = 'light' }: Visitor = {},
): Promise<Visit> {
  const viewport = { width, height: 900 };
  const context = await browser.newContext({ viewport, colorScheme, locale: 'en-GB', timezoneId: 'UTC' });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

/** Waits until the first element of `selector` has exactly this text, or one that fits. */
export async function shows(page: Page, selector: string, wanted: string | RegExp): Promise<void> {
  const pattern =
    typeof wanted === 'string' ? new RegExp(`^${wanted.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`) : wanted;
  const element = page.locator(selector).first();
  try {
    await element.filter({ hasText: pattern, visible: true }).waitFor();
  } catch (error) {
    const text = await element.textContent({ timeout: 1000 }).catch(() => 'nothing');
    throw new Error(`${selector} shows ${JSON.stringify(text)}, not ${wanted}`, { cause: error });
  }
}

/** What stands in the cells of a table's body. */
export const cells = (page: Page, body: string): Promise<string[][]> =>
  page.locator(`${body} tr`).evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));

/** What axe-core finds that keeps people out (WCAG 2.2 AA and best practices), and whether a page is wider than its window. */
export async function barriers(page: Page): Promise<string[]> {
  const { default: axe } = await import('axe-core');
  await page.evaluate(axe.source);
  const found: { id: string; nodes: { html: string; failureSummary: string }[] }[] = await page.evaluate(
    'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations)',
  );
  const widths: [number, number] = await page.evaluate('[document.scrollingElement.scrollWidth, innerWidth]');
  return [
    ...found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`)),
    ...(widths[0] > widths[1] ? [`the page is ${widths[0]} wide, its window ${widths[1]}`] : []),
  ];
}
