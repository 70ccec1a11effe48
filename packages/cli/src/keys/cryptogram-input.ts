// What a cryptogram calculation works on: tags out of DE 55 and options, the card, the version, the issuer's key.
import { fromHex, toHex, toLatin1 } from '@chipswitch/bytes';
import { issuerRangeOf, panInTrack2, unpackPan } from '@chipswitch/cardholder-data';
import {
  type CryptogramScheme,
  type CryptogramVersion,
  cryptogramVersion,
  cryptogramVersionOf,
  cryptogramVersions,
} from '@chipswitch/cryptography';
import { cryptogramSchemeOf } from '@chipswitch/emv';
import { deepTlvMap, parseTlv, tagHex } from '@chipswitch/tlv';
import { diagnoseReadings } from 'iso8583-js';
import { type Input, isRefusal, readInput, type InputForm } from '../frame/input.ts';
import { type Refusal, undecodable, usage } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import { didYouMean } from '../frame/suggest.ts';
import type { Context } from '../frame/verb.ts';
import { digitsOption } from './read-key.ts';

/** Everything but the key. */
export interface CryptogramInput {
  readonly tags: ReadonlyMap<string, Uint8Array>;
  readonly pan: string;
  readonly panSequenceNumber: string;
  readonly version: CryptogramVersion;
  /** How the version was found. */
  readonly versionNote: string;
}

/** Options that stand for a tag. */
const tagOptions: Readonly<Record<string, string>> = {
  arqc: '9F26',
  iad: '9F10',
  atc: '9F36',
  un: '9F37',
  psn: '5F34',
};

const schemeByRid: Readonly<Record<string, CryptogramScheme>> = {
  A000000003: 'visa',
  A000000004: 'mastercard',
  A000000277: 'interac',
  A000000065: 'jcb',
  A000000333: 'unionpay',
};

/** Takes DE 55, 2 and 23 out of a whole ISO 8583 message; undefined when the input is none. */
function takeMessage(input: Input, tags: Map<string, Uint8Array>): 'taken' | undefined {
  const best = diagnoseReadings(input.readings).at(0);
  if (best === undefined || !best.ok) return undefined;
  const { de55, de2, de23 } = best.message;
  if (!(de55 instanceof Uint8Array)) return undefined;
  for (const [tag, value] of deepTlvMap(parseTlv(de55).nodes)) tags.set(tagHex(tag), value);
  if (typeof de2 === 'string' && !tags.has('5A'))
    tags.set('5A', fromHex(de2.length % 2 === 0 ? de2 : `${de2}F`));
  if (typeof de23 === 'string' && !tags.has('5F34'))
    tags.set('5F34', fromHex(de23.slice(-2).padStart(2, '0')));
  return 'taken';
}

function takeTlv(bytes: Uint8Array, tags: Map<string, Uint8Array>): 'taken' | Refusal {
  const read = parseTlv(bytes);
  for (const [tag, value] of deepTlvMap(read.nodes)) tags.set(tagHex(tag), value);
  if (read.ok) return 'taken';
  const { code, offset } = read.error;
  return undecodable(
    `TLV_${code.replaceAll('-', '_').toUpperCase()}`,
    'the data is neither BER-TLV nor an ISO 8583 message with DE 55',
    'give DE 55 as hex, a whole message, or --tag TAG=HEX for each',
    { offset },
  );
}

async function readTags(
  positional: string | undefined,
  context: Context,
): Promise<Map<string, Uint8Array> | Refusal> {
  const { args, surroundings } = context;
  const tags = new Map<string, Uint8Array>();
  if (positional !== undefined) {
    const form = (args.value('in') ?? 'auto') as InputForm;
    const input = await readInput(positional, { form, from: surroundings });
    if (isRefusal(input)) return input;
    const refusal = takeMessage(input, tags) ?? takeTlv(input.readings[0].bytes, tags);
    if (refusal !== 'taken') return refusal;
  }
  for (const entry of args.all('tag')) {
    const match = /^([0-9A-Fa-f]{2,8})=((?:[0-9A-Fa-f]{2})*)$/.exec(entry.replaceAll(' ', ''));
    if (match === null)
      return usage('BAD_VALUE', '--tag is TAG=HEX', 'e.g. --tag 9F02=000000001000');
    tags.set(match[1].toUpperCase(), fromHex(match[2]));
  }
  for (const [name, tag] of Object.entries(tagOptions)) {
    const value = args.value(name)?.replaceAll(' ', '');
    if (value === undefined) continue;
    if (!/^(?:[0-9A-Fa-f]{2})+$/.test(value))
      return usage('BAD_HEX', `--${name} is not a hex byte string`, `give tag ${tag} as hex`);
    tags.set(tag, fromHex(value));
  }
  return tags;
}

