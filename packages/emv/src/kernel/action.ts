// Terminal action analysis (Book 3 section 10.7).
import { tag } from './tags.ts';
import type { ActionCodes, ReadonlyTagMap } from './types.ts';

/** The cryptogram that the terminal asks for. */
export type RequestedCryptogram = 'TC' | 'ARQC' | 'AAC';

/** What action analysis looks at. */
export interface ActionInput {
  readonly tvr: Uint8Array;
  readonly iac: ActionCodes;
  readonly tac: ActionCodes;
  /** The terminal can go online at all (terminal types ending in 1, 2, 4, 5). */
  readonly onlineCapable: boolean;
  /** It never approves offline (terminal types ending in 1 and 4). */
  readonly onlineOnly?: boolean;
  /** It tried, or knows that it cannot now. */
  readonly unableToGoOnline: boolean;
}

function touches(tvr: Uint8Array, a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < 5; i++) if ((tvr[i] & (a[i] | b[i])) !== 0) return true;
  return false;
}

/**
 * Denial first; then online, where the terminal can; default where it cannot.
 *
 * @example analyseAction({ tvr, iac, tac, onlineCapable: true, unableToGoOnline: false }) // 'TC'
 */
export function analyseAction(input: ActionInput): RequestedCryptogram {
  const { tvr, iac, tac, onlineCapable, unableToGoOnline } = input;
  if (touches(tvr, iac.denial, tac.denial)) return 'AAC';
  if (onlineCapable && !unableToGoOnline) {
    if (input.onlineOnly === true) return 'ARQC';
    return touches(tvr, iac.online, tac.online) ? 'ARQC' : 'TC';
  }
  if (input.onlineOnly === true) return 'AAC';
  return touches(tvr, iac.default, tac.default) ? 'AAC' : 'TC';
}

const zeros = new Uint8Array(5);
const ones = new Uint8Array(5).fill(0xff);

/** The issuer's codes; absent ones deny nothing, and send everything online or refuse it. */
export function issuerActionCodes(data: ReadonlyTagMap): ActionCodes {
  return {
    denial: data.get(tag.iacDenial) ?? zeros,
    online: data.get(tag.iacOnline) ?? ones,
    default: data.get(tag.iacDefault) ?? ones,
  };
}

/** Whether a terminal type (9F35) can go online: not 3 or 6 in its second digit. */
export function isOnlineCapable(terminalType: number): boolean {
  const kind = terminalType & 0x0f;
  return kind !== 3 && kind !== 6;
}

/** Whether a terminal type goes online for everything (second digit 1 or 4: online only). */
export function isOnlineOnly(terminalType: number): boolean {
  const kind = terminalType & 0x0f;
  return kind === 1 || kind === 4;
}
