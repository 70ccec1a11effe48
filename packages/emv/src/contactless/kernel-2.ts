// Kernel 2, EMV mode: like contact, with one cryptogram, CDA only, and limits of its own (Book C-2).
import { given } from '@chipswitch/bytes';
import { parseTlv } from '@chipswitch/tlv';
import { decodeCvmList } from '../decoders/cvm.ts';
import {
  analyseAction,
  isOnlineCapable,
  isOnlineOnly,
  issuerActionCodes,
} from '../kernel/action.ts';
import { statusText } from '../kernel/apdu.ts';
import { iccKeyOf, issuerKeyOf } from '../kernel/authenticate.ts';
import { setTsi } from '../kernel/bits.ts';
import { setArc } from '../kernel/completion.ts';
import { type Context, fillList, flag, note, unpredictableNumber } from '../kernel/context.ts';
import { conditionHolds, methodOf } from '../kernel/cvm-rules.ts';
import { type Asking, exchange } from '../kernel/exchange.ts';
import {
  type AcRequest,
  type AcResult,
  fillCdol,
  flagDefaultTdol,
  generateAc,
  judgeAcAnswer,
} from '../kernel/generate.ts';
import { buildGpo, parseGpo } from '../kernel/initiate.ts';
import { checkApplicationData, readRecords, storeCardObjects } from '../kernel/read.ts';
import { checkRestrictions } from '../kernel/restrictions.ts';
import { tag } from '../kernel/tags.ts';
import type { ContactlessCvm } from '../kernel/types.ts';
import { type KernelEnd, cardError, declinedOffline, endWith, fromStop } from './kernel-end.ts';
import { judgeRelay, readRelayAnswer, relayCommand } from './relay-resistance.ts';
import { findTorn, recoverAcCommand, withoutExpired } from './torn.ts';
import type { Combination, ContactlessConfig, RelayConfig } from './types.ts';

/** Data object list of RECOVER AC. */
const drdol = 0x9f51;
/** POS cardholder interaction information: what the phone wants. */
const interaction = 0xdf4b;

/** What kernel 2 needs beside the context. */
export interface Kernel2Setting {
  readonly combination: Combination;
  readonly config: ContactlessConfig;
}

function* getOptions(
  context: Context,
  { combination }: Kernel2Setting,
): Asking<KernelEnd | undefined> {
  const { data } = context;
  const gpo = buildGpo(data.get(tag.pdol), data);
  if (!gpo.ok) return cardError('card-data-error');
  context.pdolData = gpo.pdolData;
  const answer = yield* exchange('initiate', gpo.command);
  if (!answer.ok) return fromStop({ type: 'terminated', reason: 'card-not-responding' });
  if (answer.sw === 0x6985) {
    return endWith(
      { type: 'select-next', reason: 'application-not-accepted' },
      'processing-error',
      {
        start: 'C',
      },
    );
  }
  if (answer.sw !== 0x9000) {
    note(context, 'initiate', `refused: ${statusText(answer.sw)}`);
    return cardError('card-status-error');
  }
  const options = parseGpo(answer.data);
  if (!options.ok) return cardError('card-data-error');
  storeCardObjects(data, options.objects);
  if (combination.kernelId === 2 && (options.aip[1] & 0x80) === 0) {
    note(context, 'initiate', 'the card knows the magnetic stripe mode only');
    return cardError('card-data-error');
  }
  return undefined;
}

