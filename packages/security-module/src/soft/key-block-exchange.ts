// Keys in and out of the soft module as blocks: TR-31, Thales, ANSI X9.17 ECB.
import { wipe, given } from '@chipswitch/bytes';
import {
  refuse,
  type Outcome,
  type Refusal,
  keyLengthBytes,
  keyUsages,
  adjustParity,
  hasOddParity,
  decryptUnderZoneKey,
  encryptUnderZoneKey,
  unwrapThalesKeyBlock,
  wrapThalesKeyBlock,
  unwrapKeyBlock,
  wrapKeyBlock,
  type UnwrappedKey,
  protectionKeyLengths,
  type KeyBlockHeader,
  type KeyBlockVersion,
  type RandomSource,
  type Exportability,
  type KeyAlgorithm,
  type KeyUsage,
  type ModeOfUse,
  type OptionalBlock,
} from '@chipswitch/cryptography';
import type { ImportKeyInput, KeyBlockFormat } from '../operations/keys.ts';
import type { HeldKey, NewKey } from './key-table.ts';

/** A key out of a block, with what its header says or the caller knows of it. */
export interface ReadKey {
  readonly ok: true;
  readonly key: Omit<NewKey, 'id'>;
  readonly parityAdjusted: boolean;
  readonly optionalBlocks: readonly OptionalBlock[];
}

/** Which format a block has, by its looks. */
function formatOfBlock(block: string): KeyBlockFormat | undefined {
  if (/^[A-E][0-9]{4}/.test(block) && block.length >= 16) {
    return `tr31-${block[0] as KeyBlockVersion}`;
  }
  if (/^S?[01][0-9]{4}[A-Z]/.test(block)) {
    return block.replace('S', '').startsWith('0') ? 'thales-0' : 'thales-1';
  }
  return /^[UTXYZ]?[0-9A-Fa-f]{16,48}$/.test(block) ? 'ansi-ecb' : undefined;
}

const modes = 'BCDEGNSTVXY';

function algorithmOf(letter: string, lengthBytes: number): KeyAlgorithm | undefined {
  if (letter === 'H') return lengthBytes >= 16 ? 'HMAC' : undefined;
  const family: readonly KeyAlgorithm[] =
    letter === 'A' ? ['AES128', 'AES192', 'AES256'] : ['DEA', '2TDEA', '3TDEA'];
  if (letter !== 'A' && letter !== 'T' && letter !== 'D') return undefined;
  return family.find((name) => name !== 'HMAC' && keyLengthBytes[name] === lengthBytes);
}

const letterOf = (algorithm: KeyAlgorithm): string => {
  if (algorithm === 'HMAC') return 'H';
  if (algorithm === 'DEA') return 'D';
  return algorithm.startsWith('AES') ? 'A' : 'T';
};

// Single-length keys come as D, or as T from senders that know one letter for all of DEA.
const isDea = (algorithm: KeyAlgorithm): boolean => algorithm.endsWith('DEA');

type Attributes = Omit<NewKey, 'id' | 'bytes'>;

function attributesOf(header: KeyBlockHeader, lengthBytes: number): Attributes | Refusal {
  const usage = keyUsages.find((known) => known === header.usage);
  if (usage === undefined) return refuse('key-block', 'usage');
  const algorithm = algorithmOf(header.algorithm, lengthBytes);
  if (algorithm === undefined) return refuse('key-block', 'algorithm');
  if (!modes.includes(header.modeOfUse)) return refuse('key-block', 'mode of use');
  if (!'ENS'.includes(header.exportability)) return refuse('key-block', 'exportability');
  return {
    usage,
    algorithm,
    modeOfUse: header.modeOfUse as ModeOfUse,
    exportability: header.exportability as Exportability,
    keyVersion: header.keyVersion,
  };
}

function wanted(input: ImportKeyInput, read: Attributes): Refusal | undefined {
  if (input.usage !== undefined && input.usage !== read.usage) return refuse('key-usage', 'usage');
  if (input.algorithm !== undefined && input.algorithm !== read.algorithm) {
    return refuse('key-usage', 'algorithm');
  }
  const mode = input.modeOfUse;
  return mode === undefined || mode === read.modeOfUse ? undefined : refuse('key-usage', 'mode');
}

// Parity is set right and said so, as HSMs do: the key is the same to DEA.
function withParity(
  input: ImportKeyInput,
  attributes: Attributes,
  bytes: Uint8Array,
  optionalBlocks: readonly OptionalBlock[],
): ReadKey | Refusal {
  const parityAdjusted = isDea(attributes.algorithm) && !hasOddParity(bytes);
  if (parityAdjusted && input.strictParity === true) {
    wipe(bytes);
    return refuse('key-parity');
  }
  if (parityAdjusted) adjustParity(bytes);
  return { ok: true, key: { ...attributes, bytes }, parityAdjusted, optionalBlocks };
}

