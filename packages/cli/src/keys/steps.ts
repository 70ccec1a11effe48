// The intermediate steps of a calculation for `--explain`: check values of keys, never keys unless --unsafe.
import { toHex } from '@chipswitch/bytes';
import { type KeyAlgorithm, referenceKcv } from '@chipswitch/cryptography';
import type { Paint } from '../frame/paint.ts';
import { padColumns } from '../frame/width.ts';

/** One step. */
export interface Step {
  readonly name: string;
  readonly value: string;
  /** Clause or remark. */
  readonly note?: string;
}

/** The algorithm of a key of this many bytes. */
export function algorithmOf(key: Uint8Array, cipher: 'tdes' | 'aes'): KeyAlgorithm {
  if (cipher === 'aes')
    return key.length === 16 ? 'AES128' : key.length === 24 ? 'AES192' : 'AES256';
  return key.length === 8 ? 'DEA' : key.length === 16 ? '2TDEA' : '3TDEA';
}

/** Gathers steps while a calculation runs. */
export class StepLog {
  readonly steps: Step[] = [];
  readonly #unsafe: boolean;

  constructor(unsafe: boolean) {
    this.#unsafe = unsafe;
  }

  /** A key: its algorithm and check value; the key itself only when unmasked output was asked for. */
  key(name: string, key: Uint8Array, cipher: 'tdes' | 'aes', note?: string): string {
    const algorithm = algorithmOf(key, cipher);
    const kcv = referenceKcv(algorithm, key);
    const clear = this.#unsafe ? `  ${toHex(key)}` : '';
    this.#add(name, `${algorithm}, KCV ${kcv}${clear}`, note);
    return kcv;
  }

  /** Public data. */
  data(name: string, value: Uint8Array | string, note?: string): void {
    this.#add(name, typeof value === 'string' ? value : toHex(value), note);
  }

  /** Data that would give something away: shown only when unmasked output was asked for. */
  secret(name: string, value: Uint8Array, note?: string): void {
    const hidden = `${value.length} bytes, shown with --unsafe`;
    this.#add(name, this.#unsafe ? toHex(value) : hidden, note);
  }

  #add(name: string, value: string, note: string | undefined): void {
    this.steps.push(note === undefined ? { name, value } : { name, value, note });
  }
}

/** Steps as numbered lines. */
export function stepLines(steps: readonly Step[], paint: Paint): string[] {
  const width = Math.max(0, ...steps.map(({ name }) => name.length));
  return steps.map(({ name, value, note }, index) => {
    const number = String(index + 1).padStart(2);
    const remark = note === undefined ? '' : paint('dim', `  ${note}`);
    return `${number}  ${padColumns(paint('name', name), width)}  ${value}${remark}`;
  });
}