/** Up to three measurements; the first that is neither too fast nor too slow counts. */
function* resistRelay(context: Context, config: RelayConfig): Asking<KernelEnd | undefined> {
  const { data } = context;
  const attempts = config.attemptsMax ?? 3;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    // The entropy is the unpredictable number; every further try has a new one.
    if (attempt > 1) data.set(tag.unpredictableNumber, unpredictableNumber(context.environment));
    const entropy = data.get(tag.unpredictableNumber) ?? new Uint8Array(4);
    const reply = yield* exchange('relay-resistance', relayCommand(entropy));
    if (!reply.ok) return fromStop({ type: 'terminated', reason: 'card-not-responding' });
    const parsed = parseTlv(reply.data);
    const value = parsed.ok && parsed.nodes.length === 1 ? parsed.nodes[0].value : undefined;
    const answer = value === undefined ? undefined : readRelayAnswer(value);
    if (reply.sw !== 0x9000 || answer === undefined || value === undefined) {
      return cardError('card-status-error');
    }
    if (reply.elapsedUs === undefined) {
      // Without a clock nothing is known of the distance.
      flag(context, 'relay-resistance', 'relay-not-performed');
      return undefined;
    }
    const verdict = judgeRelay(answer, reply.elapsedUs, config);
    note(context, 'relay-resistance', `measured ${verdict.measured} x 100 us`);
    if (verdict.tooFast) return cardError('relay-suspected');
    if (verdict.tooSlow && attempt < attempts) continue;
    flag(context, 'relay-resistance', ...verdict.tvr);
    context.relayData = Uint8Array.of(...entropy, ...value);
    return undefined;
  }
  return undefined;
}

function usesRelay(context: Context): boolean {
  return ((context.data.get(tag.aip)?.[1] ?? 0) & 0x01) !== 0;
}

/** Whether the device verifies the cardholder: card (AIP) and reader both say so. */
function onDevice(context: Context, combination: Combination): boolean {
  const asked = ((context.data.get(tag.aip)?.[0] ?? 0) & 0x02) !== 0;
  return asked && combination.onDeviceCvm !== false;
}

/** CDA is the only method of kernel 2; keys are recovered now, the signature comes with the cryptogram. */
function prepareCda(context: Context): void {
  const { data, config, oda } = context;
  const possible =
    ((data.get(tag.aip)?.[0] ?? 0) & 0x01) !== 0 && (config.capabilities[2] & 0x08) !== 0;
  if (!possible) {
    flag(context, 'authenticate', 'oda-not-performed');
    return;
  }
  oda.method = 'cda';
  const needed = [tag.caKeyIndex, tag.issuerCertificate, tag.issuerExponent, tag.iccCertificate];
  const missing = needed.some((number) => !data.has(number));
  if (missing) flag(context, 'authenticate', 'icc-data-missing');
  const failure = missing ? 'data missing' : (issuerKeyOf(context) ?? iccKeyOf(context));
  if (failure === undefined) return;
  oda.failed = true;
  note(context, 'authenticate', `CDA failed: ${failure}`);
  flag(context, 'authenticate', 'cda-failed');
}

function setResults(context: Context, code: number, condition: number, result: number): void {
  context.data.set(tag.cvmResults, Uint8Array.of(code, condition, result));
}

/** CVM selection (Book C-2 annex "Procedure CVM"): nothing is asked of anybody during the tap. */
function selectCvm(context: Context, device: boolean, required: boolean): ContactlessCvm {
  const { data, config, input } = context;
  if (device) {
    if (!required) {
      setResults(context, 0x3f, 0x00, 0x02);
      return 'none';
    }
    setResults(context, 0x01, 0x00, 0x02);
    return 'on-device';
  }
  if (((data.get(tag.aip)?.[0] ?? 0) & 0x10) === 0) {
    setResults(context, 0x3f, 0x00, 0x00);
    return 'none';
  }
  const value = data.get(tag.cvmList);
  const decoded = value === undefined ? undefined : decodeCvmList(value);
  const list = decoded?.ok === true ? decoded.data : undefined;
  if (list === undefined || list.rules.length === 0) {
    setResults(context, 0x3f, 0x00, 0x00);
    flag(context, 'verify-cardholder', 'icc-data-missing');
    return 'none';
  }
  // Above the limit "no CVM" is not among the reader's capabilities, below it it is the only one.
  const can = required ? config.capabilities[1] & 0x60 : 0x08;
  for (const rule of list.rules) {
    const method = methodOf(rule);
    const supported =
      (method === 'online-pin' && (can & 0x40) !== 0) ||
      (method === 'signature' && (can & 0x20) !== 0) ||
      (method === 'no-cvm' && (can & 0x08) !== 0);
    if (!conditionHolds(rule, list, data, input.amountMinor, supported)) continue;
    if (method === undefined) flag(context, 'verify-cardholder', 'cvm-unrecognised');
    if (supported) {
      setResults(context, rule.code, rule.conditionCode, method === 'no-cvm' ? 0x02 : 0x00);
      if (method === 'online-pin') flag(context, 'verify-cardholder', 'online-cvm-captured');
      return method === 'online-pin' ? 'online-pin' : method === 'signature' ? 'signature' : 'none';
    }
    if (!rule.continueIfFailed) {
      setResults(
        context,
        method === 'fail' ? rule.code : 0x3f,
        method === 'fail' ? rule.conditionCode : 0,
        0x01,
      );
      flag(context, 'verify-cardholder', 'cvm-failed');
      return 'none';
    }
  }
  setResults(context, 0x3f, 0x00, 0x01);
  flag(context, 'verify-cardholder', 'cvm-failed');
  return 'none';
}

