// The state of one running transaction: the data set, TVR, TSI and what the steps leave behind.
import { encodeBcd, toHex } from '@chipswitch/bytes';
import { unpackPan } from '@chipswitch/cardholder-data';
import { type DolEntry, type DolFormat, fillDol, parseDol } from '@chipswitch/tlv';
import { type TvrBit, setTvr } from './bits.ts';
import { EmvFault } from './errors.ts';
import type { OutcomeReason, OutcomeType } from './outcome-codes.ts';
import { tag } from './tags.ts';
import type {
  ApplicationConfig,
  CardErrorCode,
  Cryptogram,
  KernelEnvironment,
  KernelEvent,
  KernelStep,
  ReadonlyTagMap,
  TagMap,
  TerminalConfig,
  TransactionInput,
} from './types.ts';

/** A step that ends the transaction early says how. */
export interface Stop {
  readonly type: OutcomeType;
  readonly reason: OutcomeReason;
}

/** Offline data authentication: what was chosen and what is needed until GENERATE AC. */
export interface OdaState {
  method: 'none' | 'sda' | 'dda' | 'cda';
  failed: boolean;
  /** The recovered card key, for CDA and for an enciphered PIN. */
  iccKey: { readonly modulus: Uint8Array; readonly exponent: Uint8Array } | undefined;
  issuerKey: { readonly modulus: Uint8Array; readonly exponent: Uint8Array } | undefined;
}

/** One transaction under way. Values in `data` are never changed in place, except 95 and 9B. */
export interface Context {
  readonly config: TerminalConfig;
  readonly input: TransactionInput;
  readonly environment: KernelEnvironment;
  readonly data: TagMap;
  readonly tvr: Uint8Array;
  readonly tsi: Uint8Array;
  readonly log: KernelEvent[];
  readonly oda: OdaState;
  application: ApplicationConfig | undefined;
  /** The filled PDOL, without its tag 83: the CDA hash covers it. */
  pdolData: Uint8Array;
  cdol1Data: Uint8Array;
  /** Relay resistance data that the CDA signature must hold (kernel 2): both entropies and times. */
  relayData: Uint8Array | undefined;
  /** Records that take part in offline data authentication, in the order of the AFL. */
  signedRecords: { readonly sfi: number; readonly record: Uint8Array }[];
  first: Cryptogram | undefined;
  last: Cryptogram | undefined;
  readonly cvm: {
    onlinePin: boolean;
    offlinePin: boolean;
    signature: boolean;
    onDevice: boolean;
    noCvm: boolean;
  };
  online: boolean;
  hostApproved: boolean;
  /** The cardholder refused to give a PIN: no other method asks again (Book 4 section 6.3.4.3). */
  pinBypassed: boolean;
  adviceRequired: boolean;
  scriptResults: Uint8Array[];
}

/** Writes a decision to the log. */
export function note(context: Context, step: KernelStep, text: string): void {
  context.log.push({ step, text });
}

/** Turns TVR bits on and says so in the log. */
export function flag(context: Context, step: KernelStep, ...bits: readonly TvrBit[]): void {
  if (bits.length === 0) return;
  setTvr(context.tvr, ...bits);
  note(context, step, `TVR: ${bits.join(', ')}`);
}

/** A number as `digits` decimal digits in BCD. */
function numeric(value: bigint | number, digits: number): Uint8Array {
  const text = value.toString().padStart(digits, '0');
  if (text.length > digits) throw new EmvFault('configuration', `more than ${digits} digits`);
  return encodeBcd(text);
}

function binary32(value: bigint): Uint8Array {
  const capped = value > 0xffffffffn ? 0xffffffffn : value;
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, Number(capped));
  return bytes;
}

/** A new unpredictable number (9F37), four bytes. */
export function unpredictableNumber(environment: KernelEnvironment): Uint8Array {
  const bytes = environment.random(4);
  if (bytes.length !== 4) throw new EmvFault('configuration', 'random(4) gave not 4 bytes');
  return bytes;
}

