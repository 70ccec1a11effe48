// GENERATE AC: the card's own risk management, its cryptogram, CDA (Book 3 6.5.5, Book 2 6.6).
import { concatBytes, fromHex, toHex } from '@chipswitch/bytes';
import { type Answer, type Command, status } from './apdu.ts';
import type { ApplicationContext } from './application-context.ts';
import type { CryptogramType } from './card-state.ts';
import { signedDynamicData } from './certificates.ts';
import { applicationCryptogram } from './cryptogram.ts';
import { amountOf, dataObject, dolDataLength, numeric, splitDolData } from './data-object.ts';
import { exceededLimits, issuerApplicationData } from './issuer-application-data.ts';
import { verifyIssuerAuthenticationData } from './issuer-authentication.ts';
import { sha1 } from './rsa.ts';

/** Cryptogram type in the two high bits of 9F27. */
export const cidOf: Record<CryptogramType, number> = { AAC: 0x00, TC: 0x40, ARQC: 0x80 };

/** The objects every cryptogram of this simulator covers, in order (Book 2 table 26). */
const coveredTags = [0x9f02, 0x9f03, 0x9f1a, 0x95, 0x5f2a, 0x9a, 0x9c, 0x9f37];
const coveredBytes = 29;

function requestedType(p1: number): CryptogramType | undefined {
  switch (p1 & 0xc0) {
    case 0x00:
      return 'AAC';
    case 0x40:
      return 'TC';
    case 0x80:
      return 'ARQC';
    default:
      return undefined;
  }
}

/** The covered values: by tag where the lists have them all, else the first 29 bytes by position. */
function terminalValues(context: ApplicationContext, values: Map<number, Uint8Array>): Uint8Array {
  const { row } = context.application;
  const tags = row.coversValues === undefined ? coveredTags : [0x9f02, 0x9f37];
  const found = tags.map((tag) => values.get(tag) ?? context.session.values.get(tag));
  const all = found.filter((value) => value !== undefined);
  return all.length === tags.length
    ? concatBytes(...all)
    : context.session.cdol1Data.slice(0, coveredBytes);
}

/** Terminals that can never go online say so in 9F35 (Book 4 annex A1). */
function isOfflineOnly(values: ReadonlyMap<number, Uint8Array>): boolean {
  const type = values.get(0x9f35);
  return type !== undefined && (type[0] & 0x0f) % 3 === 0 && (type[0] & 0x0f) !== 0;
}

function decideFirst(context: ApplicationContext, requested: CryptogramType): CryptogramType {
  const { state, session, card } = context;
  if (requested === 'AAC' || state.blocked || context.behaviour.declineAlways) return 'AAC';
  if (requested === 'ARQC') return 'ARQC';
  const limits = exceededLimits(context.facts(session.values));
  const wantsOnline =
    limits.lowerCount ||
    limits.lowerAmount ||
    state.goOnlineNext ||
    session.previous.onlineNotCompleted ||
    card.pinTriesLeft === 0 ||
    context.behaviour.onlineAlways;
  if (!wantsOnline) return 'TC';
  if (!isOfflineOnly(session.values)) return 'ARQC';
  return limits.upperCount || limits.upperAmount ? 'AAC' : 'TC';
}

function decideSecond(context: ApplicationContext, requested: CryptogramType): CryptogramType {
  const { session, state } = context;
  if (requested === 'AAC' || state.blocked) return 'AAC';
  if (session.unableToGoOnline) {
    const limits = exceededLimits(context.facts(session.values));
    return limits.upperCount || limits.upperAmount ? 'AAC' : 'TC';
  }
  if (session.issuerAuthentication === 'failed') return 'AAC';
  if (context.csuRefuses) return 'AAC';
  return 'TC';
}