function fromBlock(input: ImportKeyInput, unwrapped: UnwrappedKey): ReadKey | Refusal {
  if (!unwrapped.ok) return refuse('key-block', unwrapped.error.code);
  const { header, key } = unwrapped;
  const attributes = attributesOf(header, key.length);
  const refusal = 'ok' in attributes ? attributes : wanted(input, attributes);
  if (refusal !== undefined) {
    wipe(key);
    return refusal;
  }
  return withParity(input, attributes as Attributes, key, header.optionalBlocks);
}

function fromEcb(input: ImportKeyInput, under: HeldKey): ReadKey | Refusal {
  if (input.usage === undefined) return refuse('input', 'usage');
  if (!isDea(under.ref.algorithm) || under.bytes.length !== 16) {
    return refuse('key-usage', 'algorithm');
  }
  const read = decryptUnderZoneKey(under.bytes, input.block);
  if (!read.ok) return refuse('key-block', read.error.code);
  const algorithm = algorithmOf('T', read.key.length);
  if (algorithm === undefined || (input.algorithm ?? algorithm) !== algorithm) {
    wipe(read.key);
    return refuse('key-usage', 'algorithm');
  }
  const attributes: Attributes = {
    usage: input.usage,
    algorithm,
    ...given({ modeOfUse: input.modeOfUse, exportability: input.exportability }),
  };
  return withParity(input, attributes, read.key, []);
}

/** Takes a key out of a block under a key encryption key; its bytes are the caller's to wipe. */
export function readKeyBlock(input: ImportKeyInput, under: HeldKey): ReadKey | Refusal {
  const format = input.format ?? formatOfBlock(input.block);
  if (format === undefined) return refuse('key-block', 'format');
  if (format === 'ansi-ecb') return fromEcb(input, under);
  const aesBlock = format === 'tr31-D' || format === 'tr31-E' || format === 'thales-1';
  if (aesBlock !== under.ref.algorithm.startsWith('AES')) {
    // The most frequent mistake: a version that the protection key does not fit.
    return refuse('key-block', aesBlock ? 'version wants an AES key' : 'version wants a TDEA key');
  }
  if (format === 'thales-0' || format === 'thales-1') {
    return fromBlock(input, unwrapThalesKeyBlock(under.bytes, input.block));
  }
  if (input.block[0] !== format.slice(-1)) return refuse('key-block', 'version');
  return fromBlock(input, unwrapKeyBlock(under.bytes, input.block));
}

// Security in bits by NIST SP 800-57 part 1 table 2; a wrapping key may not be weaker.
const strength: Readonly<Record<KeyAlgorithm, number>> = {
  DEA: 56,
  '2TDEA': 80,
  '3TDEA': 112,
  AES128: 128,
  AES192: 192,
  AES256: 256,
  HMAC: 0,
};

/** A key to be put into a block. */
export interface WrapRequest {
  readonly key: HeldKey;
  readonly under: HeldKey;
  readonly format: KeyBlockFormat;
  readonly optionalBlocks?: readonly OptionalBlock[] | undefined;
}

function headerOf({ key, format, optionalBlocks }: WrapRequest): KeyBlockHeader {
  const { modeOfUse, keyVersion, exportability } = key.attributes;
  return {
    version: format.slice(-1),
    usage: key.ref.usage satisfies KeyUsage,
    algorithm: letterOf(key.ref.algorithm),
    modeOfUse,
    keyVersion,
    exportability,
    reserved: '00',
    optionalBlocks: optionalBlocks ?? [],
  };
}

const blockCharacters = /^[ -~]*$/;

/** Puts a key into a block, or says why it may not. */
export function writeKeyBlock(
  request: WrapRequest,
  random: RandomSource,
): Outcome<{ block: string }> {
  const { key, under, format } = request;
  const length = under.bytes.length;
  if (strength[under.ref.algorithm] < strength[key.ref.algorithm]) {
    return refuse('not-allowed', 'weaker wrapping key');
  }
  for (const { id, data } of request.optionalBlocks ?? []) {
    const fits = /^[0-9A-Z]{2}$/.test(id) && id !== 'PB' && blockCharacters.test(data);
    if (!fits || data.length > 4000) return refuse('input', 'optional block');
  }
  if (format === 'ansi-ecb') {
    if (!isDea(under.ref.algorithm) || length !== 16 || !isDea(key.ref.algorithm)) {
      return refuse('key-usage', 'algorithm');
    }
    const scheme = key.bytes.length === 8 ? 'Z' : key.bytes.length === 16 ? 'X' : 'Y';
    const block = encryptUnderZoneKey(under.bytes, key.bytes, scheme);
    return block === undefined ? refuse('input', 'length') : { ok: true, block };
  }
  const header = headerOf(request);
  const version = header.version === '0' ? 'B' : header.version === '1' ? 'D' : header.version;
  const aes = version === 'D' || version === 'E';
  if (aes !== under.ref.algorithm.startsWith('AES')) return refuse('key-usage', 'algorithm');
  if (!protectionKeyLengths(version as KeyBlockVersion).includes(length)) {
    return refuse('key-usage', 'algorithm');
  }
  const block = format.startsWith('thales')
    ? wrapThalesKeyBlock(under.bytes, header, key.bytes, random)
    : wrapKeyBlock(under.bytes, header, key.bytes, { random });
  return { ok: true, block };
}
