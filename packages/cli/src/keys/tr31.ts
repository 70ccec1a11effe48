// `chipswitch tr31`: key blocks of ANSI X9.143 (TR-31) versions A to E: looked into, wrapped, unwrapped.
import { randomBytes } from 'node:crypto';
import { toHex, wipe, given } from '@chipswitch/bytes';
import {
  deriveProtectionKeys,
  isKeyBlockVersion,
  type KeyBlockHeader,
  type KeyBlockVersion,
  type KeyUsage,
  keyUsages,
  parseKeyBlockHeader,
  protectionKeyLengths,
  referenceKcv,
  unwrapKeyBlock,
  usualModeOfUse,
  withoutScheme,
  wrapKeyBlock,
} from '@chipswitch/cryptography';
import { isRefusal, readInput } from '../frame/input.ts';
import { type Outcome, type Refusal, undecodable, usage } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import { requireKey } from './read-key.ts';
import { algorithmOf, StepLog, stepLines } from './steps.ts';

const versionTexts: Readonly<Record<string, string>> = {
  A: 'TDEA key variant binding (deprecated)',
  B: 'TDEA key derivation binding',
  C: 'TDEA key variant binding',
  D: 'AES key derivation binding',
  E: 'AES counter mode (ISO 20038)',
  '0': 'Thales key block, TDEA',
  '1': 'Thales key block, AES',
  S: 'Thales key block scheme S',
};
const algorithmTexts: Readonly<Record<string, string>> = {
  A: 'AES',
  D: 'DEA',
  E: 'elliptic curve',
  H: 'HMAC',
  R: 'RSA',
  S: 'DSA',
  T: 'TDEA',
};
const modeTexts: Readonly<Record<string, string>> = {
  B: 'encrypt and decrypt',
  C: 'generate and verify',
  D: 'decrypt only',
  E: 'encrypt only',
  G: 'generate only',
  N: 'no special restriction',
  S: 'sign only',
  T: 'sign and decrypt',
  V: 'verify only',
  X: 'derive other keys',
  Y: 'create key variants',
};
const exportTexts: Readonly<Record<string, string>> = {
  E: 'exportable under a trusted key',
  N: 'not exportable',
  S: 'sensitive, exportable under any key-encrypting key',
};
const usageTexts: Readonly<Record<string, string>> = {
  B0: 'base derivation key',
  B1: 'initial DUKPT key',
  B2: 'base key variant',
  C0: 'card verification key',
  D0: 'data encryption',
  D1: 'asymmetric data encryption',
  E0: 'EMV application cryptograms',
  E1: 'EMV secure messaging, confidentiality',
  E2: 'EMV secure messaging, integrity',
  E3: 'EMV data authentication code',
  E4: 'EMV dynamic numbers',
  E5: 'EMV card personalisation',
  E6: 'EMV other',
  I0: 'initialisation vector',
  K0: 'key encryption',
  K1: 'key block protection',
  K2: 'TR-34 asymmetric key',
  K3: 'asymmetric key agreement',
  M0: 'ISO 16609 MAC algorithm 1',
  M1: 'ISO 9797-1 MAC algorithm 1',
  M3: 'ISO 9797-1 MAC algorithm 3',
  M5: 'ISO 9797-1 MAC algorithm 5',
  M6: 'CMAC',
  M7: 'HMAC',
  P0: 'PIN encryption',
  P1: 'PIN generation',
  S0: 'digital signature',
  V0: 'PIN verification',
  V1: 'PIN verification IBM 3624',
  V2: 'PIN verification Visa PVV',
};
const optionalTexts: Readonly<Record<string, string>> = {
  CT: 'certificate',
  DA: 'derivation allowed',
  HM: 'HMAC hash',
  IK: 'initial key id',
  KC: 'check value of the key',
  KP: 'check value of the protection key',
  KS: 'key serial number',
  KV: 'key block values',
  PB: 'padding',
  TC: 'time of creation',
  TS: 'time stamp',
  WP: 'wrapping pedigree',
  AL: 'asymmetric life',
};

function headerData(header: KeyBlockHeader): Record<string, unknown> {
  const {
    version,
    usage: use,
    algorithm,
    modeOfUse,
    keyVersion,
    exportability,
    optionalBlocks,
  } = header;
  return { version, usage: use, algorithm, modeOfUse, keyVersion, exportability, optionalBlocks };
}

/** X9.143 table 5: 00 is no version, c and a character a component, everything else a version. */
function keyVersionText(keyVersion: string): string {
  if (keyVersion === '00') return 'not used';
  return keyVersion.startsWith('c')
    ? `key component ${keyVersion.slice(1)}`
    : `version ${keyVersion} of the key`;
}

