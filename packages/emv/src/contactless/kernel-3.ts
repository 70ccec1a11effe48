// Kernel 3, EMV mode: one command, then the reader's checks (Book C-3 section 5; VCPS).
import { equalBytes } from '@chipswitch/bytes';
import { panInTrack2 } from '@chipswitch/cardholder-data';
import { parseDol } from '@chipswitch/tlv';
import { isOnlineCapable } from '../kernel/action.ts';
import { statusText } from '../kernel/apdu.ts';
import { iccKeyOf, issuerKeyOf } from '../kernel/authenticate.ts';
import { type Context, note, panOf, psnOf } from '../kernel/context.ts';
import { type Asking, exchange } from '../kernel/exchange.ts';
import { buildGpo, parseGpo } from '../kernel/initiate.ts';
import { readRecords, storeCardObjects } from '../kernel/read.ts';
import { checkRestrictions } from '../kernel/restrictions.ts';
import { tag } from '../kernel/tags.ts';
import type { ContactlessCvm, Cryptogram, ReadonlyTagMap } from '../kernel/types.ts';
import { verifyFastDynamicData } from '../oda/signed-data.ts';
import {
  type KernelEnd,
  cardError,
  declinedOffline,
  endWith,
  fromStop,
  otherInterface,
} from './kernel-end.ts';

/** Terminal transaction qualifiers as yes and no (9F66). */
export interface TerminalQualifiers {
  readonly contactChip: boolean;
  readonly offlineOnly: boolean;
  readonly onlinePin: boolean;
  readonly signature: boolean;
  readonly odaForOnline: boolean;
  readonly onlineCryptogram: boolean;
  readonly cvmRequired: boolean;
  readonly onDevice: boolean;
}

/** Reads terminal transaction qualifiers. */
export function readTtq(ttq: Uint8Array): TerminalQualifiers {
  return {
    contactChip: (ttq[0] & 0x10) !== 0,
    offlineOnly: (ttq[0] & 0x08) !== 0,
    onlinePin: (ttq[0] & 0x04) !== 0,
    signature: (ttq[0] & 0x02) !== 0,
    odaForOnline: (ttq[0] & 0x01) !== 0,
    onlineCryptogram: (ttq[1] & 0x80) !== 0,
    cvmRequired: (ttq[1] & 0x40) !== 0,
    onDevice: (ttq[2] & 0x40) !== 0,
  };
}

/** What the reader decides the cardholder has to do, or that nothing suits. */
export type CvmDecision = Exclude<ContactlessCvm, 'not-applicable'> | 'impossible';

/**
 * Cardholder verification by the card transaction qualifiers (Book C-3 section 5.7).
 *
 * @param input `ctq`: value of 9F6C, if the card sent it; `related`: value of 9F69, if it did
 *
 * @example decideCvm({ ttq: readTtq(ttq), ctq, related: undefined, type: 'ARQC' }) // 'online-pin'
 */
export function decideCvm(input: {
  readonly ttq: TerminalQualifiers;
  readonly ctq: Uint8Array | undefined;
  readonly related: Uint8Array | undefined;
  readonly type: 'TC' | 'ARQC';
}): CvmDecision {
  const { ttq, ctq, related, type } = input;
  if (ctq === undefined) {
    if (!ttq.cvmRequired) return 'none';
    if (ttq.signature) return 'signature';
    return ttq.onlinePin && type === 'ARQC' ? 'online-pin' : 'impossible';
  }
  const [first, second] = ctq;
  if ((first & 0x80) !== 0 && ttq.onlinePin) return 'online-pin';
  if ((second & 0x80) !== 0) {
    // What the card signed must say the same as what it sent beside it.
    if (related !== undefined && related.length >= 7) {
      return equalBytes(related.subarray(5, 7), ctq) ? 'on-device' : 'impossible';
    }
    return type === 'ARQC' ? 'on-device' : 'impossible';
  }
  if ((first & 0x40) !== 0 && ttq.signature) return 'signature';
  return ttq.cvmRequired || (first & 0xc0) !== 0 ? 'impossible' : 'none';
}

/** The terminal data of fast DDA: version 01 covers amount, currency and 9F69 as well. */
export function fastDdaTerminalData(data: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const value = (number: number): Uint8Array => data.get(number) ?? new Uint8Array(0);
  const related = value(tag.cardAuthenticationData);
  const unpredictable = value(tag.unpredictableNumber);
  if (related[0] !== 0x01) return unpredictable;
  return Uint8Array.of(
    ...unpredictable,
    ...value(tag.amount),
    ...value(tag.transactionCurrency),
    ...related,
  );
}

