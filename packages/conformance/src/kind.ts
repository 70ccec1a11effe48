// What a kind of vector is: a schema of its input, a schema of what it may expect, and the call.
import * as v from 'valibot';

/** The file a vector stands in: its tables may be needed. */
export type Document = Readonly<Record<string, unknown>>;

/** A kind as the judge takes it. */
export interface Kind {
  /** What it computes, and the clause where it is not plain. */
  readonly about: string;
  readonly input: v.GenericSchema;
  /** What may be expected; absent for kinds that are always refusals. */
  readonly expect?: v.GenericSchema;
  /** What may be expected instead: told by its property `error`. */
  readonly refusal?: v.GenericSchema;
  /** Properties of `expect` that need not be stated, each with the reason; where stated, compared. */
  readonly whereStated: Readonly<Record<string, string>>;
  /** What in an input does not fit together, place first; each form looks at one value alone. */
  readonly misfit?: (input: unknown) => string | undefined;
  /** Why an expectation of this kind may hold nothing but an empty list; else it has to state something. */
  readonly mayBeEmpty?: string;
  /** Computes what the vector should expect: an object as `expect` or `refusal` says. */
  readonly run: (input: unknown, document: Document) => unknown;
}

/** Kinds by name. */
export type Kinds = Readonly<Record<string, Kind>>;

/** A kind whose call takes what its input schema gives. */
export function kind<Input extends v.GenericSchema>(definition: {
  readonly about: string;
  readonly input: Input;
  readonly expect?: v.GenericSchema;
  readonly refusal?: v.GenericSchema;
  readonly whereStated?: Readonly<Record<string, string>>;
  readonly mayBeEmpty?: string;
  readonly misfit?: (input: v.InferOutput<Input>) => string | undefined;
  readonly run: (input: v.InferOutput<Input>, document: Document) => unknown;
}): Kind {
  const { run, misfit, ...rest } = definition;
  return {
    whereStated: {},
    ...rest,
    // The judge calls them only with what the schema gave.
    misfit: (input) => misfit?.(input),
    run: (input, document) => run(input, document),
  };
}

/** A result of a package as a vector writes it: what was computed, or the word of the refusal. */
export function shown<Result extends { readonly ok: boolean }>(
  result: Result,
  show: (value: Extract<Result, { readonly ok: true }>) => unknown,
): unknown {
  if (result.ok) return show(result as Extract<Result, { readonly ok: true }>);
  const { error } = result as unknown as { readonly error: { readonly code: string } };
  return { error: error.code };
}
