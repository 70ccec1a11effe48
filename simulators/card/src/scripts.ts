// Issuer scripts: secure messaging checked and opened, then obeyed (Book 3 6.5.1 to 6.5.3, 6.5.10,
// Book 2 chapter 9; PUT DATA and UPDATE RECORD as the schemes define them).
import { concatBytes, equalConstantTime, toHex } from '@chipswitch/bytes';
import { parseTlv } from '@chipswitch/tlv';
import { type Answer, type Command, status } from './apdu.ts';
import type { ApplicationContext } from './application-context.ts';
import {
  aesCbcDecrypt,
  aesCmac,
  retailMac,
  tripleDesCbcDecrypt,
  tripleDesDecrypt,
} from './block-cipher.ts';
import { deriveSessionKey } from './key-derivation.ts';

/** The cryptogram as a number, plus one for every script command before (M/Chip 4 9.1). */
function diversifierOf(context: ApplicationContext): Uint8Array {
  const bytes = Uint8Array.from(context.session.firstCryptogram ?? new Uint8Array(8));
  let carry = context.session.scriptCounter;
  for (let i = bytes.length - 1; i >= 0 && carry > 0; i--) {
    carry += bytes[i];
    bytes[i] = carry & 0xff;
    carry >>= 8;
  }
  return bytes;
}

function sessionKey(context: ApplicationContext, cardKey: Uint8Array): Uint8Array {
  return deriveSessionKey(context.application.row.script.sessionKey, cardKey, {
    atc: context.atcBytes(),
    diversifier: diversifierOf(context),
  });
}

/** Whether the MAC at the end of the command is right; it covers header, counter, cryptogram, data. */
function macIsRight(context: ApplicationContext, command: Command, body: Uint8Array): boolean {
  const { application, session } = context;
  const given = command.data.slice(body.length);
  const message = concatBytes(
    Uint8Array.of(command.cla, command.ins, command.p1, command.p2, command.data.length),
    context.atcBytes(),
    session.firstCryptogram ?? new Uint8Array(8),
    body,
  );
  const key = sessionKey(context, application.keys.secureMessagingIntegrity);
  const mac =
    application.row.algorithm === 'aes' ? aesCmac(key, message) : retailMac(key, message, 2);
  return equalConstantTime(given, mac.slice(0, given.length));
}

function withoutPadding(clear: Uint8Array): Uint8Array | undefined {
  let end = clear.length - 1;
  while (end >= 0 && clear[end] === 0) end--;
  return end >= 0 && clear[end] === 0x80 ? clear.slice(0, end) : undefined;
}

/** The clear data of an enciphered script, or undefined when its form is wrong. */
function decipher(context: ApplicationContext, data: Uint8Array): Uint8Array | undefined {
  const { application } = context;
  const { row } = application;
  const blockBytes = row.algorithm === 'aes' ? 16 : 8;
  if (data.length === 0 || data.length % blockBytes !== 0) return undefined;
  const key = sessionKey(context, application.keys.secureMessagingConfidentiality);
  if (row.algorithm === 'aes') return withoutPadding(aesCbcDecrypt(key, data));
  switch (row.script.encryption) {
    case 'visa': {
      const clear = tripleDesDecrypt(key, data);
      return clear[0] < clear.length ? clear.slice(1, 1 + clear[0]) : undefined;
    }
    case 'mastercard':
      return tripleDesCbcDecrypt(key, data);
    case 'emv':
      return withoutPadding(tripleDesCbcDecrypt(key, data));
  }
}

function digitsOfBlock(block: Uint8Array): string | undefined {
  const text = toHex(block);
  const length = Number.parseInt(text[1], 16);
  const digits = text.slice(2, 2 + length);
  const filled = /^F*$/.test(text.slice(2 + length));
  return /^\d{4,12}$/.test(digits) && digits.length === length && filled ? digits : undefined;
}

/** Visa's block: length and PIN XOR half of the card key, and XOR the present PIN (VIS 1.5 14.1). */
function visaPin(
  context: ApplicationContext,
  block: Uint8Array,
  changes: boolean,
): string | undefined {
  const clear = Uint8Array.from(block);
  const key = context.application.keys.applicationCryptogram;
  for (let i = 0; i < 4; i++) clear[4 + i] ^= key[4 + i];
  if (changes) {
    const present = context.card.pin.padEnd(16, '0');
    for (let i = 0; i < 8; i++) clear[i] ^= Number.parseInt(present.slice(2 * i, 2 * i + 2), 16);
  }
  return clear[0] >> 4 === 0 ? digitsOfBlock(clear) : undefined;
}

