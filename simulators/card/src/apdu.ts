// Commands and status words of ISO/IEC 7816-4 as the card sees them.
import { concatBytes } from '@chipswitch/bytes';

/** A command taken apart. */
export interface Command {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  /** Expected length, 1 to 256, or undefined where the command carries none. */
  readonly le: number | undefined;
}

/** Status words by what they say (Book 1 and Book 3 tables; ISO/IEC 7816-4 table 6). */
export const status = {
  ok: 0x9000,
  selectedFileInvalidated: 0x6283,
  authenticationFailed: 0x6300,
  wrongLength: 0x6700,
  securityStatusNotSatisfied: 0x6982,
  authenticationBlocked: 0x6983,
  referencedDataInvalidated: 0x6984,
  conditionsNotSatisfied: 0x6985,
  commandNotAllowed: 0x6986,
  macMissing: 0x6987,
  macIncorrect: 0x6988,
  wrongData: 0x6a80,
  functionNotSupported: 0x6a81,
  fileNotFound: 0x6a82,
  recordNotFound: 0x6a83,
  incorrectParameters: 0x6a86,
  dataNotFound: 0x6a88,
  instructionNotSupported: 0x6d00,
  classNotSupported: 0x6e00,
} as const;

/** An answer of the card before it is put into bytes. */
export interface Answer {
  readonly data?: Uint8Array;
  readonly sw: number;
}

/** The answer's bytes: data, then the status word. */
export function encodeAnswer(answer: Answer): Uint8Array {
  const sw = Uint8Array.of(answer.sw >> 8, answer.sw & 0xff);
  return answer.data ? concatBytes(answer.data, sw) : sw;
}

/**
 * Takes a short command apart (ISO/IEC 7816-4 5.1, cases 1 to 4).
 *
 * @returns undefined when the lengths do not add up, which a card answers with 6700.
 */
export function parseCommand(bytes: Uint8Array): Command | undefined {
  if (bytes.length < 4) return undefined;
  const [cla, ins, p1, p2] = bytes;
  const none = new Uint8Array(0);
  if (bytes.length === 4) return { cla, ins, p1, p2, data: none, le: undefined };
  const p3 = bytes[4];
  if (bytes.length === 5) return { cla, ins, p1, p2, data: none, le: p3 === 0 ? 256 : p3 };
  if (p3 === 0) return undefined;
  const rest = bytes.length - 5 - p3;
  if (rest !== 0 && rest !== 1) return undefined;
  const data = bytes.slice(5, 5 + p3);
  if (rest === 0) return { cla, ins, p1, p2, data, le: undefined };
  const le = bytes[bytes.length - 1];
  return { cla, ins, p1, p2, data, le: le === 0 ? 256 : le };
}
