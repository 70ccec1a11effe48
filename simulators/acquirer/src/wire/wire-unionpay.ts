// A host of UnionPay's POS interface: TPDU and six-byte head in the frame, kind and network code in DE 60, the original in
// DE 61, its own number in DE 37, and in DE 44 who issued the card and who acquired the payment.
import { fromHex } from '@chipswitch/bytes';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { specs } from 'iso8583-js';
import type { HostWire } from './host-wire.ts';

const text = (message: IsoMessage, element: number): string => textOf(message, element) ?? '';

/** Nothing here tells the time of transmission: messages are told apart by their trace numbers. */
const noTime = '0000000000';
const numbersMax = 100_000;
const institutions = '01020000   03040000   ';

/** Kinds (60.1) of pre-authorisations: of class 1 to hold (10) and to let go (11); what draws on a hold: 11, 20, 24. */
const ofHolds = /^1/;
const drawsOnHold = /^(?:11|2[04])$/;

/** The wire. */
export function wireUnionpay(): HostWire {
  let last = 0;
  /** Its number by class and trace number: a reversal is entered under that of its original. */
  const numbers = new Map<string, string>();
  const numberOf = (messageClass: string, stan: string): string => {
    const key = `${messageClass}/${stan}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (numbers.size >= numbersMax) numbers.clear();
    const number = `C${String(++last).padStart(11, '0')}`;
    numbers.set(key, number);
    return number;
  };
  const hear = (wire: IsoMessage): IsoMessage => {
    const { header: _, de60: _kind, de61: _original, ...same } = wire;
    const [, kind, code] = /^(\d{2})\d{6}(\d{3})/.exec(text(wire, 60)) ?? [];
    if (wire.mti[1] === '8') {
      return { ...same, de70: code === '003' || code === '004' ? '001' : (code ?? '') };
    }
    const [, stan] = /^\d{6}(\d{6})\d{4}/.exec(text(wire, 61)) ?? [];
    // What is completed or let go is a hold; what is undone is of the class that its kind belongs to.
    const isReversal = wire.mti[1] === '4';
    const isOfHold = (isReversal ? ofHolds : drawsOnHold).test(kind ?? '');
    const originalClass = isOfHold ? '1' : '2';
    const own = isReversal
      ? numberOf(originalClass, stan ?? '')
      : numberOf(wire.mti[1], text(wire, 11));
    return {
      ...same,
      // A reversal has the trace number of its original, so it is told apart as of its own class.
      de7: noTime,
      de37: own,
      ...(stan === undefined
        ? {}
        : { de90: `0${originalClass}00${stan}${noTime}${'0'.repeat(22)}` }),
    };
  };
  return {
    spec: specs['unionpayPos'],
    framing: { length: 'binary2', tpdu: true, headerBytes: 6, maxBytes: 8192 },
    frameParts: { tpdu: fromHex('6000000000'), header: fromHex('603100311003') },
    hear,
    say: (_asked, heard, decided) => {
      const { de48: _private, ...said } = decided;
      if (heard.mti[1] === '8') return said;
      const now = new Date().toISOString();
      const clock = {
        de12: now.slice(11, 19).replaceAll(':', ''),
        de13: now.slice(5, 10).replace('-', ''),
      };
      return { ...said, ...clock, de37: text(heard, 37), de44: institutions };
    },
    echo: [2, 3, 4, 11, 25, 41, 42, 49, 60],
    network: (code, stan) => ({ mti: '0820', de11: stan, de60: `00000001${code}` }),
  };
}
