// What an issuer answers in DE 55: 89, 8A, 91, scripts 71/72 and their results 9F5B (Books 3 and
// 4).
import { toHex, toLatin1 } from '@chipswitch/bytes';
import { type TlvError, parseTlv, tagHex } from '@chipswitch/tlv';
import { csuBits } from '../data/bits.ts';
import { readBits } from './bits.ts';
import { type DecodeResult, decoded, refused } from './result.ts';

/**
 * Issuer Authentication Data (91), by method 1 (eight bytes and a code) or 2 (four bytes and a
 * CSU).
 */
export type IssuerAuthenticationValue =
  | {
      readonly type: 'issuer-authentication';
      readonly method: 1;
      readonly arpc: string;
      /** Authorisation response code, or M/Chip's ARPC response code: two bytes, hex. */
      readonly arc: string;
      readonly discretionary?: string;
    }
  | {
      readonly type: 'issuer-authentication';
      readonly method: 2;
      readonly arpc: string;
      /** Card Status Update, four bytes, hex, and what is on in it. */
      readonly csu: string;
      readonly csuSet: readonly string[];
      readonly proprietary?: string;
    };

const counterUpdates = ['do-not-update', 'set-to-upper-limits', 'reset-to-zero', 'add-transaction'];

/** Method 2: Book 2 section 8.2.2; the CSU's bits: Book 3 table CCD 11. */
function methodTwo(value: Uint8Array): DecodeResult<IssuerAuthenticationValue> {
  const csu = value.subarray(4, 8);
  const bits = readBits(csu, csuBits);
  const counters = counterUpdates[csu[1] & 3];
  const csuSet = [...bits.set, ...((csu[1] & 3) === 0 ? [] : [`counters-${counters}`])];
  const proprietary = value.length > 8 ? { proprietary: toHex(value, 8) } : {};
  return decoded(
    {
      type: 'issuer-authentication',
      method: 2,
      arpc: toHex(value, 0, 4),
      csu: toHex(csu),
      csuSet,
      ...proprietary,
    },
    'Method 2',
    ...bits.text,
    `Offline counters: ${counters}`,
    ...((csu[1] & 0x10) === 0 ? [] : [`PIN try counter: ${csu[0] & 0x0f}`]),
  );
}

/**
 * Reads Issuer Authentication Data of 8 to 16 bytes. Eight bytes are method 2; more are method 2
 * when the CSU says that proprietary data follows and can be one, else method 1.
 *
 * @example decodeIssuerAuthentication(fromHex('50FC6205038200003030')).ok // true
 */
export function decodeIssuerAuthentication(
  value: Uint8Array,
): DecodeResult<IssuerAuthenticationValue> {
  if (value.length < 8 || value.length > 16) return refused('length');
  const proprietaryFollows = (value[4] & 0xf0) === 0x80 && value[6] === 0;
  if (value.length < 10 || (value.length > 10 && proprietaryFollows)) return methodTwo(value);
  const arc = toHex(value, 8, 10);
  const readable = /^(?:3[0-9]|[46][1-9A-F]|[57][0-9A])+$/.test(arc);
  return decoded(
    {
      type: 'issuer-authentication',
      method: 1,
      arpc: toHex(value, 0, 8),
      arc,
      ...(value.length > 10 ? { discretionary: toHex(value, 10) } : {}),
    },
    'Method 1',
    `Response code: ${readable ? toLatin1(value, 8, 10) : arc}`,
  );
}

const commandNames: Readonly<Record<number, string>> = {
  0x1e: 'APPLICATION BLOCK',
  0x18: 'APPLICATION UNBLOCK',
  0x16: 'CARD BLOCK',
  0x24: 'PIN CHANGE/UNBLOCK',
  0xda: 'PUT DATA',
  0xdc: 'UPDATE RECORD',
  0xd6: 'UPDATE BINARY',
  0x82: 'EXTERNAL AUTHENTICATE',
};

/** One issuer script command (86). */
export interface ScriptCommandValue {
  readonly type: 'script-command';
  /** Name by the instruction byte; null when it is none of EMV's. */
  readonly name: string | null;
  /** The command APDU, hex. */
  readonly apdu: string;
  /** Whether the class byte announces secure messaging. */
  readonly secureMessaging: boolean;
}

/**
 * Reads a script command: at least a header, at most 261 bytes.
 *
 * @example decodeScriptCommand(fromHex('8424000000')).ok // true
 */
