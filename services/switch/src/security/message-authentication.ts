// MACs of messages as bytes: made on what is sent, verified on what comes; the keys stay in the security module.
import type {
  Awaitable,
  Outcome,
  SecurityError,
  SecurityModule,
} from '@chipswitch/security-module';
import type { IsoMessage } from '@chipswitch/transaction';
import { type Spec, encodeField, fieldSpecOf } from 'iso8583-js';
import {
  type MacForm,
  type MacKey,
  elementOf,
  macBytes,
  macElementBytes,
  macInput,
  macOf,
} from './mac-method.ts';

/** What became of a check. */
export type MacVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly why: 'missing' | 'wrong' | 'unavailable' };

/** A message's bytes with its MAC, or why the module made none. */
export type Protected =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly error: SecurityError };

/** The authentication of one peer's messages: all that a link or a door knows of MACs. */
export interface MessageAuthentication {
  /** Encodes a message with its MAC, or without where its type has none. */
  readonly protect: (message: IsoMessage) => Awaitable<Protected>;
  /** Whether the MAC of what came holds; `missing` where one is due. */
  readonly verify: (message: IsoMessage, bytes: Uint8Array) => Awaitable<MacVerdict>;
}

/** Where the MAC of a message stands in its bytes: the last element (ISO 8583:1987 4.3.64 and 4.3.128). */
export interface MacPlace {
  readonly number: 64 | 128;
  /** Bytes on the wire. */
  readonly wireBytes: number;
}

const zeros = new Uint8Array(macElementBytes);

function placeOf(spec: Spec, number: 64 | 128): MacPlace | undefined {
  const field = fieldSpecOf(spec, number);
  const encoded = field === undefined ? undefined : encodeField(field, zeros);
  return encoded?.ok === true ? { number, wireBytes: encoded.bytes.length } : undefined;
}

/** The places of MACs in a spec; undefined where it has no element of bytes for one. */
export function macPlaces(spec: Spec): (message: IsoMessage) => MacPlace | undefined {
  const first = placeOf(spec, 64);
  const second = placeOf(spec, 128);
  return (message) => {
    const isLong = Object.keys(message).some((key) => Number(/^de(\d+)$/.exec(key)?.[1] ?? 0) > 64);
    return isLong ? second : first;
  };
}

/** The type of the request that a message is, or answers: 0210 is of 0200, 0421 of 0420. */
const typeOf = (mti: string): string => {
  const digit = Number(mti[2]);
  return `${mti.slice(0, 2)}${digit % 2 === 0 ? digit : digit - 1}0`;
};

/** What authenticates one peer's messages. */
export interface AuthenticationParts {
  readonly security: Pick<SecurityModule, 'generateMac' | 'verifyMac'>;
  readonly form: MacForm & { readonly without: readonly string[] };
  readonly spec: Spec;
  /** Where the MAC stands (`macPlaces` of the spec). */
  readonly placeIn: (message: IsoMessage) => MacPlace | undefined;
  /** Leaves out what the dialect has no element for. */
  readonly shape?: (message: IsoMessage) => IsoMessage;
  readonly encode: (message: IsoMessage) => Uint8Array;
  /** The key that a message of ours is made under; undefined where none is there, `none` where it has no MAC. */
  readonly keyOf: (message: IsoMessage) => Awaitable<MacKey | 'none' | undefined>;
  /** Keys that a message may be made under, the likeliest first; none where it names none. */
  readonly keysFor: (message: IsoMessage) => Awaitable<readonly MacKey[]>;
  /** Told under which key a message held. */
  readonly onHeld?: (key: MacKey) => void;
}

async function firstThatHolds(
  parts: AuthenticationParts,
  keys: readonly MacKey[],
  data: Uint8Array,
  mac: Uint8Array,
): Promise<MacVerdict> {
  let isAway = false;
  for (const key of keys) {
    const checked = await parts.security.verifyMac({ ...macInput(parts.form, key, data), mac });
    if (checked.ok) {
      parts.onHeld?.(key);
      return { ok: true };
    }
    isAway ||= checked.error.code === 'unavailable';
  }
  return { ok: false, why: isAway ? 'unavailable' : 'wrong' };
}

function withMac(
  parts: AuthenticationParts,
  bare: IsoMessage,
  key: MacKey | 'none' | undefined,
): Awaitable<Protected> {
  const { form, spec, encode, security } = parts;
  if (key === 'none') return { ok: true, bytes: encode(bare) };
  const place = parts.placeIn(bare);
  if (place === undefined || key === undefined) {
    return { ok: false, error: { code: 'key-unknown', detail: 'no key or no place for a MAC' } };
  }
  const bytes = encode({ ...bare, [`de${place.number}`]: zeros });
  const data = bytes.subarray(0, bytes.length - place.wireBytes);
  const finish = (made: Outcome<{ mac: Uint8Array }>): Protected => {
    if (!made.ok) return made;
    const element = elementOf(form, made.mac.slice(0, macBytes(form)));
    const field = fieldSpecOf(spec, place.number);
    const written = field === undefined ? undefined : encodeField(field, element);
    if (written?.ok !== true) throw new RangeError('a MAC does not fit its element');
    bytes.set(written.bytes, data.length);
    return { ok: true, bytes };
  };
  const made = security.generateMac(macInput(form, key, data));
  return made instanceof Promise ? made.then(finish) : finish(made);
}

/** Makes the authentication of one peer. */
export function messageAuthentication(parts: AuthenticationParts): MessageAuthentication {
  const { form, placeIn, encode, shape = (message) => message } = parts;
  const without = new Set(form.without);
  const isDue = ({ mti }: IsoMessage): boolean => !without.has(typeOf(mti));
  return {
    protect: (message) => {
      const { de64: _first, de128: _second, ...bare } = shape(message);
      if (!isDue(message)) return { ok: true, bytes: encode(bare) };
      const key = parts.keyOf(message);
      return key instanceof Promise
        ? key.then((found) => withMac(parts, bare, found))
        : withMac(parts, bare, key);
    },
    verify: async (message, bytes) => {
      if (!isDue(message)) return { ok: true };
      const place = placeIn(message);
      const element = place === undefined ? undefined : message[`de${place.number}`];
      if (place === undefined || element === undefined) return { ok: false, why: 'missing' };
      const mac = element instanceof Uint8Array ? macOf(form, element) : undefined;
      const keys = await parts.keysFor(message);
      if (mac === undefined || keys.length === 0) return { ok: false, why: 'wrong' };
      return firstThatHolds(parts, keys, bytes.subarray(0, bytes.length - place.wireBytes), mac);
    },
  };
}
