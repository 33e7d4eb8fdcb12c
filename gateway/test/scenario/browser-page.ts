/** What the page of the browser's driver runs, bundled for it: the client comes from the file that users get. */
import type * as library from '../../clients/js/browser.ts';
import { clientHost, type Host } from './client-host.ts';
import type { Command, StatusLine } from './driver.ts';

interface PageGlobals {
  readonly location: { readonly origin: string };
  /** Of the test: takes what clients go through. */
  readonly report: (line: StatusLine) => void;
  host: { readonly ask: (command: Command) => Promise<string>; readonly end: Host['end'] };
}

const page = globalThis as unknown as PageGlobals;
const { connect, GatewayError } = (await import(`${page.location.origin}/client.browser.mjs`)) as typeof library;
const { ask, end } = clientHost({ connect, GatewayError }, page.report);
page.host = { ask: async (command) => JSON.stringify(await ask(command)), end };
