// Card verification results and issuer application data (9F10) as each scheme lays them out:
// VIS appendix A, M/Chip 4 chapter 7, EMV Book 3 annex C7 (CCD), PBOC 3.0 part 5.
import { concatBytes } from '@chipswitch/bytes';
import type { ApplicationState, CryptogramType, Session } from './card-state.ts';
import { amountOf, numeric } from './data-object.ts';
import type { PersonalisedApplication } from './personalise.ts';

/** What the card knows when it writes its results. */
export interface CardFacts {
  readonly application: PersonalisedApplication;
  readonly state: ApplicationState;
  readonly session: Session;
  readonly pinTriesLeft: number;
  /** Values of the present data object list, by tag. */
  readonly values: ReadonlyMap<number, Uint8Array>;
}

/** The issuer application data with the parts that cryptograms cover on their own. */
export interface IssuerApplicationData {
  readonly iad: Uint8Array;
  readonly cvr: Uint8Array;
  readonly counters: Uint8Array | undefined;
}

const typeBits: Record<CryptogramType, number> = { AAC: 0, TC: 1, ARQC: 2 };

function bit(condition: boolean, mask: number): number {
  return condition ? mask : 0;
}

/** Types of both cryptograms in the high half of a byte: 10 where there was no second one. */
function bothTypes(session: Session): number {
  const second = session.second === undefined ? 2 : typeBits[session.second];
  return (second << 6) | (typeBits[session.first ?? 'AAC'] << 4);
}

/** Which of the card's own offline limits are passed if this transaction counts. */
export function exceededLimits(facts: CardFacts): {
  lowerCount: boolean;
  upperCount: boolean;
  lowerAmount: boolean;
  upperAmount: boolean;
} {
  const { state, values, application } = facts;
  const currency = values.get(0x5f2a);
  const own = numeric(application.profile.currencyCode, 2);
  const sameCurrency = currency !== undefined && own[0] === currency[0] && own[1] === currency[1];
  const amount = sameCurrency ? amountOf(values.get(0x9f02)) : 0;
  const count = state.consecutiveOffline + 1;
  const total = state.cumulativeOffline + amount;
  return {
    lowerCount: count > state.limits.lowerConsecutive,
    upperCount: count > state.limits.upperConsecutive,
    lowerAmount: total > state.limits.lowerCumulative,
    upperAmount: total > state.limits.upperCumulative,
  };
}

function visCvr(facts: CardFacts): Uint8Array {
  const { session, state, pinTriesLeft } = facts;
  const limits = exceededLimits(facts);
  const answered = session.second !== undefined && !session.unableToGoOnline;
  return Uint8Array.of(
    0x03,
    bothTypes(session) |
      bit(session.issuerAuthentication === 'failed', 0x08) |
      bit(session.pin !== 'not-verified', 0x04) |
      bit(session.pin === 'failed', 0x02) |
      bit(session.unableToGoOnline, 0x01),
    bit(session.previous.onlineNotCompleted, 0x80) |
      bit(pinTriesLeft === 0, 0x40) |
      bit(limits.lowerCount || limits.lowerAmount, 0x20) |
      bit(state.lastOnlineAtc === 0, 0x10) |
      bit(session.previous.issuerAuthenticationFailed, 0x08) |
      bit(answered && session.issuerAuthentication === 'none', 0x04),
    (Math.min(session.previous.scriptsProcessed, 15) << 4) |
      bit(session.previous.scriptFailed, 0x08) |
      bit(session.dataAuthentication !== 'none', 0x02),
  );
}

/** VCPS formats 2 and 4: who verified the holder on the device, no offline PIN, then as VIS. */
function vcpsCvr(facts: CardFacts): Uint8Array {
  const { session, application } = facts;
  const onDevice = application.profile.contactless.consumerDeviceVerified === true;
  const [, , third, fourth] = visCvr(facts);
  return Uint8Array.of(
    // Verified by the secure element's application with a passcode.
    bit(onDevice, 0x31),
    bothTypes(session) |
      bit(session.issuerAuthentication === 'failed', 0x08) |
      bit(onDevice, 0x04) |
      bit(session.unableToGoOnline, 0x01),
    third,
    fourth,
    // Secure messaging with an EMV session key.
    0x01,
  );
}