function decide(context: Context, combination: Combination): AcRequest {
  const { config, data, oda, tvr } = context;
  const asked = analyseAction({
    tvr,
    iac: issuerActionCodes(data),
    tac: combination.tac,
    onlineCapable: isOnlineCapable(config.terminalType),
    onlineOnly: isOnlineOnly(config.terminalType),
    unableToGoOnline: false,
  });
  note(context, 'analyse-action', asked);
  const cda = oda.method === 'cda' && !oda.failed && asked !== 'AAC';
  return { step: 'generate-ac-1', asked, cda, cdolData: context.cdol1Data };
}

/** A cryptogram of an earlier tap, if this card has one torn off and gives it (RECOVER AC). */
function* recover(context: Context, setting: Kernel2Setting): Asking<AcResult | undefined> {
  const { data } = context;
  const { tornLog = [], nowMs = 0 } = setting.config;
  const pan = data.get(tag.pan);
  const list = data.get(drdol);
  const { torn } = setting.combination;
  if (pan === undefined || list === undefined || torn === undefined) return undefined;
  const log = withoutExpired(tornLog, nowMs, torn.lifetimeMs);
  const record = findTorn(log, pan, data.get(tag.panSequenceNumber));
  const filled = record === undefined ? undefined : fillList(list, record.data);
  if (record === undefined || filled === undefined) return undefined;
  note(context, 'recover', 'this card was torn off before');
  const reply = yield* exchange('recover', recoverAcCommand(filled));
  // The card has no cryptogram to give: the transaction is made anew.
  if (!reply.ok || reply.sw !== 0x9000) return undefined;
  for (const [number, value] of record.data) data.set(number, value);
  // TVR and TSI go on from where the torn transaction was.
  context.tvr.set(record.data.get(tag.tvr) ?? context.tvr);
  context.tsi.set(record.data.get(tag.tsi) ?? context.tsi);
  data.set(tag.tvr, context.tvr);
  data.set(tag.tsi, context.tsi);
  context.pdolData = record.pdolData;
  context.cdol1Data = record.cdol1Data;
  context.relayData = record.relayData;
  return judgeAcAnswer(
    context,
    { step: 'generate-ac-1', asked: 'TC', cda: record.cda, cdolData: record.cdol1Data },
    reply.data,
  );
}

/** A card lost during GENERATE AC is remembered, where it can give its cryptogram later. */
function tornEnd(
  context: Context,
  setting: Kernel2Setting,
  request: AcRequest,
): KernelEnd | undefined {
  const { data, pdolData, cdol1Data } = context;
  const pan = data.get(tag.pan);
  if (setting.combination.torn === undefined || !data.has(drdol) || pan === undefined)
    return undefined;
  note(context, 'recover', 'torn: remembered for the next tap');
  const torn = {
    pan,
    psn: data.get(tag.panSequenceNumber),
    atMs: setting.config.nowMs ?? 0,
    data: new Map(data).set(tag.tvr, context.tvr.slice()).set(tag.tsi, context.tsi.slice()),
    pdolData,
    cdol1Data,
    cda: request.cda,
    ...given({ relayData: context.relayData }),
  };
  return endWith({ type: 'try-again', reason: 'torn' }, 'present-card-again', { start: 'B', torn });
}