/** The data objects of terminal and transaction, before any card is seen. */
function terminalData(
  config: TerminalConfig,
  input: TransactionInput,
  environment: KernelEnvironment,
): TagMap {
  const other = input.otherAmountMinor ?? 0n;
  if (input.amountMinor < 0n || other < 0n) throw new EmvFault('configuration', 'amount below 0');
  const data: TagMap = new Map(config.data ?? []);
  data.set(tag.terminalType, Uint8Array.of(config.terminalType));
  data.set(tag.capabilities, config.capabilities);
  data.set(tag.additionalCapabilities, config.additionalCapabilities);
  data.set(tag.terminalCountry, numeric(Number(config.country), 4));
  data.set(tag.amount, numeric(input.amountMinor, 12));
  data.set(tag.amountOther, numeric(other, 12));
  data.set(tag.amountBinary, binary32(input.amountMinor));
  data.set(tag.amountOtherBinary, binary32(other));
  data.set(tag.transactionCurrency, numeric(Number(input.currency), 4));
  data.set(tag.transactionCurrencyExponent, Uint8Array.of(input.exponent ?? 2));
  data.set(tag.transactionType, Uint8Array.of(input.transactionType));
  data.set(tag.transactionDate, encodeBcd(input.date));
  data.set(tag.transactionTime, encodeBcd(input.time));
  data.set(tag.sequenceCounter, numeric(input.sequence ?? 1, 8));
  data.set(tag.unpredictableNumber, unpredictableNumber(environment));
  return data;
}

/** A context at the start of a transaction. */
export function newContext(
  config: TerminalConfig,
  input: TransactionInput,
  environment: KernelEnvironment,
): Context {
  const data = terminalData(config, input, environment);
  const tvr = new Uint8Array(5);
  const tsi = new Uint8Array(2);
  data.set(tag.tvr, tvr);
  data.set(tag.tsi, tsi);
  data.set(tag.cvmResults, Uint8Array.of(0x3f, 0x00, 0x00));
  return {
    config,
    input,
    environment,
    data,
    tvr,
    tsi,
    log: [],
    oda: { method: 'none', failed: false, iccKey: undefined, issuerKey: undefined },
    application: undefined,
    pdolData: new Uint8Array(0),
    cdol1Data: new Uint8Array(0),
    relayData: undefined,
    signedRecords: [],
    first: undefined,
    last: undefined,
    cvm: { onlinePin: false, offlinePin: false, signature: false, onDevice: false, noCvm: false },
    online: false,
    hostApproved: false,
    pinBypassed: false,
    adviceRequired: false,
    scriptResults: [],
  };
}

// Numeric data objects a DOL may ask for with another length than they have (Book 3 annex A).
const numericTags: ReadonlySet<number> = new Set([
  0x5f24, 0x5f25, 0x5f28, 0x5f2a, 0x5f30, 0x5f34, 0x9a, 0x9c, 0x9f01, 0x9f02, 0x9f03, 0x9f11,
  0x9f15, 0x9f1a, 0x9f21, 0x9f35, 0x9f39, 0x9f41, 0x9f42, 0x9f51, 0x9f5d, 0x9f78, 0x9f79,
]);

/** Data objects in compressed numeric form. */
const compressedTags: ReadonlySet<number> = new Set([0x5a, 0x9f20, 0x9f62]);

function formatOf(number: number): DolFormat {
  if (numericTags.has(number)) return 'n';
  return compressedTags.has(number) ? 'cn' : 'other';
}

/** Fills a list with the values at hand (Book 3 section 5.4). */
export function fillFrom(entries: readonly DolEntry[], data: ReadonlyTagMap): Uint8Array {
  return fillDol(entries, { valueOf: (number) => data.get(number), formatOf });
}

/** A filled list, or undefined when the list is malformed or longer than a command can carry. */
export function fillList(list: Uint8Array, data: ReadonlyTagMap): Uint8Array | undefined {
  const parsed = parseDol(list);
  // 252 leaves room for tag 83 and its length in GET PROCESSING OPTIONS.
  if (!parsed.ok || parsed.dataLength > 252) return undefined;
  return fillFrom(parsed.entries, data);
}

/** Ends because the card did not answer. Fallback is for the chip that cannot be started. */
export function faultStop(context: Context, fault: CardErrorCode, started: boolean): Stop {
  const reasons = {
    timeout: 'card-not-responding',
    removed: 'card-removed',
    'too-long': 'card-answer-too-long',
    protocol: 'card-protocol-error',
  } as const;
  const fallback = !started && fault !== 'removed' && context.config.fallback !== false;
  return { type: fallback ? 'fallback' : 'terminated', reason: reasons[fault] };
}

/** The digits of the PAN (5A), its filler removed; undefined when there is none or it is malformed. */
export function panOf(data: ReadonlyTagMap): string | undefined {
  const value = data.get(tag.pan);
  return value === undefined ? undefined : unpackPan(value);
}

/** The PAN sequence number (5F34) as two digits. */
export function psnOf(data: ReadonlyTagMap): string | undefined {
  const value = data.get(tag.panSequenceNumber);
  return value?.length === 1 ? toHex(value) : undefined;
}