function mchipCvr(facts: CardFacts): Uint8Array {
  const { session, state, pinTriesLeft, values, application } = facts;
  const limits = exceededLimits(facts);
  const country = values.get(0x9f1a);
  const own = numeric(application.profile.countryCode, 2);
  const domestic = country !== undefined && country[0] === own[0] && country[1] === own[1];
  const cvm = values.get(0x9f34);
  const terminalSaysPinOk =
    cvm !== undefined && (cvm[0] & 0x3f) >= 1 && (cvm[0] & 0x3f) <= 5 && (cvm[0] & 0x3f) !== 2;
  return Uint8Array.of(
    bothTypes(session) |
      bit(session.pin !== 'not-verified', 0x04) |
      bit(session.pin !== 'not-verified' && session.pinEnciphered, 0x02) |
      bit(session.pin === 'verified', 0x01),
    bit(session.dataAuthentication === 'dda', 0x80) |
      bit(session.dataAuthentication === 'cda-1', 0x40) |
      bit(session.dataAuthentication === 'cda-2', 0x20) |
      bit(session.issuerAuthentication !== 'none', 0x10),
    ((session.previous.scriptsProcessed & 15) << 4) | (pinTriesLeft & 15),
    bit(session.previous.onlineNotCompleted, 0x80) |
      bit(session.unableToGoOnline, 0x40) |
      bit(session.pin === 'not-verified', 0x20) |
      bit(session.pin === 'failed', 0x10) |
      bit(pinTriesLeft === 0, 0x08) |
      bit(!domestic, 0x04) |
      bit(domestic, 0x02) |
      bit(terminalSaysPinOk && cvm[2] === 2 && session.pin !== 'verified', 0x01),
    bit(limits.lowerCount, 0x80) |
      bit(limits.upperCount, 0x40) |
      bit(limits.lowerAmount, 0x20) |
      bit(limits.upperAmount, 0x10) |
      bit(state.goOnlineNext, 0x08) |
      bit(
        session.issuerAuthentication === 'failed' || session.previous.issuerAuthenticationFailed,
        0x04,
      ) |
      bit(session.previous.scriptsProcessed > 0, 0x02) |
      bit(session.previous.scriptFailed, 0x01),
    0x00,
  );
}

function ccdCvr(facts: CardFacts): Uint8Array {
  const { session, state, pinTriesLeft } = facts;
  const limits = exceededLimits(facts);
  return Uint8Array.of(
    bothTypes(session) |
      bit(session.dataAuthentication.startsWith('cda'), 0x08) |
      bit(session.dataAuthentication === 'dda', 0x04) |
      bit(session.second !== undefined && session.issuerAuthentication === 'none', 0x02) |
      bit(session.issuerAuthentication === 'failed', 0x01),
    ((pinTriesLeft & 15) << 4) |
      bit(session.pin !== 'not-verified', 0x08) |
      bit(session.pin === 'failed', 0x04) |
      bit(pinTriesLeft === 0, 0x02) |
      bit(session.previous.onlineNotCompleted, 0x01),
    bit(limits.lowerCount, 0x80) |
      bit(limits.upperCount, 0x40) |
      bit(limits.lowerAmount, 0x20) |
      bit(limits.upperAmount, 0x10),
    (Math.min(session.previous.scriptsProcessed, 15) << 4) |
      bit(session.previous.scriptFailed, 0x08) |
      bit(state.goOnlineNext, 0x02) |
      bit(session.unableToGoOnline, 0x01),
    0x00,
  );
}

/** Cumulative offline amount in six bytes, consecutive count in one, FF. */
function mchipCounters(state: ApplicationState): Uint8Array {
  const amount = String(Math.min(state.cumulativeOffline, 999_999_999_999));
  const count = Math.min(state.consecutiveOffline, 255);
  return concatBytes(numeric(amount, 6), Uint8Array.of(count, 0xff));
}

/** Writes 9F10 for the transaction as it stands. */
export function issuerApplicationData(facts: CardFacts): IssuerApplicationData {
  const { application, session, state } = facts;
  const dki = Uint8Array.of(application.profile.derivationKeyIndex);
  const version = Uint8Array.of(application.row.version);
  switch (application.row.layout) {
    case 'vis': {
      const cvr = visCvr(facts);
      return { iad: concatBytes(Uint8Array.of(0x06), dki, version, cvr), cvr, counters: undefined };
    }
    case 'vis-format2': {
      const cvr = vcpsCvr(facts);
      const tail = new Uint8Array(24);
      return {
        iad: concatBytes(Uint8Array.of(0x1f), version, dki, cvr, tail),
        cvr,
        counters: undefined,
      };
    }
    case 'unionpay': {
      const cvr = visCvr(facts);
      const algorithmTdes = Uint8Array.of(0x01);
      return {
        iad: concatBytes(Uint8Array.of(0x07), dki, version, cvr, algorithmTdes),
        cvr,
        counters: undefined,
      };
    }
    case 'mchip': {
      const cvr = mchipCvr(facts);
      const counters = mchipCounters(state);
      const dynamicNumber =
        session.dataAuthentication === 'none'
          ? Uint8Array.of(0xda, 0xc1)
          : session.iccDynamicNumber.slice(0, 2);
      return { iad: concatBytes(dki, version, cvr, dynamicNumber, counters), cvr, counters };
    }
    case 'ccd': {
      const cvr = ccdCvr(facts);
      const head = concatBytes(Uint8Array.of(0x0f), version, dki, cvr);
      const counters = mchipCounters(state);
      const discretionary = concatBytes(Uint8Array.of(0x0f), new Uint8Array(15));
      return { iad: concatBytes(head, counters, discretionary), cvr, counters };
    }
  }
}
