// What the payShield module's groups of operations share: keys, sending, looking keys up.
import { type Outcome, type Refusal, refuse, type KeyUsage } from '@chipswitch/security-module';
import type { KeyRef, SecurityOperations } from '@chipswitch/security-module';
import type { PayshieldClient } from './client.ts';
import type { Fields, ReadFields } from './fields.ts';
import type { PayshieldKey, PayshieldKeys } from './key-record.ts';

/** What every group of operations works with. */
export interface ModuleContext {
  readonly keys: PayshieldKeys;
  readonly lmk: 'variant' | 'key-block';
  /** Sends a command with the LMK identifier added. */
  readonly send: (command: string, fields: Fields) => Promise<SentOutcome>;
  /** The key if its usage is one of these, else why not. */
  readonly find: (
    ref: KeyRef,
    usages: readonly KeyUsage[],
  ) => { readonly ok: true; readonly key: PayshieldKey } | Refusal;
}

/** What an operation takes. */
export type InputOf<Name extends keyof SecurityOperations> = Parameters<
  SecurityOperations[Name]
>[0];

/** What an operation promises. */
export type AnswerOf<Name extends keyof SecurityOperations> = Promise<
  ReturnType<SecurityOperations[Name]>
>;

/** Fields of an answer, and whether it came with a warning. */
export type SentOutcome =
  | { readonly ok: true; readonly fields: ReadFields; readonly warning: boolean }
  | Refusal;

/** A verification's outcome: only yes or why not. */
export async function verdict(sent: Promise<SentOutcome>): Promise<Outcome> {
  const outcome = await sent;
  return outcome.ok ? { ok: true } : outcome;
}

/** Twelve digits of account as host commands take them: rightmost, without the check digit. */
export function accountOf(pan: string): string | undefined {
  return /^\d{12,19}$/.test(pan) ? pan.slice(0, -1).slice(-12).padStart(12, '0') : undefined;
}

/** Context of a module over a client. */
export function contextOf(
  client: PayshieldClient,
  module: {
    readonly keys: PayshieldKeys;
    readonly lmk: 'variant' | 'key-block';
    readonly lmkIdentifier?: string;
  },
): ModuleContext {
  const { keys, lmk, lmkIdentifier } = module;
  return {
    keys,
    lmk,
    send: async (command, fields) => {
      const all = lmkIdentifier === undefined ? fields : { ...fields, lmkIdentifier };
      const outcome = await client.send(command, all);
      if (!outcome.ok) return outcome;
      return { ok: true, fields: outcome.response.fields, warning: outcome.response.warning };
    },
    find: (ref, usages) => {
      const key = keys.find(ref);
      if (key === undefined) return refuse('key-unknown');
      return usages.includes(key.usage) ? { ok: true, key } : refuse('key-usage', 'usage');
    },
  };
}