function headerLines(header: KeyBlockHeader, paint: Context['paint']): string[] {
  const rows: [string, string, string | undefined][] = [
    ['version', header.version, versionTexts[header.version]],
    ['usage', header.usage, usageTexts[header.usage]],
    ['algorithm', header.algorithm, algorithmTexts[header.algorithm]],
    ['mode of use', header.modeOfUse, modeTexts[header.modeOfUse]],
    ['key version', header.keyVersion, keyVersionText(header.keyVersion)],
    ['exportability', header.exportability, exportTexts[header.exportability]],
    ...header.optionalBlocks.map((block): [string, string, string | undefined] => [
      `block ${block.id}`,
      block.data,
      optionalTexts[block.id],
    ]),
  ];
  return rows.map(([name, value, text]) =>
    `${paint('name', name.padEnd(14))} ${paint('value', value.padEnd(4))} ${text ?? (name.startsWith('block') ? '' : 'not known here')}`.trimEnd(),
  );
}

/** A protection key whose length the version does not take. */
function wrongKbpk(version: KeyBlockVersion, length: number): Refusal {
  const lengths = protectionKeyLengths(version);
  const wanted = `${lengths.slice(0, -1).join(', ')} or ${lengths.at(-1)}`;
  const aes = version === 'D' || version === 'E';
  const other = aes ? 'TDES keys go with B' : 'AES keys go with D';
  return {
    ok: false,
    exit: 6,
    code: 'KEY_BLOCK_KBPK_LENGTH',
    message: `version ${version} takes ${aes ? 'an AES' : 'a TDES'} key of ${wanted} bytes, yours has ${length}; ${other}`,
    offset: 0,
    next: 'check --kbpk: another key or another block',
  };
}

function blockRefusal(code: string, offset: number): Refusal {
  const wrongKey = code === 'mac' || code.startsWith('kbpk');
  const message =
    code === 'mac' ? 'the key block does not verify' : `the key block is malformed: ${code}`;
  return {
    ok: false,
    exit: wrongKey ? 6 : 3,
    code: `KEY_BLOCK_${code.replaceAll('-', '_').toUpperCase()}`,
    message,
    offset,
    next: wrongKey
      ? 'check --kbpk: another key or another block'
      : 'chipswitch tr31 inspect BLOCK shows how far it can be read',
  };
}

async function blockText(value: string | undefined, context: Context): Promise<string | Refusal> {
  if (value === undefined)
    return usage('NO_BLOCK', 'the key block is missing', 'give it as text, @FILE or -');
  const input = await readInput(value, {
    form: 'text',
    from: context.surroundings,
    bytesMax: 10_100,
  });
  return isRefusal(input) ? input : (input.text ?? '');
}

async function inspect(value: string | undefined, context: Context): Promise<Outcome> {
  const text = await blockText(value, context);
  if (typeof text !== 'string') return text;
  const block = withoutScheme(text);
  const read = parseKeyBlockHeader(block);
  if (!read.ok) return blockRefusal(read.error.code, read.error.offset);
  const { header, consumed } = read;
  const stated = Number(block.slice(1, 5));
  const length = block.length;
  const lines = [
    ...headerLines(header, context.paint),
    `${context.paint('name', 'length'.padEnd(14))} ${stated === length ? `${length} characters` : context.paint('bad', `${length} characters, but the header says ${stated}`)}`,
    `${context.paint('name', 'key and MAC'.padEnd(14))} ${length - consumed} characters, not opened (tr31 unwrap)`,
  ];
  const data = { ...headerData(header), length, statedLength: stated };
  const report = { ok: true, data, text: () => lines } as const;
  if (stated === length) return report;
  const next = 'give the block whole, without blanks';
  return undecodable('KEY_BLOCK_LENGTH', 'the length in the header is another', next, {
    offset: 1,
    partial: report,
  });
}

async function unwrap(value: string | undefined, context: Context): Promise<Outcome> {
  const typedBlock = await blockText(value, context);
  if (typeof typedBlock !== 'string') return typedBlock;
  const text = withoutScheme(typedBlock);
  const kbpk = await requireKey('kbpk', { bytes: [8, 16, 24, 32] }, context);
  if (!(kbpk instanceof Uint8Array)) return kbpk;
  const log = new StepLog(context.unsafe);
  explainProtection(text[0], kbpk, log);
  const kbpkLength = kbpk.length;
  const opened = unwrapKeyBlock(kbpk, text);
  wipe(kbpk);
  if (!opened.ok && opened.error.code === 'kbpk-length')
    return wrongKbpk(text[0] as KeyBlockVersion, kbpkLength);
  if (!opened.ok) return blockRefusal(opened.error.code, opened.error.offset);
  const { header, key } = opened;
  const symmetric =
    header.algorithm === 'A' || header.algorithm === 'T' || header.algorithm === 'D';
  const kcv = symmetric
    ? referenceKcv(algorithmOf(key, header.algorithm === 'A' ? 'aes' : 'tdes'), key)
    : undefined;
  const lengthBytes = key.length;
  const shown = context.unsafe ? toHex(key) : undefined;
  wipe(key);
  const { steps } = log;
  const keyText = `${lengthBytes} bytes${kcv === undefined ? '' : `, KCV ${kcv}`}${shown === undefined ? '' : `  ${shown}`}`;
  return {
    ok: true,
    data: {
      ...headerData(header),
      verified: true,
      lengthBytes,
      ...given({ kcv, key: shown }),
      ...(context.args.has('explain') ? { steps } : {}),
    },
    text: () => [
      ...(context.args.has('explain') ? stepLines(steps, context.paint) : []),
      ...headerLines(header, context.paint),
      `${context.paint('name', 'key'.padEnd(14))} ${keyText}`,
      context.paint('good', 'MAC right'),
    ],
  };
}

