// Building blocks of the command table: fields that many host commands share.
import { given } from '@chipswitch/bytes';
import { keyBlockAlgorithm, keyBlockUsage } from '../key-field.ts';
import type { Field, KnownFields } from '../layout.ts';

type When = (known: KnownFields) => boolean;

/** Optional attributes of a field. */
export interface Extras {
  readonly when?: When;
  readonly aliases?: readonly string[];
}

/** Fixed characters. */
export const text = (name: string, length: number, extras: Extras = {}): Field => ({
  kind: 'text',
  name,
  length,
  ...extras,
});

/** Decimal digits, filled with zeros on the left. */
export const digits = (name: string, length: number, extras: Extras = {}): Field => ({
  kind: 'text',
  name,
  length,
  fill: 'zero-left',
  ...extras,
});

/** A key field. */
export const key = (name: string, extras: Extras = {}): Field => ({ kind: 'key', name, ...extras });

/** A key field whose bare form is a pair of single-length keys. */
export const pairKey = (name: string): Field => ({ kind: 'key', name, pair: true });

/** Bytes. */
export const bytes = (name: string, length: number, extras: Extras = {}): Field => ({
  kind: 'binary',
  name,
  length,
  ...extras,
});

/** Text up to a delimiter. */
export const upTo = (
  name: string,
  delimiter: string,
  lengthMax: number,
  extras: Extras = {},
): Field => ({ kind: 'delimited', name, delimiter, lengthMax, ...extras });

/** A delimiter and what comes with it. */
export const marked = (
  mark: string,
  fields: readonly Field[],
  markName?: string,
  when?: When,
): Field => ({
  kind: 'group',
  mark,
  fields,
  ...given({ markName, when }),
});

/** `%nn`, the LMK identifier. */
export const lmkIdentifier = marked('%', [digits('lmkIdentifier', 2)], 'delimiterLmk');

/** The whole of what is left of a response. */
export const rest = (name: string, content: 'text' | 'binary' = 'text', followedBy = 0): Field => ({
  kind: 'rest',
  name,
  content,
  followedBy,
});

/** Account number: the rightmost 12 digits without the check digit. */
export const account = text('pan', 12, { aliases: ['account', 'accountNumber'] });

/** A PIN block: 16H, or 32H under an AES key, which only a key block can hold. */
export const pinBlock = (name: string, ...keyNames: readonly string[]): Field => ({
  kind: 'text',
  name,
  length: (known) =>
    keyNames.some((keyName) => keyBlockAlgorithm(known[keyName] ?? '') === 'A') ? 32 : 16,
});

/** What IBM 3624 verification needs, offset included or not. */
export const ibm3624 = (withOffset: boolean): readonly Field[] => [
  text('decimalisationTable', 16),
  text('pinValidationData', 12),
  ...(withOffset ? [offset('offset')] : []),
];

/** An IBM 3624 offset: 12H, left-justified, F behind. */
export const offset = (name: string): Field => ({
  kind: 'text',
  name,
  length: 12,
  fill: 'f-right',
});

/** PIN block, its format and the account it belongs to. */
export const pinBlockFormatAccount = (keyName: string): readonly Field[] => [
  pinBlock('pinBlock', keyName),
  text('pinBlockFormat', 2),
  account,
];

/** Whether a destination key is a BDK: a `*` or `~` before it, or usage B0 in its block. */
export const destinationIsBdk: When = (known) =>
  (known['destinationKeyFlag'] ?? '') !== '' ||
  keyBlockUsage(known['destinationKey'] ?? '') === 'B0';

/** A destination that is a ZPK, or a BDK with its KSN. */
export const destinationKey: readonly Field[] = [
  text('destinationKeyFlag', 1, {
    when: (known) => /^[*~!]/.test(known['next'] ?? ''),
  }),
  key('destinationKey', { aliases: ['destinationZpk', 'destinationBdk'] }),
];

/** KSN descriptor and KSN: the descriptor's three digits are its parts' lengths, plus the counter. */
export const ksn = (prefix: string, when?: When): readonly Field[] => {
  const named = (suffix: string): string =>
    prefix === '' ? suffix[0].toLowerCase() + suffix.slice(1) : prefix + suffix;
  const extras = when === undefined ? {} : { when };
  return [
    text(named('KsnDescriptor'), 3, extras),
    {
      kind: 'text',
      name: named('Ksn'),
      length: (known) => ksnLength(known[named('KsnDescriptor')] ?? ''),
      ...extras,
    },
  ];
};

/**
 * Hex digits of a KSN with this descriptor: TDES serial numbers have 20 digits at most, AES ones 24
 * (descriptor digits add up to 16 and the counter has 8).
 */
function ksnLength(descriptor: string): number {
  let identifiers = 0;
  for (const digit of descriptor) identifiers += Number.parseInt(digit, 16);
  return identifiers === 16 ? 24 : 20;
}

/** The answer of every PIN translation. */
export const translatedPin: readonly Field[] = [
  text('pinLength', 2, { aliases: ['checkLength'] }),
  { kind: 'rest', name: 'pinBlock', content: 'text', followedBy: 2, lengths: [16, 32] },
  text('pinBlockFormat', 2),
];

/** One or more keys and the check value behind them. */
export const keysAndCheckValue: readonly Field[] = [
  { kind: 'keys', name: 'keys', followedBy: 6 },
  text('kcv', 6),
];

/** One key and its check value, 6H or 16H, as older translation commands answer. */
export const keyAndCheckValue: readonly Field[] = [
  { kind: 'key', name: 'key' },
  { kind: 'rest', name: 'kcv', content: 'text', followedBy: 0 },
];

/** Attributes of a new key block behind `#`. */
export const keyBlockAttributes = marked(
  '#',
  [
    text('keyUsageKeyblock', 2),
    text('algorithmKeyblock', 2),
    text('modeOfUseKeyblock', 1),
    digits('keyVersionNumberKeyblock', 2),
    text('exportabilityKeyblock', 1),
    digits('optionalBlocksCountKeyblock', 2),
    {
      kind: 'rest',
      name: 'optionalBlocksDataKeyblock',
      content: 'text',
      followedBy: 0,
      when: (known) => Number(known['optionalBlocksCountKeyblock'] ?? '0') > 0,
    },
  ],
  'delimiterKeyblock',
);

/** Exportability of the exported block behind `&` (key-block LMK). */
export const exportability = marked(
  '&',
  [text('modExportabilityKeyblock', 1, { aliases: ['modExportability', 'exportability'] })],
  'delimiterExportKeyblock',
);

/** Attributes of a key block made from a key under the variant LMK, behind `&`. */
export const variantBlockAttributes = marked(
  '&',
  [
    text('keyUsageVariant', 2),
    text('modeOfUseVariant', 1),
    digits('keyVersionNumberVariant', 2),
    text('exportabilityVariant', 1),
    digits('optionalBlocksCountVariant', 2),
  ],
  'delimiterVariant',
  (known) => known['keyType'] !== 'FFF',
);

/** `;` key scheme under the ZMK, key scheme under the LMK, kind of check value: older commands' tail. */
export const schemesTail = marked(
  ';',
  [text('keySchemeZmk', 1), text('keySchemeLmk', 1), text('kcvType', 1)],
  'delimiter',
);

/** A message whose 4H length counts the characters of the field that follows. */
export const message = (name: string, aliases: readonly string[]): Field => ({
  kind: 'sized',
  name,
  aliases,
  lengthName: 'messageLength',
  lengthDigits: 4,
  radix: 16,
  content: 'latin1',
});
