// Value of any data object by its tag: the dictionary says which decoder reads it.
import { toHex } from '@chipswitch/bytes';
import { type DolEntry, type Tag, parseDol, parseTagList, tagHex } from '@chipswitch/tlv';
import { type Scheme, schemeOfAid } from '../dictionary/application.ts';
import type { NameLocale } from '../dictionary/names.ts';
import { type TagInfo, findTagInfo } from '../dictionary/tag-info.ts';
import { type AflValue, decodeAfl } from './afl.ts';
import { type BitString, decodeTagBits } from './bits.ts';
import * as codes from './codes.ts';
import { type CidValue, decodeCid } from './cryptogram-information.ts';
import { type CvmListValue, type CvmResultsValue, decodeCvmList, decodeCvmResults } from './cvm.ts';
import { type FormFactorValue, decodeFormFactor } from './form-factor.ts';
import { type IssuerApplicationData, decodeIad } from './iad.ts';
import * as issuer from './issuer-response.ts';
import * as numbers from './number.ts';
import * as outcomes from './outcome.ts';
import { type RegisteredDataValue, decodeRegisteredData } from './registered-data.ts';
import { type DecodeResult, decoded, refused } from './result.ts';
import * as texts from './text.ts';
import * as tracks from './track.ts';

/** A data object list. */
export interface DolValue {
  readonly type: 'dol';
  readonly entries: readonly DolEntry[];
  readonly dataLength: number;
}

/** A list of tags. */
export interface TagListValue {
  readonly type: 'tag-list';
  readonly tags: readonly Tag[];
}

/** A value nobody reads further. */
export interface HexValue {
  readonly type: 'hex';
  readonly hex: string;
}

/** Everything a value can turn into, told apart by `type`. */
export type DecodedData =
  | AflValue
  | BitString
  | CidValue
  | CvmListValue
  | CvmResultsValue
  | DolValue
  | FormFactorValue
  | HexValue
  | IssuerApplicationData
  | RegisteredDataValue
  | TagListValue
  | codes.AidValue
  | codes.CodeValue
  | codes.CountryValue
  | codes.CurrenciesValue
  | codes.CurrencyValue
  | codes.KernelIdentifierValue
  | codes.LogEntryValue
  | codes.PriorityValue
  | codes.TerminalTypeValue
  | issuer.IssuerAuthenticationValue
  | issuer.ScriptCommandValue
  | issuer.ScriptResultsValue
  | numbers.DateValue
  | numbers.DigitsValue
  | numbers.NumberValue
  | numbers.TimeValue
  | outcomes.ErrorIndicationValue
  | outcomes.OutcomeValue
  | outcomes.UserInterfaceValue
  | texts.LanguagesValue
  | texts.TextValue
  | tracks.PanValue
  | tracks.TrackValue;

/** What else must be known to read a value. */
export interface DecodeContext {
  /** Application identifier, hex; null or absent when it is not known. */
  readonly aid?: string | null;
  /** Other data objects of the same card or message: 9F11 for names, 5F2A for amounts. */
  readonly objects?: { get(tag: Tag): Uint8Array | undefined };
  /** Language of the names in texts (countries, currencies, codes …). Default English. */
  readonly locale?: NameLocale;
  /** What an authorisation response code (8A) means, from whoever has the table of them; codes are shown bare without. */
  readonly responseWords?: codes.ResponseWords;
}

function decodeDolValue(value: Uint8Array): DecodeResult<DolValue> {
  const dol = parseDol(value);
  if (!dol.ok) return refused('format', dol.error.offset);
  const text = dol.entries.map(({ tag, length }) => {
    const name = findTagInfo(tag)?.name ?? 'Unknown';
    return `${tagHex(tag)} ${name}: ${length}`;
  });
  return decoded({ type: 'dol', entries: dol.entries, dataLength: dol.dataLength }, ...text);
}

function decodeTagList(value: Uint8Array): DecodeResult<TagListValue> {
  const list = parseTagList(value);
  if (!list.ok) return refused('format', list.error.offset);
  const { tags } = list;
  const text = tags.map((tag) => `${tagHex(tag)} ${findTagInfo(tag)?.name ?? 'Unknown'}`);
  return decoded({ type: 'tag-list', tags }, ...text);
}

/** Digits of format cn: filled with F on the right. */
function decodeCompressedDigits(value: Uint8Array): DecodeResult<numbers.DigitsValue> {
  const hex = toHex(value);
  const digits = hex.replace(/F+$/, '');
  const bad = digits.search(/\D/);
  return bad < 0 ? decoded({ type: 'digits', digits }, digits) : refused('format', bad >> 1);
}

function decodeHex(value: Uint8Array): DecodeResult<HexValue> {
  return decoded({ type: 'hex', hex: toHex(value) });
}

type ValueDecoder = (
  value: Uint8Array,
  context: DecodeContext,
  tag: Tag,
) => DecodeResult<DecodedData>;

const amountCurrency = (context: DecodeContext): Uint8Array | undefined =>
  context.objects?.get(0x5f2a) ?? context.objects?.get(0x9f42);