function* cryptogramOf(context: Context, setting: Kernel2Setting): Asking<AcResult | KernelEnd> {
  const recovered = yield* recover(context, setting);
  if (recovered !== undefined) return recovered;
  flagDefaultTdol(context);
  const request = decide(context, setting.combination);
  const cdolData = fillCdol(context, context.data.get(tag.cdol1) ?? new Uint8Array(0));
  if (cdolData === undefined) return cardError('card-data-error');
  context.cdol1Data = cdolData;
  const sent = { ...request, cdolData };
  const result = yield* generateAc(context, sent);
  if (
    'reason' in result &&
    (result.reason === 'card-not-responding' || result.reason === 'card-removed')
  ) {
    return tornEnd(context, setting, sent) ?? result;
  }
  return result;
}

/** What the cryptogram means. */
function conclude(context: Context, result: AcResult | KernelEnd, cvm: ContactlessCvm): KernelEnd {
  if ('message' in result) return result;
  if ('reason' in result) return fromStop(result);
  context.first = result.cryptogram;
  context.last = result.cryptogram;
  if (result.cdaFailed) return { ...declinedOffline('cda-failed'), cvm };
  const wish = context.data.get(interaction);
  const wants = wish?.length === 3 && ((wish[1] & 0x03) !== 0 || (wish[2] & 0x0f) !== 0);
  if (wants && result.cryptogram.type === 'AAC') {
    const reason = 'cardholder-verification-required';
    return endWith({ type: 'try-again', reason }, 'see-phone', { start: 'B' });
  }
  switch (result.cryptogram.type) {
    case 'AAC':
      setArc(context, 'Z1');
      return { ...declinedOffline(), cvm };
    case 'ARQC':
      return { stop: 'online', cvm, message: cvm === 'online-pin' ? 'enter-pin' : 'authorising' };
    case 'TC':
      setArc(context, 'Y1');
      return {
        stop: { type: 'approved', reason: 'offline-approved' },
        cvm,
        message: cvm === 'signature' ? 'approved-sign' : 'approved',
      };
  }
}

const mandatory = [tag.expirationDate, tag.pan, tag.cdol1] as const;

/** Runs kernel 2 on a selected application. */
export function* runKernel2(context: Context, setting: Kernel2Setting): Asking<KernelEnd> {
  const { combination } = setting;
  const { input, data } = context;
  const ended = yield* getOptions(context, setting);
  if (ended !== undefined) return ended;
  if (combination.relay !== undefined && usesRelay(context)) {
    const far = yield* resistRelay(context, combination.relay);
    if (far !== undefined) return far;
  } else
    flag(
      context,
      'relay-resistance',
      ...(usesRelay(context) ? (['relay-not-performed'] as const) : []),
    );
  const unread = (yield* readRecords(context)) ?? checkApplicationData(context, mandatory);
  if (unread !== undefined) return fromStop(unread);
  const device = onDevice(context, combination);
  const limit = device
    ? (combination.transactionLimitOnDeviceMinor ?? combination.transactionLimitMinor)
    : combination.transactionLimitMinor;
  if (limit !== undefined && input.amountMinor > limit) {
    return endWith({ type: 'select-next', reason: 'amount-not-allowed' }, 'processing-error', {
      start: 'C',
    });
  }
  prepareCda(context);
  flag(context, 'restrict', ...checkRestrictions(data));
  const cvmLimit = combination.cvmLimitMinor;
  const cvm = selectCvm(context, device, cvmLimit !== undefined && input.amountMinor > cvmLimit);
  const floor = combination.contactlessFloorLimitMinor ?? combination.floorLimitMinor;
  if (floor !== undefined && input.amountMinor > floor) flag(context, 'manage-risk', 'floor-limit');
  setTsi(context.tsi, 'terminal-risk-management');
  return conclude(context, yield* cryptogramOf(context, setting), cvm);
}