function panOf(tags: ReadonlyMap<string, Uint8Array>, context: Context): string | Refusal {
  const given = digitsOption('pan', context, [8, 19]);
  if (given !== undefined) return given;
  const [pan, track2] = [tags.get('5A'), tags.get('57')];
  const found = pan === undefined ? track2 && panInTrack2(track2) : unpackPan(pan);
  return (
    found ??
    usage('NO_PAN', 'the account number is neither in the data nor given', 'add --pan DIGITS')
  );
}

/** Whose cryptograms a card makes, by its number. */
function schemeOfNumber(pan: string): CryptogramScheme | undefined {
  const rid = issuerRangeOf(pan)?.rid;
  return rid === undefined ? undefined : cryptogramSchemeOf(fromHex(rid));
}

function versionFrom(
  tags: ReadonlyMap<string, Uint8Array>,
  pan: string,
  context: Context,
): { version: CryptogramVersion; note: string } | Refusal {
  const { args } = context;
  const ids = cryptogramVersions.map(({ id }) => id);
  const named = args.value('cvn');
  if (named !== undefined) {
    const version = cryptogramVersion(named);
    if (version !== undefined) return { version, note: 'as given' };
    const message = `no cryptogram version "${scrubEcho(named)}"${didYouMean(named, ids)}`;
    return usage('UNKNOWN_VERSION', message, `use one of: ${ids.join(', ')}`);
  }
  const iad = tags.get('9F10');
  if (iad === undefined)
    return usage(
      'NO_IAD',
      '9F10 is not in the data, so the cryptogram version is not known',
      'add --cvn, e.g. --cvn visa-cvn18',
    );
  const aid = tags.get('84') ?? tags.get('4F') ?? tags.get('9F06');
  const byAid = aid === undefined ? undefined : schemeByRid[toHex(aid).slice(0, 10)];
  const scheme =
    (args.value('scheme') as CryptogramScheme | undefined) ?? byAid ?? schemeOfNumber(pan);
  if (scheme === undefined)
    return usage(
      'NO_SCHEME',
      'neither AID nor account number tell the scheme',
      'add --scheme or --cvn',
    );
  const version = cryptogramVersionOf(scheme, iad);
  if (version === undefined)
    return usage(
      'UNKNOWN_VERSION',
      `9F10 names a cryptogram version that ${scheme} is not known to have`,
      `add --cvn, one of: ${ids.join(', ')}`,
    );
  return { version, note: `from 9F10, scheme ${scheme}` };
}

/** Reads everything but the key. */
export async function readCryptogramInput(
  positional: string | undefined,
  context: Context,
): Promise<CryptogramInput | Refusal> {
  const tags = await readTags(positional, context);
  if ('ok' in tags) return tags;
  const pan = panOf(tags, context);
  if (typeof pan !== 'string') return pan;
  const chosen = versionFrom(tags, pan, context);
  if ('ok' in chosen) return chosen;
  const sequence = tags.get('5F34');
  const panSequenceNumber = sequence === undefined ? '00' : toHex(sequence);
  if (!/^\d{2}$/.test(panSequenceNumber) || !/^\d{8,19}$/.test(pan))
    return usage(
      'BAD_PAN',
      'account number or sequence number are not decimal',
      'give --pan and --psn',
    );
  return {
    tags,
    pan,
    panSequenceNumber,
    version: chosen.version,
    versionNote: chosen.note,
  };
}

/** An authorisation response code as two bytes: `00` as text or `3030` as hex. */
export function arcBytes(value: string): Uint8Array | undefined {
  if (/^[0-9A-Z]{2}$/.test(value)) return new Uint8Array(Buffer.from(value, 'latin1'));
  if (!/^[0-9A-Fa-f]{4}$/.test(value)) return undefined;
  const bytes = fromHex(value);
  return /^[0-9A-Z]{2}$/.test(toLatin1(bytes)) ? bytes : undefined;
}