/** Fast DDA over what was read; a text says why it failed. */
function authenticateFast(context: Context): string | undefined {
  const { data, oda } = context;
  if (((data.get(tag.aip)?.[0] ?? 0) & 0x20) === 0) return 'DDA not supported by the card';
  const failure = issuerKeyOf(context) ?? iccKeyOf(context);
  if (failure !== undefined || oda.iccKey === undefined) return failure ?? 'no card key';
  const signature = data.get(tag.signedDynamicData);
  if (signature === undefined) return 'no signature';
  const result = verifyFastDynamicData({
    iccKey: oda.iccKey,
    signature,
    terminalData: fastDdaTerminalData(data),
  });
  if (!result.ok) return result.error.code;
  data.set(tag.iccDynamicNumber, result.iccDynamicNumber);
  return undefined;
}

/**
 * Cryptogram information data of a quick answer: 9F27, or made of the two bits in the CVR of 9F10
 * (VIS formats 0, 1, 3: length, key index, version, length of the CVR, CVR).
 */
export function quickCid(data: ReadonlyTagMap): number {
  const given = data.get(tag.cid);
  if (given !== undefined) return given[0] ?? 0;
  const iad = data.get(tag.issuerApplicationData);
  // Format 2 has 31 bytes behind its length and a CVR without a length of its own.
  const results = iad?.[0] === 0x1f ? iad[3] : iad?.[4];
  return ((results ?? 0) & 0x30) << 2;
}

const cidTypes = ['AAC', 'TC', 'ARQC'] as const;

/** The card's decision: 9F27, or where it has none, the two bits in the CVR of 9F10. */
function cryptogramOf(context: Context): Cryptogram | undefined {
  const { data } = context;
  const ac = data.get(tag.cryptogram);
  const atc = data.get(tag.atc);
  const iad = data.get(tag.issuerApplicationData);
  if (ac?.length !== 8 || atc?.length !== 2 || iad === undefined || iad.length > 32) {
    return undefined;
  }
  const given = data.get(tag.cid);
  if (given !== undefined && given.length !== 1) return undefined;
  const cid = quickCid(data);
  const kind = cid >> 6;
  if (kind === 3) return undefined;
  data.set(tag.cid, Uint8Array.of(cid));
  return { type: cidTypes[kind], cid, ac, atc, iad };
}

/** Asks for processing options; a `KernelEnd` when that already ends it. */
function* getOptions(context: Context): Asking<KernelEnd | undefined> {
  const { data } = context;
  const pdol = data.get(tag.pdol);
  const parsed = pdol === undefined ? undefined : parseDol(pdol);
  if (parsed?.ok !== true || !parsed.entries.some((entry) => entry.tag === tag.ttq)) {
    note(context, 'initiate', 'PDOL without terminal transaction qualifiers');
    return cardError('card-data-missing');
  }
  const gpo = buildGpo(pdol, data);
  if (!gpo.ok) return cardError('card-data-error');
  context.pdolData = gpo.pdolData;
  const answer = yield* exchange('initiate', gpo.command);
  if (!answer.ok) {
    return endWith({ type: 'try-again', reason: 'card-removed' }, 'present-card-again', {
      start: 'B',
    });
  }
  if (answer.sw !== 0x9000) {
    note(context, 'initiate', `refused: ${statusText(answer.sw)}`);
    return refusedOptions(answer.sw);
  }
  const options = parseGpo(answer.data, true);
  if (!options.ok) return cardError('card-data-error');
  const ttq = data.get(tag.ttq);
  storeCardObjects(data, options.objects);
  // 9F66 is the card's in kernel 2, but here it is the reader's.
  if (ttq !== undefined) data.set(tag.ttq, ttq);
  data.set(tag.afl, options.afl);
  return undefined;
}

/** What a status word of GET PROCESSING OPTIONS means (Book C-3 section 5.4). */
function refusedOptions(sw: number): KernelEnd {
  if (sw === 0x6984) return otherInterface('card-status-error');
  if (sw === 0x6985) {
    return endWith(
      { type: 'select-next', reason: 'application-not-accepted' },
      'processing-error',
      {
        start: 'C',
      },
    );
  }
  if (sw === 0x6986) {
    return endWith({ type: 'try-again', reason: 'cardholder-verification-required' }, 'see-phone', {
      start: 'B',
    });
  }
  return cardError('card-status-error');
}