/** Counters after the final decision; a TC without the issuer counts as offline. */
export function settle(context: ApplicationContext, type: CryptogramType): void {
  const { state, session, application } = context;
  if (type === 'ARQC') {
    state.last.onlineNotCompleted = true;
    return;
  }
  const online = session.first === 'ARQC' && !session.unableToGoOnline;
  state.last = {
    onlineNotCompleted: false,
    issuerAuthenticationFailed: session.issuerAuthentication === 'failed',
    scriptsProcessed: session.scriptsProcessed,
    scriptFailed: session.scriptFailed,
  };
  if (online) {
    state.goOnlineNext = false;
    if (session.issuerAuthentication !== 'failed') {
      state.lastOnlineAtc = state.atc;
      if (type === 'TC') {
        state.consecutiveOffline = 0;
        state.cumulativeOffline = 0;
      }
    }
    return;
  }
  if (type !== 'TC') return;
  state.consecutiveOffline += 1;
  const own = numeric(application.profile.currencyCode, 2);
  const currency = session.values.get(0x5f2a);
  if (currency && currency[0] === own[0] && currency[1] === own[1]) {
    state.cumulativeOffline += amountOf(session.values.get(0x9f02));
  }
}

/** Adds the transaction to the card's log (Book 3 annex D). */
export function writeLog(context: ApplicationContext): void {
  const { state, session, application } = context;
  if (application.profile.logRecords === 0) return;
  const value = (tag: number, bytes: number): Uint8Array =>
    session.values.get(tag) ?? new Uint8Array(bytes);
  const record = concatBytes(
    value(0x9a, 3),
    value(0x9f21, 3),
    value(0x9f02, 6),
    value(0x5f2a, 2),
    context.atcBytes(),
  );
  state.log.unshift(toHex(record));
  state.log.length = Math.min(state.log.length, application.profile.logRecords);
}

interface Decision {
  readonly type: CryptogramType;
  readonly values: Map<number, Uint8Array>;
  readonly cdolData: readonly Uint8Array[];
  readonly cda: boolean;
}

/** Cryptogram and issuer application data of a decision. */
export function makeCryptogram(
  context: ApplicationContext,
  values: Map<number, Uint8Array>,
): { ac: Uint8Array; iad: Uint8Array } {
  const { application, session } = context;
  const { iad, cvr, counters } = issuerApplicationData(context.facts(values));
  const ac = applicationCryptogram(
    application.row,
    application.keys.applicationCryptogram,
    { atc: context.atcBytes(), unpredictableNumber: session.values.get(0x9f37) },
    {
      terminalValues: terminalValues(context, values),
      applicationInterchangeProfile: application.aip,
      issuerApplicationData: iad,
      cvr,
      counters,
    },
  );
  if (context.behaviour.wrongCryptogram) ac[7] ^= 0xff;
  session.firstCryptogram ??= ac;
  return { ac, iad };
}

/** The answer: format 1 for plain VIS-like cards, format 2 otherwise and for CDA. */
function answerWith(context: ApplicationContext, decision: Decision): Answer {
  const { application, session } = context;
  const atc = context.atcBytes();
  const { ac, iad } = makeCryptogram(context, decision.values);
  const cid = Uint8Array.of(cidOf[decision.type]);
  if (!decision.cda && application.row.layout === 'vis') {
    return { data: dataObject(0x80, cid, atc, ac, iad), sw: status.ok };
  }
  const before = [dataObject(0x9f27, cid), dataObject(0x9f36, atc)];
  const after = dataObject(0x9f10, iad);
  if (!decision.cda) {
    return { data: dataObject(0x77, ...before, dataObject(0x9f26, ac), after), sw: status.ok };
  }
  const hash = sha1(session.pdolData, ...decision.cdolData, ...before, after);
  const number = session.iccDynamicNumber;
  const dynamicData = concatBytes(
    Uint8Array.of(number.length),
    number,
    cid,
    ac,
    hash,
    session.relayData ?? new Uint8Array(0),
  );
  const un = decision.values.get(0x9f37) ?? session.values.get(0x9f37) ?? new Uint8Array(4);
  const signature = signedDynamicData(application.icc, dynamicData, un);
  return {
    data: dataObject(0x77, ...before, dataObject(0x9f4b, signature), after),
    sw: status.ok,
  };
}

