import { DStreamsError } from '../../core/internal.ts';
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
  /** Where in the value, with dots between. */
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
    let result: StandardResult<unknown> | Promise<StandardResult<unknown>>;
    try {
      result = standard.validate(value);
    } catch (error) {
      return { issues: [{ path: '', message: `the schema failed: ${String(error).slice(0, TEXT_MAX)}` }] };
    }
    if (result instanceof Promise) {
      result.catch(() => {});
      return { issues: [{ path: '', message: 'the schema is asynchronous, which a stream cannot wait for' }] };
    }
    if (result.issues === undefined) return { value: result.value };
    return {
      issues: result.issues.slice(0, ISSUES_MAX).map(({ message, path }) => ({
        path: wellFormed((path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.')),
        message: wellFormed(message.slice(0, TEXT_MAX)),
      })),
    };
  };
}

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