export function decodeScriptCommand(value: Uint8Array): DecodeResult<ScriptCommandValue> {
  if (value.length < 4 || value.length > 261) return refused('length');
  const [cla, ins, p1, p2] = value;
  const name = commandNames[ins] ?? null;
  const target = name === 'PUT DATA' ? ` ${toHex(Uint8Array.of(p1, p2))}` : '';
  const secureMessaging = (cla & 0x0c) !== 0;
  return decoded(
    { type: 'script-command', name, apdu: toHex(value), secureMessaging },
    `${name ?? 'Unknown command'}${target}`,
  );
}

/** One result of a script (9F5B). */
export interface ScriptResult {
  readonly result: 'not-performed' | 'failed' | 'successful' | 'rfu';
  /** Number of the failed command, 1 to 14; 15 means 15 or later; absent when not given. */
  readonly failedCommand?: number;
  readonly id: string;
}

/** Issuer script results. */
export interface ScriptResultsValue {
  readonly type: 'script-results';
  readonly results: readonly ScriptResult[];
}

const outcomes = ['not-performed', 'failed', 'successful'] as const;

/**
 * Reads script results: five bytes per script (Book 4 annex A5).
 *
 * @example decodeScriptResults(fromHex('2000000001')).ok // true
 */
export function decodeScriptResults(value: Uint8Array): DecodeResult<ScriptResultsValue> {
  if (value.length === 0 || value.length % 5 !== 0 || value.length > 255) return refused('length');
  const results: ScriptResult[] = [];
  for (let at = 0; at < value.length; at += 5) {
    const result = outcomes[value[at] >> 4] ?? 'rfu';
    const number = value[at] & 0x0f;
    const failedCommand = number === 0 ? {} : { failedCommand: number };
    results.push({ result, ...failedCommand, id: toHex(value, at + 1, at + 5) });
  }
  const text = results.map(
    ({ id, result, failedCommand }) =>
      `Script ${id}: ${result}${failedCommand === undefined ? '' : `, command ${failedCommand}`}`,
  );
  return decoded({ type: 'script-results', results }, ...text);
}

/** One issuer script. */
export interface ReceivedScript {
  readonly template: '71' | '72';
  /** Value of 9F18; absent when the script has none. */
  readonly id?: string;
  /** Command APDUs, hex, in order. */
  readonly commands: readonly string[];
}

/** What an issuer sends back. */
export interface IssuerResponse {
  readonly authorisationCode?: string;
  readonly responseCode?: string;
  readonly arpc?: string;
  readonly arc?: string;
  readonly csu?: string;
  /** What is on in the CSU, by name; where there is a CSU. */
  readonly csuSet?: readonly string[];
  readonly proprietary?: string;
  readonly scripts: readonly ReceivedScript[];
}

/** An issuer's answer, or where its TLV or one of its objects is malformed. */
export type IssuerResponseResult =
  | { readonly ok: true; readonly data: IssuerResponse }
  | { readonly ok: false; readonly error: TlvError | { code: 'length' | 'format'; tag: string } };

/**
 * Reads an issuer's DE 55. Objects it does not know are passed over.
 *
 * @example
 * decodeIssuerResponse(fromHex('8A023030')) // { ok: true, data: { responseCode: '00', scripts: [] } }
 */
export function decodeIssuerResponse(de55: Uint8Array): IssuerResponseResult {
  const parsed = parseTlv(de55);
  if (!parsed.ok) return { ok: false, error: parsed.error };
  const data: { -readonly [Key in keyof IssuerResponse]: IssuerResponse[Key] } = { scripts: [] };
  const scripts: ReceivedScript[] = [];
  for (const node of parsed.nodes) {
    // Of an object that stands twice the first counts.
    if (node.tag === 0x89) data.authorisationCode ??= toLatin1(node.value);
    else if (node.tag === 0x8a) data.responseCode ??= toLatin1(node.value);
    else if (node.tag === 0x91 && data.arpc === undefined) {
      const authentication = decodeIssuerAuthentication(node.value);
      if (!authentication.ok) return { ok: false, error: { code: 'length', tag: '91' } };
      const fields = authentication.data;
      data.arpc = fields.arpc;
      if (fields.method === 1) data.arc = fields.arc;
      else {
        data.csu = fields.csu;
        data.csuSet = fields.csuSet;
        if (fields.proprietary !== undefined) data.proprietary = fields.proprietary;
      }
    } else if (node.tag === 0x71 || node.tag === 0x72) {
      const children = node.children ?? [];
      const id = children.find((child) => child.tag === 0x9f18)?.value;
      scripts.push({
        template: tagHex(node.tag) as '71' | '72',
        ...(id === undefined ? {} : { id: toHex(id) }),
        commands: children.filter((child) => child.tag === 0x86).map((child) => toHex(child.value)),
      });
    }
  }
  data.scripts = scripts;
  return { ok: true, data };
}
