// Key management over host commands: A0, A6, A8, BU; components are entered at the HSM's console.
import { equalConstantTime, fromAscii, fromHex, toHex } from '@chipswitch/bytes';
import {
  refuse,
  type KeyAlgorithm,
  type KeyUsage,
  usualModeOfUse,
} from '@chipswitch/security-module';
import type { KeyBlockFormat, SecurityModule } from '@chipswitch/security-module';
import type { Fields } from './fields.ts';
import {
  type PayshieldKey,
  blockAlgorithmOf,
  keyTypeOf,
  keyTypeOfUsage,
  schemeOf,
} from './key-record.ts';
import type { AnswerOf, InputOf, ModuleContext } from './module-context.ts';

/** Operations on keys. */
export type KeyOperations = Pick<
  SecurityModule,
  | 'generateKey'
  | 'importKey'
  | 'exportKey'
  | 'formKey'
  | 'kcv'
  | 'deriveInitialKey'
  | 'destroyKey'
  | 'listKeys'
>;

interface NewKey {
  readonly usage: KeyUsage;
  readonly algorithm: KeyAlgorithm;
  readonly modeOfUse?: string;
  readonly exportability?: string;
  readonly keyVersion?: string;
}

/** Fields that say what a new key is, under either kind of local master key. */
function descriptionOf(
  context: ModuleContext,
  key: NewKey,
  schemeName: string,
): Fields | undefined {
  if (context.lmk === 'variant') {
    const keyType = keyTypeOfUsage(key.usage);
    const scheme = schemeOf(key.algorithm, 'lmk');
    return keyType === undefined || scheme === undefined
      ? undefined
      : { keyType, [schemeName]: scheme };
  }
  const algorithm = blockAlgorithmOf(key.algorithm);
  if (algorithm === undefined) return undefined;
  return {
    keyType: 'FFF',
    [schemeName]: 'S',
    keyUsageKeyblock: key.usage,
    algorithmKeyblock: algorithm,
    modeOfUseKeyblock: key.modeOfUse ?? usualModeOfUse(key.usage),
    keyVersionNumberKeyblock: key.keyVersion ?? '00',
    exportabilityKeyblock: key.exportability ?? 'E',
    optionalBlocksCountKeyblock: '00',
  };
}

/** Scheme letter that an export or a wrapped generation asks for. */
function schemeOfFormat(format: KeyBlockFormat, algorithm: KeyAlgorithm): string | undefined {
  if (format === 'ansi-ecb') return schemeOf(algorithm, 'ansi');
  return format.startsWith('thales') ? 'S' : 'R';
}

/** Version of a TR-31 block, which the command names behind `!`. */
function versionOf(format: KeyBlockFormat): Fields {
  return format.startsWith('tr31') ? { keyBlockVersionIdKeyblock: format.slice(-1) } : {};
}

/** What a block is to say of a key that is under the variant LMK, where no block says it yet. */
function blockAttributesOf(context: ModuleContext, key: NewKey, format: KeyBlockFormat): Fields {
  if (context.lmk === 'key-block' || format === 'ansi-ecb') return {};
  return {
    keyUsageVariant: key.usage,
    modeOfUseVariant: key.modeOfUse ?? usualModeOfUse(key.usage),
    keyVersionNumberVariant: key.keyVersion ?? '00',
    exportabilityVariant: key.exportability ?? 'E',
    optionalBlocksCountVariant: '00',
  };
}

/** Block without the scheme letter, and with it. */
const withoutScheme = (field: string): string => field.replace(/^[SRXYZUT]/, '');

function fieldOfBlock(
  block: string,
  format: KeyBlockFormat,
  algorithm: KeyAlgorithm | undefined,
): string | undefined {
  if (format !== 'ansi-ecb') return (format.startsWith('thales') ? 'S' : 'R') + block;
  const letter = { 16: '', 32: 'X', 48: 'Y' }[block.length];
  return letter === undefined || algorithm === undefined ? undefined : letter + block;
}

const formats: Readonly<Record<string, KeyBlockFormat>> = {
  '0': 'thales-0',
  '1': 'thales-1',
  A: 'tr31-A',
  B: 'tr31-B',
  C: 'tr31-C',
  D: 'tr31-D',
  E: 'tr31-E',
};

// A bare key is 16, 32 or 48 hex digits; a block is longer, and says its own length.
function formatOf(block: string): KeyBlockFormat {
  const isBlock = block.length > 48 && Number(block.slice(1, 5)) === block.length;
  return (isBlock ? formats[block[0]] : undefined) ?? 'ansi-ecb';
}

const algorithmsByLetter: Readonly<Record<string, readonly KeyAlgorithm[]>> = {
  D: ['DEA'],
  T: ['2TDEA', '3TDEA'],
  A: ['AES128', 'AES192', 'AES256'],
};

