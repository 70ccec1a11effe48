// A spec: ISO 8583 as one host speaks it, compiled once from data.
import { type CompiledSpec, compileSpec } from '../codec/compiled-spec.ts';
import { FastCodec } from '../fast/fast-codec.ts';
import type { FieldSpec, Message, MessageOf, SpecDefinition } from '../spec/spec-types.ts';
import { type SpecProblem, specProblems } from '../spec/spec-validate.ts';
import { Iso8583Fault } from '../wire/errors.ts';

/** A compiled spec whose messages have the type `M`. */
export interface Spec<M = Message> {
  readonly name: string;
  readonly definition: SpecDefinition;
  readonly compiled: CompiledSpec;
  readonly fast: FastCodec;
  /** Carries the message type only; there is no such property at run time. */
  readonly '~message'?: M;
}

function specOf<M>(definition: SpecDefinition): Spec<M> {
  const compiled = compileSpec(definition);
  const name = definition.name ?? 'unnamed';
  return { name, definition, compiled, fast: new FastCodec(compiled) };
}

function problemText(problems: readonly SpecProblem[]): string {
  const shown = problems.slice(0, 5).map(({ path, problem }) => `${path} ${problem}`);
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : '';
  return `${shown.join('; ')}${more}`;
}

/**
 * Compiles a spec written in the program; its messages are typed by it.
 *
 * @throws Iso8583Fault `bad-spec` naming every place that is wrong.
 * @example
 * const spec = defineSpec({
 *   mti: { data: 'ascii', len: 4 },
 *   bitmap: { data: 'hex-ascii', bytes: 8, chain: 2 },
 *   fields: { 4: { data: 'ascii', len: 12, charset: 'n' }, 52: { data: 'binary', len: 8 } },
 * });
 * encodeMessage(spec, { mti: '0200', de4: '000000001251' }).ok // true
 */
export function defineSpec<const S extends SpecDefinition>(definition: S): Spec<MessageOf<S>> {
  const problems = specProblems(definition);
  if (problems.length > 0) throw new Iso8583Fault('bad-spec', problemText(problems));
  return specOf<MessageOf<S>>(definition);
}

/**
 * Compiles a definition whose message type is stated by the caller, such as one built from a table.
 *
 * @throws Iso8583Fault `bad-spec` naming every place that is wrong.
 * @example
 * const typed = compileDefinition<{ mti: string; de11?: string }>({
 *   mti: { data: 'ascii', len: 4 },
 *   bitmap: { data: 'binary', bytes: 8 },
 *   fields: { 11: { data: 'ascii', len: 6 } },
 * });
 * typed.name // 'unnamed'
 */
export function compileDefinition<M>(definition: SpecDefinition): Spec<M> {
  const problems = specProblems(definition);
  if (problems.length > 0) throw new Iso8583Fault('bad-spec', problemText(problems));
  return specOf<M>(definition);
}

/** A copy of what JSON can say of a value; undefined when it can say nothing. */
function plainCopy(value: unknown): unknown {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    // A cycle or a bigint: no JSON, which is all the caller needs to know.
    return undefined;
  }
}

/** What is wrong with a spec: every place, in its order. */
export interface SpecError {
  readonly code: 'bad-spec';
  readonly problems: readonly SpecProblem[];
}

/**
 * Compiles a spec given as data at run time (a parsed JSON file).
 *
 * @returns the spec, or every place that is wrong; depth of nesting is limited to `maxDepth` (16).
 * @example
 * const made = specFromJson({ mti: { data: 'ascii', len: 4 }, fields: {} });
 * made.ok ? '' : made.error.problems[0].path // 'bitmap'
 */
export function specFromJson(
  json: unknown,
  options: { readonly maxDepth?: number } = {},
): { ok: true; spec: Spec } | { ok: false; error: SpecError } {
  const copy = plainCopy(json);
  const noJson = [{ path: '', problem: 'is no JSON' }];
  const problems = copy === undefined ? noJson : specProblems(copy, options);
  if (problems.length > 0) return { ok: false, error: { code: 'bad-spec', problems } };
  return { ok: true, spec: specOf<Message>(copy as SpecDefinition) };
}

/**
 * The spec as data that `JSON.stringify` writes and `specFromJson` reads.
 * @example specFromJson(JSON.parse(JSON.stringify(specToJson(iso1987Ascii)))).ok // true
 */
export function specToJson(spec: Spec<unknown>): SpecDefinition {
  return structuredClone(spec.definition);
}

/**
 * The description of a data element, or undefined when the spec does not define it.
 * @example fieldSpecOf(iso1987Ascii, 4)?.name // 'Amount, transaction'
 */
export function fieldSpecOf(spec: Spec<unknown>, number: number): FieldSpec | undefined {
  return spec.compiled.fields[number]?.codec.spec;
}
