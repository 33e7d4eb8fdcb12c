import { DStreamsError, messageOf } from '../../core/internal.ts';
import { wellFormed } from '../protocol/values.ts';

/** What zod, valibot, arktype and others speak (standardschema.dev): users bring their own copy. */
export interface StandardSchema<Output = unknown> {
  /**
   * What the specification puts there: version 1, the library's name, and `validate(value)`, which must not be
   * asynchronous.
   */
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** @internal */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Why a record was refused. */
export interface Issue {
  /** Where in the value, with dots between: the first 300 characters. */
  readonly path: string;
  /** What is wrong there. */
  readonly message: string;
}

/** Checks one value: what the schema makes of it, or what is wrong with it. */
export type Check = (value: unknown) => { readonly value: unknown } | { readonly issues: readonly Issue[] };

const ISSUES_MAX = 10;
const TEXT_MAX = 300;

/** Throws `OPTIONS_INVALID` for what is no schema. */
export function checkOf(schema: StandardSchema, stream: string): Check {
  const standard = (schema as Partial<StandardSchema> | undefined)?.['~standard'];
  if (typeof standard?.validate !== 'function') {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      `gateway.receiver(${JSON.stringify(stream)}): schema is no Standard Schema (zod, valibot, arktype …).`,
    );
  }
  return (value) => {
    try {
      return outcomeOf(standard.validate(value));
    } catch (error) {
      return { issues: [{ path: '', message: bounded(`the schema failed: ${messageOf(error)}`) }] };
    }
  };
}

/** Throws for what is no result: a schema may be one's own. */
function outcomeOf(result: StandardResult<unknown> | Promise<StandardResult<unknown>>): ReturnType<Check> {
  if (typeof (result as Partial<Promise<unknown>>).then === 'function') {
    (result as Promise<unknown>).then(NOTHING, NOTHING);
    return { issues: [{ path: '', message: 'the schema is asynchronous, which a stream cannot wait for' }] };
  }
  const { issues, value } = result as { issues?: readonly StandardIssue[]; value?: unknown };
  if (issues === undefined) return { value };
  return {
    issues: issues.slice(0, ISSUES_MAX).map(({ message, path }) => ({
      // Of keys that the publisher has made up: written ten times they would be larger than what readers are sent.
      path: bounded((path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.')),
      message: bounded(String(message)),
    })),
  };
}

const NOTHING = (): void => {};

const bounded = (text: string): string => wellFormed(text.slice(0, TEXT_MAX));

/** The JSON Schema of a schema that can tell it: for `describe`. */
export function jsonSchemaOf(schema: StandardSchema | undefined): Record<string, unknown> | undefined {
  const tell = (schema as { toJSONSchema?: unknown } | undefined)?.toJSONSchema;
  if (typeof tell !== 'function') return undefined;
  try {
    return JSON.parse(JSON.stringify(tell.call(schema))) as Record<string, unknown>;
  } catch {
    return undefined; // A schema of things that JSON Schema has no words for.
  }
}