// Keys are the decoder names of data/tags.ts; a test holds the two against each other.
const decoders: Readonly<Record<string, ValueDecoder>> = {
  'account-type': (value, context) => codes.decodeAccountType(value, context.locale),
  afl: decodeAfl,
  aid: (value, context) => codes.decodeAid(value, context.locale),
  'amex-reader': codes.decodeAmexReader,
  amount: (value, context) => numbers.decodeAmount(value, amountCurrency(context)),
  'amount-binary': (value, context) => numbers.decodeBinaryAmount(value, amountCurrency(context)),
  arc: (value, context) => codes.decodeResponseCode(value, context),
  asrpd: decodeRegisteredData,
  bits: (value, { locale }, tag) => decodeTagBits(tag, value, locale) ?? decodeHex(value),
  'bits-tvr': (value, { locale }) => decodeTagBits(0x95, value, locale) ?? decodeHex(value),
  cid: decodeCid,
  country: (value, context) => codes.decodeCountry(value, context.locale),
  currencies: (value, context) => codes.decodeCurrencies(value, context.locale),
  currency: (value, context) => codes.decodeCurrency(value, context.locale),
  'cvm-list': (value, { locale }) => decodeCvmList(value, locale),
  'cvm-results': (value, { locale }) => decodeCvmResults(value, locale),
  date: numbers.decodeDate,
  digits: numbers.decodeDigits,
  'digits-cn': decodeCompressedDigits,
  dol: decodeDolValue,
  'error-indication': outcomes.decodeErrorIndication,
  'form-factor': (value, context) => decodeFormFactor(value, context.aid),
  iad: (value, context) => decodeIad(value, context.aid),
  'issuer-authentication': issuer.decodeIssuerAuthentication,
  'kernel-identifier': codes.decodeKernelIdentifier,
  languages: (value, context) => texts.decodeLanguages(value, context.locale),
  'log-entry': codes.decodeLogEntry,
  mcc: (value, context) => codes.decodeMerchantCategory(value, context.locale),
  number: numbers.decodeNumber,
  oid: codes.decodeObjectIdentifier,
  outcome: outcomes.decodeOutcome,
  pan: tracks.decodePan,
  'pos-entry-mode': (value, context) => codes.decodePosEntryMode(value, context.locale),
  priority: codes.decodePriority,
  'script-command': issuer.decodeScriptCommand,
  'script-results': issuer.decodeScriptResults,
  'service-code': codes.decodeServiceCode,
  'tag-list': decodeTagList,
  'terminal-type': codes.decodeTerminalType,
  text: texts.decodeText,
  'text-local': (value, context) => texts.decodeLocalText(value, context.objects?.get(0x9f11)),
  time: numbers.decodeTime,
  track1: tracks.decodeTrack1,
  track2: tracks.decodeTrack2,
  'transaction-type': (value, context) => codes.decodeTransactionType(value, context.locale),
  'user-interface': outcomes.decodeUserInterface,
};

/** Names of all value decoders, for the test that holds them against the dictionary. */
export const decoderNames: readonly string[] = Object.keys(decoders);

const byFormat: Readonly<Partial<Record<TagInfo['format'], ValueDecoder>>> = {
  a: texts.decodeText,
  an: texts.decodeText,
  ans: texts.decodeText,
  cn: decodeCompressedDigits,
  n: numbers.decodeDigits,
  dol: decodeDolValue,
  'tag-list': decodeTagList,
};

/**
 * Reads the value of a data object. Data may hold a PAN, a track, a name in clear; the text beside
 * it never does. Unknown tags and plain binary come back as `hex`.
 *
 * @example
 * const value = decodeValue(0x9a, fromHex('221215'));
 * if (value.ok) value.data; // { type: 'date', date: '2022-12-15' }
 */
export function decodeValue(
  tag: Tag,
  value: Uint8Array,
  context: DecodeContext = {},
): DecodeResult<DecodedData> {
  const info = findTagInfo(tag, schemeOfAid(context.aid));
  return decodeValueAs(info, value, context);
}

// Decoders of sensitive values whose text is masked already; the text of any other is left out.
const maskingDecoders: ReadonlySet<string> = new Set(['pan', 'track1', 'track2']);

/**
 * The same for a meaning that is already chosen (a tag means different things to different
 * schemes).
 */
export function decodeValueAs(
  info: TagInfo | undefined,
  value: Uint8Array,
  context: DecodeContext = {},
): DecodeResult<DecodedData> {
  if (info === undefined) return decodeHex(value);
  const named = Object.hasOwn(decoders, info.decoder) ? decoders[info.decoder] : undefined;
  const decoder = named ?? byFormat[info.format] ?? decodeHex;
  const result = decoder(value, context, info.tag);
  if (!result.ok || info.sensitivity === undefined || maskingDecoders.has(info.decoder)) {
    return result;
  }
  return { ...result, text: [] };
}

/** Scheme for a context, when its AID is known. */
export function schemeOfContext(context: DecodeContext): Scheme | undefined {
  return schemeOfAid(context.aid);
}