function explainProtection(version: string | undefined, kbpk: Uint8Array, log: StepLog): void {
  if (version === undefined || !isKeyBlockVersion(version)) return;
  const cipher = version === 'D' || version === 'E' ? 'aes' : 'tdes';
  if ((cipher === 'aes' && kbpk.length === 8) || (cipher === 'tdes' && kbpk.length === 32)) return;
  log.key('protection key', kbpk, cipher, 'KBPK');
  const { kbek, kbak } = deriveProtectionKeys(version, kbpk);
  log.key('encryption key', kbek, cipher, 'KBEK');
  log.key('authentication key', kbak, cipher, 'KBAK');
  wipe(kbek, kbak);
}

/** The header that the options ask for. */
function headerFrom(
  context: Context,
  algorithm: 'A' | 'T',
  version: KeyBlockVersion,
): KeyBlockHeader | Refusal {
  const { args } = context;
  const use = args.value('usage') ?? '';
  if (!(keyUsages as readonly string[]).includes(use)) {
    const next =
      'use e.g. --usage P0 (PIN), M3 (retail MAC), K0 (key encryption), B0 (DUKPT), E0 (EMV)';
    return usage('BAD_USAGE', '--usage is not a key usage of X9.143', next);
  }
  const optionalBlocks = [];
  for (const block of args.all('block')) {
    const match = /^([0-9A-Z]{2})=([\x20-\x7e]*)$/.exec(block);
    if (match === null)
      return usage('BAD_VALUE', '--block is ID=DATA', 'e.g. --block KS=FFFF9876543210E00000');
    optionalBlocks.push({ id: match[1], data: match[2] });
  }
  const keyVersion = args.value('key-version') ?? '00';
  if (!/^[0-9A-Za-z]{2}$/.test(keyVersion))
    return usage('BAD_VALUE', '--key-version has two letters or digits', 'e.g. --key-version 01');
  return {
    version,
    usage: use,
    algorithm,
    modeOfUse: args.value('mode') ?? usualModeOfUse(use as KeyUsage),
    keyVersion,
    exportability: args.value('export') ?? 'E',
    reserved: '00',
    optionalBlocks,
  };
}

/** Wraps a key under the protection key of `--kbpk`; shared with `gen key`. */
export async function wrapUnder(
  key: Uint8Array,
  algorithm: 'A' | 'T',
  context: Context,
): Promise<{ block: string; header: KeyBlockHeader; kcv: string } | Refusal> {
  const kbpk = await requireKey('kbpk', { bytes: [8, 16, 24, 32] }, context);
  if (!(kbpk instanceof Uint8Array)) return kbpk;
  try {
    // A protection key of 32 bytes can only be AES.
    const usual = algorithm === 'A' || kbpk.length === 32 ? 'D' : 'B';
    const version = (context.args.value('block-version') ?? usual) as KeyBlockVersion;
    const header = headerFrom(context, algorithm, version);
    if ('ok' in header) return header;
    if (!protectionKeyLengths(version).includes(kbpk.length))
      return wrongKbpk(version, kbpk.length);
    const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
    const block = wrapKeyBlock(kbpk, header, key, { random });
    return {
      block,
      header,
      kcv: referenceKcv(algorithmOf(key, algorithm === 'A' ? 'aes' : 'tdes'), key),
    };
  } finally {
    wipe(kbpk);
  }
}

async function wrap(context: Context): Promise<Outcome> {
  const algorithm = context.args.value('algorithm') === 'aes' ? 'A' : 'T';
  const bytes = algorithm === 'A' ? [16, 24, 32] : [8, 16, 24];
  const key = await requireKey('key', { bytes }, context);
  if (!(key instanceof Uint8Array)) return key;
  try {
    const wrapped = await wrapUnder(key, algorithm, context);
    if ('ok' in wrapped) return wrapped;
    const { block, header, kcv } = wrapped;
    return {
      ok: true,
      data: { block, kcv, ...headerData(header) },
      text: () => [block],
      notices: context.args.has('explain') ? [`the key inside has KCV ${kcv}`] : [],
    };
  } finally {
    wipe(key);
  }
}

/** `chipswitch tr31 wrap|unwrap|inspect`. */
export const run: RunVerb = (context) => {
  const [kind, value] = context.args.positionals;
  if (kind === 'wrap') return wrap(context);
  if (kind === 'unwrap') return unwrap(value, context);
  if (kind === 'inspect') return inspect(value, context);
  if (kind !== undefined && /^[A-E01]\d{4}/.test(withoutScheme(kind)))
    return inspect(kind, context);
  const typed = kind === undefined ? 'no kind given' : `no kind "${scrubEcho(kind)}"`;
  return usage('UNKNOWN_KIND', `${typed}: wrap, unwrap or inspect`, 'chipswitch tr31 --help');
};
