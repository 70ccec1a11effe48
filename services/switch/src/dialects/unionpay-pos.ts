// Hosts that take a switch for a terminal of UnionPay's POS interface: packed digits, TPDU and a six-byte head; the kind of
// a payment, its batch and the network code stand in DE 60, the original in DE 61, and DE 37 is the host's own number.
import { fromHex } from '@chipswitch/bytes';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { specs } from 'iso8583-js';
import { network1987 } from './as-1987.ts';
import type { HostDialect } from './host-dialect.ts';
import { without } from './without.ts';

/** One batch for all: batches of terminals are the switch's own affair. */
const batch = '000001';

/** DE 60.1 of payments by message class and function, DE 3 and whether they are pre-authorised (DE 25 is 06). */
const kinds: readonly (readonly [
  mti: RegExp,
  processing: string,
  preauthorised: boolean,
  code: string,
])[] = [
  [/^01/, '20', true, '11'],
  [/^01/, '20', false, '11'],
  [/^01/, '03', true, '10'],
  [/^01/, '00', true, '10'],
  [/^01/, '03', false, '10'],
  [/^01/, '00', false, '10'],
  [/^022/, '00', true, '24'],
  [/^02/, '00', true, '20'],
  [/^02/, '20', true, '21'],
  [/^022/, '20', false, '25'],
  [/^02/, '20', false, '23'],
  [/^02/, '02', false, '23'],
];

function kindOf(message: IsoMessage): string {
  const processing = textOf(message, 3)?.slice(0, 2) ?? '';
  if (processing === '30' || processing === '31') return '01';
  const preauthorised = textOf(message, 25) === '06';
  const row = kinds.find(
    ([mti, code, held]) => mti.test(message.mti) && code === processing && held === preauthorised,
  );
  return row?.[3] ?? '22';
}

/** DE 60.4 and 60.5: reads chips and contactless cards; 60.5 is 2 where a chip card was swiped. */
function readerOf(message: IsoMessage): string {
  return textOf(message, 22)?.startsWith('80') === true ? '62' : '60';
}

/** DE 60.3 for sign-on (working keys of double length), sign-off and echo test. */
const networkCodes: Readonly<Record<string, string>> = { '001': '003', '002': '002', '301': '301' };
const signOns: ReadonlySet<string> = new Set(['001', '003', '004']);

/** Why a reversal is sent (DE 39): 98 for an answer that never came, 06 for anything else. */
const reversalReasons: Readonly<Record<string, string>> = { '68': '98' };

const originalForm = /^\d{4}(\d{6})(\d{4})/;

/** DE 61: batch, trace number and date of the original. */
function originalOf(
  message: IsoMessage,
): { readonly stan: string; readonly de61: string } | undefined {
  const read = originalForm.exec(textOf(message, 90) ?? '');
  return read === null ? undefined : { stan: read[1], de61: `${batch}${read[1]}${read[2]}` };
}

/** Elements of ours that the interface does not have in a request. */
const notTheirs = [7, 12, 13, 18, 32, 37, 43, 90];

function writeNetwork(message: IsoMessage): IsoMessage {
  const code = textOf(message, 70) ?? '000';
  const wire: IsoMessage = {
    ...without(message, [7, 70]),
    de60: `00${batch}${networkCodes[code] ?? code}`,
  };
  return code === '001' ? { ...wire, de63: '000' } : wire;
}

function write(message: IsoMessage): IsoMessage {
  if (message.mti[1] === '8') return writeNetwork(message);
  const original = originalOf(message);
  const de60 = `${kindOf(message)}${batch}000${readerOf(message)}0`;
  const wire: IsoMessage = { ...without(message, notTheirs), de60 };
  // DE 26 is the longest PIN that could be entered, DE 53 a block with the card number under a key of double length.
  if (message.de52 !== undefined) Object.assign(wire, { de26: '12', de53: '2600000000000000' });
  if (original === undefined) return wire;
  wire.de61 = original.de61;
  if (message.mti[1] !== '4') return wire;
  // A reversal has the trace number of what it undoes.
  wire.de11 = original.stan;
  wire.de39 = reversalReasons[textOf(message, 39) ?? ''] ?? '06';
  return wire;
}

function read(wire: IsoMessage): IsoMessage {
  const same = without(wire, [60, 61]);
  if (wire.mti[1] !== '8') return same;
  const code = /^\d{8}(\d{3})/.exec(textOf(wire, 60) ?? '')?.[1];
  if (code === undefined) return same;
  return { ...same, de70: signOns.has(code) ? '001' : code };
}

/** UnionPay's POS interface. */
export const unionpayPos: HostDialect = {
  name: 'unionpayPos',
  spec: specs['unionpayPos'],
  framing: {
    options: { length: 'binary2', tpdu: true, headerBytes: 6, maxBytes: 8192 },
    parts: { tpdu: fromHex('6000000000'), header: fromHex('603100311003') },
  },
  network: {
    signOn: network1987.signOn,
    signOff: { mti: '0820', code: '002' },
    echo: { mti: '0820', code: '301' },
  },
  reversal: { mti: '0400', repeatIsSame: true },
  matchOn: [11, 41],
  numbering: 'host',
  issuerTags: [],
  // DE 44: which institutions issued the card and acquired the payment; the terminal prints them.
  passedOn: [44],
  write,
  read,
};
