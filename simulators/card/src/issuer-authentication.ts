// Issuer authentication: the ARPC checked, the card status update obeyed (Book 2 8.2, Book 3 C9).
import { equalConstantTime } from '@chipswitch/bytes';
import { type Answer, type Command, status } from './apdu.ts';
import type { ApplicationContext } from './application-context.ts';
import { authorisationResponseCryptogram } from './cryptogram.ts';

/** Counters as the last two bits of the second CSU byte ask (Book 3 table C12). */
function updateCounters(context: ApplicationContext, action: number): void {
  const { state } = context;
  if (action === 1) {
    state.consecutiveOffline = state.limits.upperConsecutive;
    state.cumulativeOffline = state.limits.upperCumulative;
  } else if (action === 2) {
    state.consecutiveOffline = 0;
    state.cumulativeOffline = 0;
  } else if (action === 3) state.consecutiveOffline += 1;
}

function obeyCardStatusUpdate(context: ApplicationContext, csu: Uint8Array): void {
  const { state, card } = context;
  const [first, second] = csu;
  if (second & 0x40) card.cardBlocked = true;
  if (second & 0x20) state.blocked = true;
  if (second & 0x10) card.pinTriesLeft = Math.min(first & 0x0f, context.pinTryLimit);
  state.goOnlineNext = (second & 0x08) !== 0;
  updateCounters(context, second & 0x03);
  // Only a CCD card refuses when the issuer's approval bit is off; VIS leaves it to the ARC.
  if (context.application.row.layout === 'ccd') context.csuRefuses = (second & 0x80) === 0;
}

/** Checks tag 91 and records the result in the session. */
export function verifyIssuerAuthenticationData(
  context: ApplicationContext,
  data: Uint8Array,
  arcFromTerminal: Uint8Array | undefined,
): boolean {
  const { application, session } = context;
  const { row } = application;
  const macLength = row.arpcMethod === 1 ? 8 : 4;
  const given = data.slice(0, macLength);
  const arc = data.length >= 10 ? data.slice(8, 10) : arcFromTerminal;
  const csu = data.slice(4, 8);
  const hasProprietary = row.arpcMethod === 2 && (csu[0] & 0x80) !== 0;
  const expected = authorisationResponseCryptogram(
    row,
    application.keys.applicationCryptogram,
    { atc: context.atcBytes(), unpredictableNumber: session.values.get(0x9f37) },
    {
      cryptogram: session.firstCryptogram ?? new Uint8Array(8),
      arc,
      csu,
      proprietaryData: hasProprietary ? data.slice(8, 16) : undefined,
    },
  );
  const ok = context.behaviour.acceptAnyArpc || equalConstantTime(given, expected);
  session.issuerAuthentication = ok ? 'ok' : 'failed';
  if (ok && row.arpcMethod === 2) obeyCardStatusUpdate(context, csu);
  return ok;
}

/** EXTERNAL AUTHENTICATE: once, after an ARQC, where the AIP offers it (Book 3 6.5.4). */
export function externalAuthenticate(context: ApplicationContext, command: Command): Answer {
  const { session, application } = context;
  if (command.p1 !== 0 || command.p2 !== 0) return { sw: status.incorrectParameters };
  if (!application.profile.aip.includes('issuer-authentication')) {
    return { sw: status.instructionNotSupported };
  }
  if (session.phase !== 'online' || session.issuerAuthentication !== 'none') {
    return { sw: status.conditionsNotSatisfied };
  }
  if (command.data.length < 8 || command.data.length > 16) return { sw: status.wrongLength };
  const ok = verifyIssuerAuthenticationData(context, command.data, undefined);
  return { sw: ok ? status.ok : status.authenticationFailed };
}
