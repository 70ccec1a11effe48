// Decode plans: what a bitmap announces, worked out once for each bitmap that is seen.
import type { CompiledSpec } from '../codec/compiled-spec.ts';
import type { Message } from '../spec/spec-types.ts';
import { FAIL, Reader } from '../wire/cursor.ts';
import { type FieldRuns, fieldRunsOf } from './field-runs.ts';
import { type FlatField, flatFieldOf } from './flat-field.ts';

/** Elements of one bitmap in order, and an object that already has their keys. */
export interface DecodePlan {
  /** The bitmap as it stands on the wire, all its parts. */
  readonly wire: Uint8Array;
  readonly fields: readonly FlatField[];
  /** The fields in runs, for decoding them all. */
  readonly runs: FieldRuns;
  readonly numbers: readonly number[];
  readonly template: Message;
  /** A list with room for where each element starts and the last one ends. */
  readonly places: readonly number[];
  /** Index of each data element in `fields` by its number, -1 when it is absent. */
  readonly indexOf: Int16Array;
}

/** Elements of one sequence of message keys, for encoding. */
export interface EncodePlan {
  /** Keys in the order in which the message lists them. */
  readonly keys: readonly string[];
  /** Where the value of each key goes, in the order of the wire; header and message type first. */
  readonly slots: Uint8Array;
  readonly fields: readonly FlatField[];
  /** The bitmap as it stands on the wire. */
  readonly bitmap: Uint8Array;
  /** Whether the whole message can be written as one text, but for its bitmap and raw bytes. */
  readonly allText: boolean;
  /** Whether besides the keys stand in the order of the wire. */
  readonly inOrder: boolean;
  /** Length of each text of fixed length, -1 for other fields. */
  readonly fixed: Int16Array;
  /** Characters that hold the place of the bitmap. */
  readonly place: string;
  /** Lanes of the data elements in runs. */
  readonly runs: FieldRuns;
  /** Index of the first data element in `fields`: the bitmap stands before it. */
  readonly first: number;
}

/** Lanes of a spec, and the plans of the bitmaps seen so far. */
export interface FastSpec {
  readonly compiled: CompiledSpec;
  readonly header: FlatField | undefined;
  readonly mti: FlatField;
  readonly byNumber: readonly (FlatField | undefined)[];
  readonly plans: Map<string, DecodePlan>;
  /** The plan used last: traffic repeats itself. */
  last: DecodePlan | undefined;
  readonly encodePlans: Map<string, EncodePlan>;
  lastEncode: EncodePlan | undefined;
}

/** Plans kept per spec; random bitmaps cannot make it grow further. */
const plansMax = 128;

/** Prepares a spec for the fast codec; undefined when a bitmap of it can lie in a data element. */
export function fastSpecOf(compiled: CompiledSpec): FastSpec | undefined {
  if (compiled.definition.bitmap.tertiaryIn !== undefined) return undefined;
  return {
    compiled,
    header: compiled.header === undefined ? undefined : flatFieldOf(0, compiled.header),
    mti: flatFieldOf(0, compiled.mti),
    byNumber: compiled.fields.map((field) =>
      field === undefined ? undefined : flatFieldOf(field.number, field.codec),
    ),
    plans: new Map(),
    last: undefined,
    encodePlans: new Map(),
    lastEncode: undefined,
  };
}

/** An object with all keys inside it, so that copies of it are made in one go. */
function templateOf(keys: readonly string[]): Message {
  return JSON.parse(`{${keys.map((key) => `"${key}":""`).join(',')}}`) as Message;
}

function keyOf(bytes: Uint8Array, start: number, end: number): string {
  let key = '';
  for (let i = start; i < end; i++) key += String.fromCharCode(bytes[i]);
  return key;
}

function sameBitmap(wire: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < wire.length; i++) if (wire[i] !== bytes[at + i]) return false;
  return true;
}

/**
 * The plan for the bitmap at `at`, undefined when it cannot be read or announces an element that
 * the spec does not define (the general decoder then says why).
 */
export function planAt(
  spec: FastSpec,
  bytes: Uint8Array,
  at: number,
  end: number,
): DecodePlan | undefined {
  const { last } = spec;
  if (last !== undefined && at + last.wire.length <= end && sameBitmap(last.wire, bytes, at)) {
    return last;
  }
  const reader = new Reader(bytes);
  reader.at = at;
  const numbers: number[] = [];
  if (spec.compiled.bitmap.read(reader, end, numbers) === FAIL) return undefined;
  const key = keyOf(bytes, at, reader.at);
  let plan = spec.plans.get(key);
  if (plan === undefined) {
    plan = newPlan(spec, bytes.slice(at, reader.at), numbers);
    if (plan === undefined) return undefined;
    if (spec.plans.size >= plansMax) spec.plans.clear();
    spec.plans.set(key, plan);
  }
  spec.last = plan;
  return plan;
}

function newPlan(
  spec: FastSpec,
  wire: Uint8Array,
  numbers: readonly number[],
): DecodePlan | undefined {
  const planned: FlatField[] = [];
  const indexOf = new Int16Array(256).fill(-1);
  for (const number of numbers) {
    const field = spec.byNumber[number];
    if (field === undefined) return undefined;
    indexOf[number] = planned.length;
    planned.push(field);
  }
  const lead = spec.compiled.header === undefined ? ['mti'] : ['header', 'mti'];
  const template = templateOf([...lead, ...numbers.map((number) => `de${number}`)]);
  return {
    wire: Uint8Array.from(wire),
    fields: planned,
    runs: fieldRunsOf(planned),
    numbers,
    template,
    places: [...numbers, 0],
    indexOf,
  };
}