async function generateKey(
  context: ModuleContext,
  { id, wrapUnder, ...key }: InputOf<'generateKey'>,
): AnswerOf<'generateKey'> {
  const { keys, send, find } = context;
  if (keys.has(id)) return refuse('not-allowed', 'id in use');
  const description = descriptionOf(context, key, 'keySchemeLmk');
  if (description === undefined) return refuse('unsupported', 'usage or algorithm');
  let wrapping: Fields = {};
  if (wrapUnder !== undefined) {
    const zmk = find(wrapUnder.key, ['K0', 'K1']);
    if (!zmk.ok) return zmk;
    const scheme = schemeOfFormat(wrapUnder.format, key.algorithm);
    if (scheme === undefined) return refuse('key-usage', 'format');
    wrapping = {
      delimiterZmkTmk: ';',
      keyZmkTmkFlag: '0',
      keyZmkTmk: zmk.key.field,
      keySchemeZmkTmk: scheme,
      ...versionOf(wrapUnder.format),
      ...blockAttributesOf(context, key, wrapUnder.format),
    };
  }
  const mode = wrapUnder === undefined ? '0' : '1';
  const sent = await send('A0', { mode, ...description, ...wrapping });
  if (!sent.ok) return sent;
  const [field, wrapped] = sent.fields.keys ?? [];
  if (field === undefined) return refuse('unavailable', 'no key');
  const ref = keys.add({ id, ...key, field, kcv: sent.fields['kcv'] });
  return {
    ok: true,
    key: ref,
    ...(wrapped === undefined ? {} : { wrapped: withoutScheme(wrapped) }),
  };
}

/** Algorithms a key to be imported may have: the one that is said, or those its block allows. */
function candidatesOf(
  input: InputOf<'importKey'>,
  format: KeyBlockFormat,
): readonly KeyAlgorithm[] {
  if (input.algorithm !== undefined) return [input.algorithm];
  if (format === 'ansi-ecb') return [];
  return algorithmsByLetter[input.block[7]] ?? [];
}

/** Algorithm that the field of an imported key shows; a block's length tells 2TDEA from 3TDEA. */
function importedAlgorithm(field: string, candidate: KeyAlgorithm): KeyAlgorithm {
  const isBlock = field.startsWith('S0') || field.startsWith('S1');
  if (!isBlock || !candidate.endsWith('TDEA')) return candidate;
  const keyDigits = field.length - 17 - (field[1] === '0' ? 8 : 16);
  return keyDigits > (field[1] === '0' ? 48 : 64) ? '3TDEA' : '2TDEA';
}

async function importKey(
  context: ModuleContext,
  input: InputOf<'importKey'>,
): AnswerOf<'importKey'> {
  const { keys, find } = context;
  if (keys.has(input.id)) return refuse('not-allowed', 'id in use');
  const zmk = find(input.under, ['K0', 'K1']);
  if (!zmk.ok) return zmk;
  const format = input.format ?? formatOf(input.block);
  const isBlock = format !== 'ansi-ecb';
  const usage = input.usage ?? (isBlock ? (input.block.slice(5, 7) as KeyUsage) : undefined);
  const candidates = candidatesOf(input, format);
  if (usage === undefined || candidates.length === 0) return refuse('input', 'usage or algorithm');
  if (isBlock && input.usage !== undefined && input.block.slice(5, 7) !== input.usage) {
    return refuse('key-usage', 'usage');
  }
  let refusal = refuse('key-usage', 'algorithm');
  for (const algorithm of candidates) {
    const asked = { zmk: zmk.key.field, format, usage, algorithm };
    const made = await importAs(context, input, asked);
    if (made.ok || made.error.code !== 'key-usage') return made;
    refusal = made;
  }
  return refusal;
}

async function importAs(
  context: ModuleContext,
  input: InputOf<'importKey'>,
  asked: {
    readonly zmk: string;
    readonly format: KeyBlockFormat;
    readonly usage: KeyUsage;
    readonly algorithm: KeyAlgorithm;
  },
): AnswerOf<'importKey'> {
  const { keys, send } = context;
  const { zmk, format, usage, algorithm } = asked;
  const key = fieldOfBlock(input.block, format, algorithm);
  const description = descriptionOf(context, { ...input, usage, algorithm }, 'keyScheme');
  if (key === undefined) return refuse('key-block', 'format');
  // Variant local master keys hold no AES keys.
  if (description === undefined) return refuse('key-usage', 'algorithm');
  // A block brings its attributes; only bare keys are given new ones.
  const { keyType, keyScheme } = description;
  const about = format === 'ansi-ecb' ? description : { keyType, keyScheme };
  const sent = await send('A6', { zmk, key, ...about });
  if (!sent.ok) return sent;
  const [field] = sent.fields.keys ?? [];
  const { kcv } = sent.fields;
  if (field === undefined) return refuse('unavailable', 'no key');
  const digits = input.kcv?.slice(0, kcv.length).toUpperCase() ?? kcv;
  if (!equalConstantTime(fromAscii(digits), fromAscii(kcv))) return refuse('not-verified', 'kcv');
  const made = { id: input.id, usage, algorithm: importedAlgorithm(field, algorithm), kcv, field };
  return { ok: true, key: keys.add(made), parityAdjusted: sent.warning, optionalBlocks: [] };
}