function newPin(context: ApplicationContext, command: Command, body: Uint8Array): Answer {
  const clear = decipher(context, body);
  if (clear?.length !== 8) return { sw: status.wrongData };
  // Format 2 says so in its first digit; Visa's own block starts with 0.
  const pin =
    clear[0] >> 4 === 2 ? digitsOfBlock(clear) : visaPin(context, clear, command.p2 === 1);
  if (pin === undefined) return { sw: status.wrongData };
  context.card.pin = pin;
  context.card.pinTriesLeft = context.pinTryLimit;
  return { sw: status.ok };
}

/** Objects that PUT DATA may write, with the lengths they may have. */
const writable = new Map<
  number,
  { bytes: number; limit?: keyof ApplicationContext['state']['limits'] }
>([
  [0x9f14, { bytes: 1, limit: 'lowerConsecutive' }],
  [0x9f58, { bytes: 1, limit: 'lowerConsecutive' }],
  [0x9f23, { bytes: 1, limit: 'upperConsecutive' }],
  [0x9f59, { bytes: 1, limit: 'upperConsecutive' }],
  [0x9f54, { bytes: 6, limit: 'lowerCumulative' }],
  [0x9f5c, { bytes: 6, limit: 'upperCumulative' }],
  [0x9f53, { bytes: 1 }],
  [0x9f72, { bytes: 1 }],
  [0x9f77, { bytes: 6 }],
  [0x9f78, { bytes: 6 }],
  [0x9f79, { bytes: 6 }],
]);

function putData(context: ApplicationContext, command: Command, body: Uint8Array): Answer {
  const tag = (command.p1 << 8) | command.p2;
  const rule = writable.get(tag);
  if (!rule) return { sw: status.dataNotFound };
  if (body.length !== rule.bytes) return { sw: status.wrongLength };
  const hex = toHex(body);
  context.state.putData[tag.toString(16).toUpperCase()] = hex;
  if (rule.limit) {
    const value = rule.bytes === 1 ? body[0] : Number(hex.replaceAll(/[A-F]/g, '0'));
    context.state.limits[rule.limit] = value;
  }
  return { sw: status.ok };
}

/** UPDATE RECORD: a record that exists, whole, as a template 70. */
function updateRecord(context: ApplicationContext, command: Command, body: Uint8Array): Answer {
  if ((command.p2 & 0x07) !== 4) return { sw: status.incorrectParameters };
  const key = ((command.p2 >> 3) << 8) | command.p1;
  if (!context.application.records.has(key)) return { sw: status.recordNotFound };
  const parsed = parseTlv(body);
  if (!parsed.ok || parsed.nodes.length !== 1 || parsed.nodes[0].tag !== 0x70) {
    return { sw: status.wrongData };
  }
  context.state.updatedRecords[String(key)] = toHex(body);
  return { sw: status.ok };
}

function obey(context: ApplicationContext, command: Command, body: Uint8Array): Answer {
  const { state, card } = context;
  switch (command.ins) {
    case 0x1e:
      state.blocked = true;
      return { sw: status.ok };
    case 0x18:
      state.blocked = false;
      return { sw: status.ok };
    case 0x16:
      card.cardBlocked = true;
      return { sw: status.ok };
    case 0x24:
      if (command.p2 > 2 || command.p1 !== 0) return { sw: status.incorrectParameters };
      if (command.p2 !== 0) return newPin(context, command, body);
      card.pinTriesLeft = context.pinTryLimit;
      return { sw: status.ok };
    case 0xda:
      return putData(context, command, body);
    case 0xdc:
      return updateRecord(context, command, body);
    default:
      return { sw: status.instructionNotSupported };
  }
}

/** One script command: only after an ARQC, only with a right MAC. */
export function scriptCommand(context: ApplicationContext, command: Command): Answer {
  const { session, application } = context;
  if (session.first !== 'ARQC') return { sw: status.conditionsNotSatisfied };
  const { macBytes } = application.row.script;
  if (command.data.length < macBytes) return { sw: status.macMissing };
  const body = command.data.slice(0, command.data.length - macBytes);
  if (!macIsRight(context, command, body)) {
    session.scriptFailed = true;
    context.state.last.scriptFailed = true;
    return { sw: status.macIncorrect };
  }
  const answer = obey(context, command, body);
  session.scriptCounter += 1;
  if (answer.sw === status.ok) session.scriptsProcessed += 1;
  else session.scriptFailed = true;
  context.state.last.scriptsProcessed = session.scriptsProcessed;
  context.state.last.scriptFailed = session.scriptFailed;
  return answer;
}
