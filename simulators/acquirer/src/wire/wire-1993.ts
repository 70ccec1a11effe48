// A host of ISO 8583:1993: version digit, function and action codes, local time with the year, DE 56 for the original.
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import type { Spec } from 'iso8583-js';
import type { HostWire } from './host-wire.ts';

const text = (message: IsoMessage, element: number): string => textOf(message, element) ?? '';

// DE 24 of network management, from the standard's table of function codes.
const networkFunctions = [
  ['001', '801'],
  ['002', '802'],
  ['161', '811'],
  ['201', '821'],
  ['301', '831'],
] as const;

/** Action codes that this host's issuers give, by their decision. */
const actions: Readonly<Record<string, string>> = {
  '00': '000',
  '01': '107',
  '05': '100',
  '10': '002',
  '12': '902',
  '14': '111',
  '25': '914',
  '30': '904',
  '41': '208',
  '43': '209',
  '51': '116',
  '54': '101',
  '55': '117',
  '57': '119',
  '61': '121',
  '64': '110',
  '65': '123',
  '75': '106',
  '82': '122',
  '91': '912',
  '94': '913',
  '96': '909',
};

function actionOf(heard: IsoMessage, code: string): string {
  if (code !== '00') return actions[code] ?? '909';
  switch (heard.mti[1]) {
    case '4':
      return '400';
    case '8':
      return '800';
    default:
      return heard.mti[2] === '2' ? '900' : '000';
  }
}

/** MMDDhhmmss of DE 12: by it this host tells one message from another, as by DE 7 in 1987. */
const localOf = (wire: IsoMessage): string => text(wire, 12).slice(2) || text(wire, 7);

const seenMax = 100_000;

/** The wire of a spec of 1993, in frames with a two-byte length. */
export function wire1993(spec: Spec): HostWire {
  /** Local time by class and trace number, for who names an original without its time. */
  const seen = new Map<string, string>();
  const originalOf = (wire: IsoMessage): string | undefined => {
    const [, type, stan, time] = /^1(\d{3})(\d{6})\d{2}(\d{10})/.exec(text(wire, 56)) ?? [];
    if (type === undefined || stan === undefined) return undefined;
    const known = time === '0000000000' ? seen.get(`${type[0]}/${stan}`) : time;
    return `0${type}${stan}${known ?? time}${'0'.repeat(22)}`;
  };
  const hear = (wire: IsoMessage): IsoMessage => {
    const { header: _, de12: _time, de22: _entry, de56: _original, ...same } = wire;
    const mti = `0${wire.mti.slice(1)}`;
    const time = localOf(wire);
    const functionCode = text(wire, 24);
    const network = networkFunctions.find(([, code]) => code === functionCode)?.[0];
    const original = originalOf(wire);
    const was = /^\d{12}/.exec(text(wire, 30))?.[0];
    if (mti[1] !== '4' && mti[1] !== '8') {
      if (seen.size >= seenMax) seen.clear();
      seen.set(`${mti[1]}/${text(wire, 11)}`, time);
    }
    return {
      ...same,
      mti,
      de7: time,
      // 101: an authorisation whose amount may change; 201: what was authorised is taken.
      de25: functionCode === '101' || functionCode === '201' ? '06' : '00',
      ...(network === undefined ? {} : { de70: network }),
      ...(original === undefined ? {} : { de90: original }),
      // A reversal of a part: DE 4 is what stays of the amount in DE 30.
      ...(functionCode === '401' && was !== undefined
        ? { de4: was, de95: `${text(wire, 4)}${'0'.repeat(30)}` }
        : {}),
    };
  };
  return {
    spec,
    framing: { length: 'binary2', maxBytes: 8192 },
    frameParts: {},
    hear,
    say: (_asked, heard, decided) => {
      const code = textOf(decided, 39);
      return code === undefined ? decided : { ...decided, de39: actionOf(heard, code) };
    },
    echo: [3, 4, 7, 11, 12, 24, 32, 37, 41, 42, 49],
    network: (code, stan) => ({
      mti: '1800',
      de7: '0101000000',
      de11: stan,
      de24: networkFunctions.find(([known]) => known === code)?.[1] ?? '899',
    }),
  };
}
