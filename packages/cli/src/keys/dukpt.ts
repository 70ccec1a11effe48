// `chipswitch dukpt`: keys of a device and transaction (ANSI X9.24-1 for TDES, X9.24-3 for AES), step by step.
import { fromHex, toHex, wipe } from '@chipswitch/bytes';
import {
  aesCounter,
  aesInitialKey,
  aesKsnFault,
  aesTransactionKey,
  aesWorkingKey,
  type DukptKeyType,
  type DukptKeyUsage,
  dukptKeyUsages,
  nextAesKsn,
  nextTdesKsn,
  tdesBaseKey,
  tdesCounter,
  tdesInitialKey,
  tdesKsnFault,
  tdesTransactionKey,
  tdesWorkingKey,
  type TdesWorkingKeyPurpose,
} from '@chipswitch/cryptography';
import { type Outcome, type Refusal, usage } from '../frame/outcome.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import { readKey } from './read-key.ts';
import { StepLog, stepLines } from './steps.ts';

const faultTexts: Readonly<Record<string, string>> = {
  length: 'a key serial number has 10 bytes (TDES) or 12 bytes (AES)',
  'counter-zero': 'the counter is zero: this names the initial key, not a transaction',
  'counter-bits': 'the counter has more one bits than a device ever uses',
  exhausted: 'the device has used up its counters',
};

const tdesPurposes: readonly TdesWorkingKeyPurpose[] = [
  'pin',
  'mac-request',
  'mac-response',
  'data-request',
  'data-response',
];

function ksnFault(fault: string): Refusal {
  const code = `KSN_${fault.replaceAll('-', '_').toUpperCase()}`;
  const next = fault === 'length' ? 'give 20 or 24 hex digits' : 'chipswitch dukpt next KSN';
  return { ok: false, exit: 3, code, message: faultTexts[fault] ?? fault, next };
}

function ksnOption(context: Context, positional: string | undefined): Uint8Array | Refusal {
  const digits = (context.args.value('ksn') ?? positional ?? '').replaceAll(/[\s:]/g, '');
  if (digits === '') return usage('MISSING_OPTION', '--ksn is needed', 'add --ksn HEX');
  // Leading F are sometimes left out of a TDES serial number.
  const padded = /^[0-9A-Fa-f]{16,19}$/.test(digits) ? digits.padStart(20, 'F') : digits;
  if (/^(?:[0-9A-Fa-f]{20}|[0-9A-Fa-f]{24})$/.test(padded)) return fromHex(padded);
  return ksnFault('length');
}

async function initialKey(
  ksn: Uint8Array,
  context: Context,
  log: StepLog,
): Promise<Uint8Array | Refusal> {
  const aes = ksn.length === 12;
  const lengths = { bytes: aes ? [16, 24, 32] : [16] };
  const cipher = aes ? 'aes' : 'tdes';
  const given = context.args.value('initial-key');
  if (given !== undefined) {
    const key = await readKey('initial-key', given, lengths, context);
    if (key instanceof Uint8Array) log.key('initial key', key, cipher, 'as given');
    return key;
  }
  const value = context.args.value('bdk');
  if (value === undefined)
    return usage(
      'MISSING_OPTION',
      '--bdk or --initial-key is needed',
      'add --bdk HEX|@FILE|env:NAME',
    );
  const bdk = await readKey('bdk', value, lengths, context);
  if (!(bdk instanceof Uint8Array)) return bdk;
  log.key('base derivation key', bdk, cipher);
  let key: Uint8Array;
  if (aes) key = aesInitialKey(bdk, ksn.subarray(0, 8));
  else {
    const base = tdesBaseKey(bdk);
    key = tdesInitialKey(base, ksn);
    base.left.wipe();
    base.right.wipe();
  }
  wipe(bdk);
  const id = aes ? ksn.subarray(0, 8) : maskedTdesId(ksn);
  log.key('initial key', key, cipher, `of device ${toHex(id)}`);
  return key;
}

/** The serial number without its counter. */
function maskedTdesId(ksn: Uint8Array): Uint8Array {
  const id = ksn.slice(0, 8);
  id[7] &= 0xe0;
  return id;
}

function workingKeys(
  ksn: Uint8Array,
  transactionKey: Uint8Array,
  log: StepLog,
  type: DukptKeyType,
): Record<string, string> {
  const kcvs: Record<string, string> = {};
  if (ksn.length === 10) {
    for (const purpose of tdesPurposes) {
      const key = tdesWorkingKey(transactionKey, purpose);
      kcvs[purpose] = log.key(purpose, key, 'tdes');
      wipe(key);
    }
    return kcvs;
  }
  for (const purpose of Object.keys(dukptKeyUsages) as DukptKeyUsage[]) {
    const key = aesWorkingKey(transactionKey, ksn, purpose, type);
    kcvs[purpose] = log.key(purpose, key, type.endsWith('TDEA') ? 'tdes' : 'aes');
    wipe(key);
  }
  return kcvs;
}

async function showKeys(positional: string | undefined, context: Context): Promise<Outcome> {
  const ksn = ksnOption(context, positional);
  if (!(ksn instanceof Uint8Array)) return ksn;
  const aes = ksn.length === 12;
  const fault = aes ? aesKsnFault(ksn) : tdesKsnFault(ksn);
  if (fault !== undefined) return ksnFault(fault);
  const log = new StepLog(context.unsafe);
  const first = await initialKey(ksn, context, log);
  if (!(first instanceof Uint8Array)) return first;
  const counter = aes ? aesCounter(ksn) : tdesCounter(ksn);
  const transactionKey = aes ? aesTransactionKey(first, ksn) : tdesTransactionKey(first, ksn);
  log.key(
    aes ? 'derivation key' : 'transaction key',
    transactionKey,
    aes ? 'aes' : 'tdes',
    `counter ${counter}`,
  );
  const type = (context.args.value('key-type') ?? `AES${first.length * 8}`) as DukptKeyType;
  const kcvs = workingKeys(ksn, transactionKey, log, type);
  wipe(first, transactionKey);
  const { steps } = log;
  return {
    ok: true,
    data: { ksn: toHex(ksn), algorithm: aes ? 'AES' : 'TDES', counter, kcvs, steps },
    text: () => [
      `KSN ${toHex(ksn)}  ${aes ? 'AES' : 'TDES'}, counter ${counter}`,
      ...stepLines(steps, context.paint),
    ],
  };
}

function showNext(positional: string | undefined, context: Context): Outcome {
  const ksn = ksnOption(context, positional);
  if (!(ksn instanceof Uint8Array)) return ksn;
  const next = ksn.length === 12 ? nextAesKsn(ksn) : nextTdesKsn(ksn);
  if (typeof next === 'string') return ksnFault(next);
  return { ok: true, data: { ksn: toHex(next) }, text: () => [toHex(next)] };
}

/** `chipswitch dukpt [keys|next] KSN`. */
export const run: RunVerb = (context) => {
  const [kind, value] = context.args.positionals;
  if (kind === 'next') return showNext(value, context);
  if (kind === undefined || kind === 'keys') return showKeys(value, context);
  return showKeys(kind, context);
};