/** The PAN where the card gives only track 2. */
function takeTrack2(context: Context): boolean {
  const { data } = context;
  const track2 = data.get(tag.track2);
  if (track2 === undefined) return data.has(tag.pan);
  const digits = panInTrack2(track2);
  if (digits === undefined) return false;
  if (!data.has(tag.pan)) {
    const even = digits.length % 2 === 0 ? digits : `${digits}F`;
    data.set(
      tag.pan,
      Uint8Array.from(even.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
    );
  }
  return true;
}

interface Decision {
  readonly type: 'TC' | 'ARQC' | 'AAC' | 'other-interface';
}

/** Checks of an offline approval (Book C-3 section 5.5, 5.6): authentication, expiry, exceptions. */
function checkOffline(
  context: Context,
  ttq: TerminalQualifiers,
  failure: string | undefined,
): Decision {
  const { data, config, environment } = context;
  const ctq = data.get(tag.ctq) ?? new Uint8Array(2);
  const online = isOnlineCapable(config.terminalType) && !ttq.offlineOnly;
  if (failure !== undefined) {
    note(context, 'authenticate', `fast DDA failed: ${failure}`);
    if ((ctq[0] & 0x20) !== 0 && online) return { type: 'ARQC' };
    if ((ctq[0] & 0x10) !== 0 && ttq.contactChip) return { type: 'other-interface' };
    return { type: 'AAC' };
  }
  const restricted = checkRestrictions(data);
  if (restricted.includes('expired')) {
    note(context, 'restrict', 'application expired');
    return { type: (ctq[0] & 0x08) !== 0 && online ? 'ARQC' : 'AAC' };
  }
  const pan = panOf(data);
  if (pan !== undefined && environment.onExceptionFile?.(pan, psnOf(data)) === true) {
    note(context, 'manage-risk', 'on the exception file');
    return { type: 'AAC' };
  }
  return { type: 'TC' };
}

/** Cash and cashback that the card wants over another interface (CTQ byte 1). */
function wantsOtherInterface(context: Context): boolean {
  const ctq = context.data.get(tag.ctq) ?? new Uint8Array(2);
  const type = context.input.transactionType;
  const cash = type === 0x01 && (ctq[0] & 0x04) !== 0;
  return cash || (type === 0x09 && (ctq[0] & 0x02) !== 0);
}

function finish(context: Context, ttq: TerminalQualifiers, type: 'TC' | 'ARQC'): KernelEnd {
  const { data } = context;
  const related = data.get(tag.cardAuthenticationData);
  const cvm = decideCvm({ ttq, ctq: data.get(tag.ctq), related, type });
  note(context, 'verify-cardholder', `verification: ${cvm}`);
  if (cvm === 'impossible') return declinedOffline();
  if (type === 'ARQC') return { stop: 'online', cvm, message: 'authorising' };
  // An offline approval with a PIN only the host can check is none.
  if (cvm === 'online-pin') return { stop: 'online', cvm, message: 'enter-pin' };
  return {
    stop: { type: 'approved', reason: 'offline-approved' },
    cvm,
    message: cvm === 'signature' ? 'approved-sign' : 'approved',
  };
}

/** Runs kernel 3 on a selected application. */
export function* runKernel3(context: Context): Asking<KernelEnd> {
  const ended = yield* getOptions(context);
  if (ended !== undefined) return ended;
  const { data } = context;
  const ttq = readTtq(data.get(tag.ttq) ?? new Uint8Array(4));
  const cryptogram = cryptogramOf(context);
  if (cryptogram === undefined || !takeTrack2(context)) return cardError('card-data-missing');
  context.first = cryptogram;
  context.last = cryptogram;
  note(context, 'generate-ac-1', `the card answers ${cryptogram.type}`);
  if (cryptogram.type === 'AAC') return declinedOffline();
  if (wantsOtherInterface(context)) return otherInterface('application-not-accepted');
  // A card may not approve offline what the reader wanted online.
  const isTc = cryptogram.type === 'TC';
  if (isTc && ttq.onlineCryptogram) return declinedOffline();
  if ((data.get(tag.afl)?.length ?? 0) > 0) {
    const stop = yield* readRecords(context);
    if (stop !== undefined) return fromStop(stop);
  }
  let failure: string | undefined;
  if (isTc || (ttq.odaForOnline && data.has(tag.signedDynamicData))) {
    failure = authenticateFast(context);
    note(context, 'authenticate', failure === undefined ? 'fast DDA good' : 'fast DDA not good');
  }
  if (!isTc) return finish(context, ttq, 'ARQC');
  const decision = checkOffline(context, ttq, failure);
  if (decision.type === 'AAC') return declinedOffline();
  if (decision.type === 'other-interface') return otherInterface('cda-failed');
  return finish(context, ttq, decision.type);
}
