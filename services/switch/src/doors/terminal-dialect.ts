// The dialect of a port: a ready-made spec, one with other elements, or a spec of the configuration's own.
import { SettingError } from '@chipswitch/program';
import {
  type IsoMessage,
  type LocalClock,
  type RefusalReason,
  isTimedHere,
  passableElements,
} from '@chipswitch/transaction';
import {
  type FieldValue,
  type Spec,
  encodeField,
  fieldSpecOf,
  specFromJson,
  specToJson,
  specs,
} from 'iso8583-js';
import { type Dialect, dialectFor } from '../dialects/dialect.ts';
import { type MacPlace, macPlaces } from '../security/message-authentication.ts';
import type { PortForm } from './port-settings.ts';

/** A dialect of terminals. */
export interface TerminalDialect extends Dialect {
  readonly spec: Spec;
  /** Terminals may leave DE 12 and 13 out. */
  readonly isTimedHere: boolean;
  /** A message with the time that it lacks, and without what the dialect has no element for. */
  readonly shape: (message: IsoMessage) => IsoMessage;
  /** Encodes a message that has its shape. */
  readonly encodeShaped: (message: IsoMessage) => Uint8Array;
  /** Where the MAC of a message stands. */
  readonly placeIn: (message: IsoMessage) => MacPlace | undefined;
  /** The dialect's own codes for some refusals. */
  readonly codes: Partial<Readonly<Record<RefusalReason, string>>>;
}

// UnionPay POS: A0 says that a MAC does not hold.
const unionpayCodes = { 'mac-failed': 'A0' } as const;

// What an answer cannot do without: it is matched by these, and says what became of the question.
const needed = [3, 11, 37, 38, 39, 41, 42] as const;

function specOf({ dialect, elements, spec }: PortForm, place: string): Spec {
  if (spec === undefined && !Object.hasOwn(specs, dialect)) {
    const names = Object.keys(specs).join(', ');
    throw new SettingError(`${place}.dialect`, `"${dialect}" is none of ${names}`);
  }
  const base = spec ?? specToJson(specs[dialect]);
  const fields: Record<string, unknown> = { ...(base['fields'] as object | undefined) };
  for (const [number, field] of Object.entries(elements ?? {})) {
    if (field === null) delete fields[number];
    else fields[number] = field;
  }
  const made = specFromJson({ name: dialect, ...base, fields });
  if (made.ok) return made.spec;
  const [{ path, problem }] = made.error.problems;
  throw new SettingError(
    `${place}.${spec === undefined ? 'elements' : 'spec'}`,
    `${path} ${problem}`,
  );
}

/**
 * Compiles the dialect of a port.
 *
 * @param place where the port stands in the configuration.
 * @throws SettingError for a spec that cannot be used, or is not one of ISO 8583:1987 for terminals.
 */
export function terminalDialect(
  port: PortForm,
  place: string,
  clock: () => LocalClock,
): TerminalDialect {
  const spec = specOf(port, place);
  const { version = '1987' } = spec.definition;
  if (version !== '1987') {
    throw new SettingError(
      `${place}.dialect`,
      `terminals speak ISO 8583:1987 here, not ${version}`,
    );
  }
  const missing = needed.find((number) => fieldSpecOf(spec, number) === undefined);
  if (missing !== undefined) {
    throw new SettingError(`${place}.elements`, `an answer needs DE ${missing}`);
  }
  const { name, decode, encode } = dialectFor(spec);
  const isUnionpay = name === 'unionpayPos';
  const timedHere = (port.localTime ?? (isUnionpay ? 'switch' : 'terminal')) === 'switch';
  const has = spec.compiled.numbers;
  // What a host adds to its answer need not fit the terminal's dialect: then the answer goes without it.
  const fits = (key: string, value: FieldValue | undefined): boolean => {
    const number = Number(key.slice(2));
    const field = passableElements.has(number) ? fieldSpecOf(spec, number) : undefined;
    return field === undefined || value === undefined || encodeField(field, value).ok;
  };
  const shape = (message: IsoMessage): IsoMessage => {
    const { localTime, localDate } = timedHere && isTimedHere(message) ? clock() : {};
    const timed: IsoMessage = {
      ...message,
      ...(localTime === undefined ? {} : { de12: localTime, de13: localDate }),
    };
    // What a terminal's dialect has no element for is not said to it.
    const said = Object.entries(timed).filter(
      ([key, value]) => !/^de\d/.test(key) || (has.has(key as 'de39') && fits(key, value)),
    );
    return { ...Object.fromEntries(said), mti: message.mti };
  };
  return {
    name,
    spec,
    isTimedHere: timedHere,
    decode,
    shape,
    encodeShaped: encode,
    encode: (message) => encode(shape(message)),
    placeIn: macPlaces(spec),
    codes: isUnionpay ? unionpayCodes : {},
  };
}
