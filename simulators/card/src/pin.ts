// VERIFY, GET CHALLENGE and INTERNAL AUTHENTICATE (Book 3 6.5.12, 6.5.6, 6.5.9; Book 2 chapter 7).
import { concatBytes, equalConstantTime, wipe } from '@chipswitch/bytes';
import { type Answer, type Command, status } from './apdu.ts';
import type { ApplicationContext } from './application-context.ts';
import { signedDynamicData } from './certificates.ts';
import { dataObject, dolDataLength } from './data-object.ts';
import { rsaDecipher } from './rsa.ts';

/** Format 2 block of a PIN: 2, its length, its digits, F to the end (ISO 9564-1 9.3.3). */
function pinBlockFormat2(pin: string): Uint8Array {
  const text = `2${pin.length.toString(16)}${pin}`.padEnd(16, 'F');
  return Uint8Array.from({ length: 8 }, (_, i) =>
    Number.parseInt(text.slice(2 * i, 2 * i + 2), 16),
  );
}

/** What the terminal enciphered: 7F, PIN block, the challenge, padding; or undefined. */
function decipheredBlock(context: ApplicationContext, data: Uint8Array): Uint8Array | undefined {
  const { session } = context;
  const challenge = session.challenge;
  session.challenge = undefined;
  const clear = rsaDecipher(context.application.icc, data);
  if (!challenge || !clear) return undefined;
  const fresh = equalConstantTime(clear.slice(9, 17), challenge);
  const block = clear[0] === 0x7f && fresh ? clear.slice(1, 9) : undefined;
  wipe(clear);
  return block;
}

/** VERIFY with a plaintext (P2 80) or enciphered (P2 88) PIN. */
export function verifyPin(context: ApplicationContext, command: Command): Answer {
  const { card, session } = context;
  const enciphered = command.p2 === 0x88;
  if (command.p1 !== 0 || (command.p2 !== 0x80 && !enciphered)) {
    return { sw: status.incorrectParameters };
  }
  if (session.phase !== 'initiated') return { sw: status.conditionsNotSatisfied };
  if (card.pinTriesLeft === 0) return { sw: status.authenticationBlocked };
  if (enciphered && !session.challenge) return { sw: status.conditionsNotSatisfied };
  if (!enciphered && command.data.length !== 8) return { sw: status.wrongLength };
  const block = enciphered ? decipheredBlock(context, command.data) : command.data;
  // A block that cannot be deciphered is no attempt at the PIN (Book 2 7.2 step 4 answers an error).
  if (!block) return { sw: status.conditionsNotSatisfied };
  session.pinEnciphered = enciphered;
  const right = equalConstantTime(block, pinBlockFormat2(card.pin));
  wipe(block);
  if (right) {
    card.pinTriesLeft = context.pinTryLimit;
    session.pin = 'verified';
    return { sw: status.ok };
  }
  card.pinTriesLeft -= 1;
  session.pin = 'failed';
  return { sw: 0x63c0 | card.pinTriesLeft };
}

/** GET CHALLENGE: eight unpredictable bytes, good for the next command that needs one. */
export function getChallenge(context: ApplicationContext, command: Command): Answer {
  if (command.p1 !== 0 || command.p2 !== 0) return { sw: status.incorrectParameters };
  const challenge = context.random(8);
  context.session.challenge = challenge;
  return { data: challenge, sw: status.ok };
}

/** INTERNAL AUTHENTICATE: the dynamic signature of DDA over the terminal's DDOL data. */
export function internalAuthenticate(context: ApplicationContext, command: Command): Answer {
  const { application, session } = context;
  if (command.p1 !== 0 || command.p2 !== 0) return { sw: status.incorrectParameters };
  if (!application.profile.aip.includes('dda')) return { sw: status.instructionNotSupported };
  if (session.phase !== 'initiated') return { sw: status.conditionsNotSatisfied };
  if (command.data.length !== dolDataLength(application.profile.ddol)) {
    return { sw: status.wrongLength };
  }
  session.dataAuthentication = 'dda';
  const number = session.iccDynamicNumber;
  const dynamicData = concatBytes(Uint8Array.of(number.length), number);
  const signature = signedDynamicData(application.icc, dynamicData, command.data);
  const data =
    application.row.layout === 'vis'
      ? dataObject(0x80, signature)
      : dataObject(0x77, dataObject(0x9f4b, signature));
  return { data, sw: status.ok };
}