/** A card torn out of the field gives its cryptogram at the next tap (Book C-2 3.7). */
function keepForRecovery(
  { application, session, state }: ApplicationContext,
  answer: Answer,
): void {
  if (application.profile.contactless.recovery !== true || !answer.data) return;
  const un = session.values.get(0x9f37) ?? new Uint8Array(4);
  state.recoverable = { unpredictableNumber: toHex(un), answer: toHex(answer.data) };
}

/** RECOVER AC: the answer to the transaction of this unpredictable number, once. */
export function recoverAc(context: ApplicationContext, command: Command): Answer {
  const { state, session } = context;
  const kept = state.recoverable;
  if (session.phase !== 'initiated' || kept?.unpredictableNumber !== toHex(command.data)) {
    return { sw: status.conditionsNotSatisfied };
  }
  delete state.recoverable;
  session.phase = 'completed';
  return { data: fromHex(kept.answer), sw: status.ok };
}

function first(context: ApplicationContext, command: Command, requested: CryptogramType): Answer {
  const { application, session } = context;
  const list = application.profile.cdol1;
  if (command.data.length !== dolDataLength(list)) return { sw: status.wrongLength };
  session.cdol1Data = command.data;
  session.values = new Map([...session.values, ...splitDolData(list, command.data)]);
  const type = decideFirst(context, requested);
  const cda =
    (command.p1 & 0x10) !== 0 && type !== 'AAC' && application.profile.aip.includes('cda');
  session.first = type;
  if (cda) session.dataAuthentication = 'cda-1';
  const answer = answerWith(context, {
    type,
    values: session.values,
    cdolData: [session.cdol1Data],
    cda,
  });
  session.phase = type === 'ARQC' ? 'online' : 'completed';
  settle(context, type);
  if (type !== 'ARQC') writeLog(context);
  keepForRecovery(context, answer);
  return answer;
}

function second(context: ApplicationContext, command: Command, requested: CryptogramType): Answer {
  const { application, session } = context;
  const list = application.profile.cdol2;
  if (requested === 'ARQC') return { sw: status.conditionsNotSatisfied };
  if (command.data.length !== dolDataLength(list)) return { sw: status.wrongLength };
  const values = splitDolData(list, command.data);
  const arc = values.get(0x8a) ?? new Uint8Array(2);
  const authenticationData = values.get(0x91);
  // Y3 and Z3: the terminal could not go online (Book 4 annex A6).
  session.unableToGoOnline = arc[1] === 0x33 && (arc[0] === 0x59 || arc[0] === 0x5a);
  if (authenticationData?.some((byte) => byte !== 0) && !session.unableToGoOnline) {
    verifyIssuerAuthenticationData(context, authenticationData, arc);
  }
  const type = decideSecond(context, requested);
  const cda =
    (command.p1 & 0x10) !== 0 && type !== 'AAC' && application.profile.aip.includes('cda');
  session.second = type;
  if (cda) session.dataAuthentication = 'cda-2';
  const answer = answerWith(context, {
    type,
    values,
    cdolData: [session.cdol1Data, command.data],
    cda,
  });
  session.phase = 'completed';
  settle(context, type);
  writeLog(context);
  return answer;
}

/** GENERATE AC, first or second of a transaction; a third is refused with 6985. */
export function generateAc(context: ApplicationContext, command: Command): Answer {
  const requested = requestedType(command.p1);
  if (requested === undefined || command.p2 !== 0) return { sw: status.incorrectParameters };
  switch (context.session.phase) {
    case 'initiated':
      return first(context, command, requested);
    case 'online':
      return second(context, command, requested);
    case 'selected':
    case 'completed':
      return { sw: status.conditionsNotSatisfied };
  }
}