async function exportKey(
  context: ModuleContext,
  { key, under, format, optionalBlocks }: InputOf<'exportKey'>,
): AnswerOf<'exportKey'> {
  const { keys, send, find } = context;
  if ((optionalBlocks?.length ?? 0) > 0) return refuse('unsupported', 'optional blocks');
  const zmk = find(under, ['K0', 'K1']);
  if (!zmk.ok) return zmk;
  const held = keys.find(key);
  if (held === undefined) return refuse('key-unknown');
  if (held.exportability === 'N') return refuse('not-allowed', 'exportability');
  const keyScheme = schemeOfFormat(format, held.algorithm);
  if (keyScheme === undefined) return refuse('key-usage', 'format');
  const fields = {
    keyType: keyTypeOf(held),
    zmk: zmk.key.field,
    key: held.field,
    keyScheme,
    ...versionOf(format),
    ...(held.field.startsWith('S') ? {} : blockAttributesOf(context, held, format)),
  };
  const sent = await send('A8', fields);
  if (!sent.ok) return sent;
  const [block] = sent.fields.keys ?? [];
  return block === undefined
    ? refuse('unavailable', 'no key')
    : { ok: true, block: withoutScheme(block) };
}

const lengthFlag = (key: PayshieldKey): string =>
  key.field.startsWith('S') ? 'F' : ({ DEA: '0', '3TDEA': '2' }[key.algorithm as 'DEA'] ?? '1');

async function kcv(
  context: ModuleContext,
  { key: ref, method, lengthBytes = 3 }: InputOf<'kcv'>,
): AnswerOf<'kcv'> {
  const { keys, send } = context;
  const key = keys.find(ref);
  if (key === undefined) return refuse('key-unknown');
  const aes = key.algorithm.startsWith('AES');
  if (key.algorithm === 'HMAC') return refuse('unsupported', 'hmac');
  if (aes !== (method === 'cmac')) return refuse('unsupported', 'method');
  if (lengthBytes < 3 || lengthBytes > (aes ? 3 : 8)) return refuse('input', 'length');
  const sent = await send('BU', {
    keyTypeCode: 'FF',
    keyLengthFlag: lengthFlag(key),
    key: key.field,
    keyType: keyTypeOf(key),
    reserved: '00',
    kcvType: lengthBytes === 3 ? '1' : '0',
  });
  if (!sent.ok) return sent;
  const value = sent.fields['kcv'] ?? '';
  if (value.length < 2 * lengthBytes) return refuse('unavailable', 'kcv');
  return { ok: true, kcv: fromHex(value.slice(0, 2 * lengthBytes)) };
}

async function deriveInitialKey(
  context: ModuleContext,
  { id, key: ref, ksn }: InputOf<'deriveInitialKey'>,
): AnswerOf<'deriveInitialKey'> {
  const { keys, send, find } = context;
  if (keys.has(id)) return refuse('not-allowed', 'id in use');
  const bdk = find(ref, ['B0']);
  if (!bdk.ok) return bdk;
  if (bdk.key.algorithm !== '2TDEA') return refuse('unsupported', 'algorithm');
  if (ksn.length !== 10) return refuse('ksn', 'length');
  const description = descriptionOf(context, { usage: 'B1', algorithm: '2TDEA' }, 'keySchemeLmk');
  const sent = await send('A0', {
    mode: 'A',
    ...description,
    deriveKeyMode: '0',
    dukptMasterKeyType: '1',
    dukptMasterKey: bdk.key.field,
    // Fifteen digits: the device's part, its last bit and the counter left out.
    ksn: toHex(ksn).slice(0, 14) + ((ksn[7] >> 4) & 0xe).toString(16).toUpperCase(),
  });
  if (!sent.ok) return sent;
  const [field] = sent.fields.keys ?? [];
  if (field === undefined) return refuse('unavailable', 'no key');
  const made = { id, usage: 'B1', algorithm: '2TDEA', kcv: sent.fields['kcv'], field } as const;
  return { ok: true, key: keys.add(made) };
}

/** Operations over the host link. */
export function keyOperations(context: ModuleContext): KeyOperations {
  const { keys } = context;

  return {
    generateKey: (input) => generateKey(context, input),
    importKey: (input) => importKey(context, input),
    exportKey: (input) => exportKey(context, input),
    // Components go in at the console, by their custodians, never over the host link.
    formKey: () => refuse('unsupported', 'components'),
    kcv: (input) => kcv(context, input),
    deriveInitialKey: (input) => deriveInitialKey(context, input),
    destroyKey: ({ key }) => (keys.destroy(key) ? { ok: true } : refuse('key-unknown')),
    listKeys: () => ({ ok: true, keys: keys.list() }),
  };
}
