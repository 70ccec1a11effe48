// Ports of terminals by configuration alone: frames, dialects, and the UnionPay POS that has no clock.
import { fromHex, toHex } from '@chipswitch/bytes';
import type { SwitchConfig } from '@chipswitch/switch';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import {
  type FrameOptions,
  type Spec,
  iso1987Ascii,
  posTerminal,
  specFromJson,
  specToJson,
  unionpayPos,
} from 'iso8583-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawLine } from './raw-line.ts';
import { type Stand, openStand, purchase, visa } from './switch-stand.ts';

type PortSettings = Partial<Omit<SwitchConfig['listen']['ports'][number], 'framing'>> & {
  readonly framing?: Partial<SwitchConfig['listen']['framing']>;
};

/** The POS dialect with a private element, as an acquirer's own field list would have it. */
function withOwnElement(): Spec {
  const definition = specToJson(posTerminal);
  const own = { data: 'ascii', prefix: { data: 'bcd', size: 3 }, max: 40 } as const;
  const made = specFromJson({
    ...definition,
    name: 'own',
    fields: { ...definition.fields, 59: own },
  });
  if (!made.ok) throw new Error(made.error.problems[0].problem);
  return made.spec;
}

const tpdu = '6000060001';
const unionpayFrame: FrameOptions = { length: 'binary2', tpdu: true, headerBytes: 6 };

const doors: readonly {
  readonly name: string;
  readonly settings: PortSettings;
  readonly framing: FrameOptions;
  readonly spec: Spec;
  readonly tpdu?: string;
  readonly header?: string;
}[] = [
  {
    name: 'UnionPay POS: TPDU, six bytes of head',
    settings: { dialect: 'unionpayPos', framing: { headerBytes: 6 } },
    framing: unionpayFrame,
    spec: unionpayPos,
    tpdu,
    header: '603100311003',
  },
  {
    name: 'a length that counts itself',
    settings: { framing: { countsItself: true } },
    framing: { length: 'binary2', tpdu: true, inclusive: true },
    spec: posTerminal,
    tpdu,
  },
  {
    name: 'a packed length, no TPDU',
    settings: { framing: { length: 'bcd2', tpdu: 'none' } },
    framing: { length: 'bcd2' },
    spec: posTerminal,
  },
  {
    name: 'four digits of length, all in ASCII',
    settings: { dialect: 'iso1987Ascii', framing: { length: 'ascii4', tpdu: 'none' } },
    framing: { length: 'ascii4' },
    spec: iso1987Ascii,
  },
  {
    name: 'four hex digits of length',
    settings: { framing: { length: 'hex4' } },
    framing: { length: 'hex4', tpdu: true },
    spec: posTerminal,
    tpdu,
  },
  {
    name: 'a TPDU that begins with 68',
    settings: { framing: { tpdu: 'any' } },
    framing: { length: 'binary2', tpdu: true, tpduId: 'any' },
    spec: posTerminal,
    tpdu: '6800060001',
  },
  {
    name: 'an element of its own',
    settings: { elements: { 59: withOwnElement().definition.fields[59] } },
    framing: { length: 'binary2', tpdu: true },
    spec: withOwnElement(),
    tpdu,
  },
  {
    name: 'a spec of its own',
    settings: { spec: specToJson(withOwnElement()) as never, framing: { tpdu: 'none' } },
    framing: { length: 'binary2' },
    spec: withOwnElement(),
  },
];

let stand: Stand;
let nowMs = Date.now();
beforeAll(async () => {
  const ports = doors.map(({ settings }) => ({ port: 0, ...settings }));
  stand = await openStand({ listen: { ports: ports as never }, nowMs: () => nowMs });
});
afterAll(() => stand.close());

const lines: RawLine[] = [];
afterAll(() => lines.forEach((line) => line.close()));

function dial(door = 0): RawLine {
  const line = new RawLine(stand.running.ports[door], doors[door]);
  lines.push(line);
  return line;
}

const partsOf = (door: (typeof doors)[number]): { tpdu?: Uint8Array; header?: Uint8Array } => ({
  ...(door.tpdu === undefined ? {} : { tpdu: fromHex(door.tpdu) }),
  ...(door.header === undefined ? {} : { header: fromHex(door.header) }),
});

describe('X1: a port’s form', () => {
  it.each(doors.map((door, i) => [door.name, door, i] as const))(
    '%s: a purchase is approved, and its frame comes back turned round',
    async (_name, door, i) => {
      const more = door.name.includes('own') ? { de59: 'SHELF 12' } : {};
      const { de12, de13, ...clockless } = purchase(21_100, more);
      const message = door.spec === unionpayPos ? clockless : { ...clockless, de12, de13 };
      const answer = await dial(i).ask(message, partsOf(door));
      expect(answer.message).toMatchObject({ mti: '0210', de39: '00', de11: message.de11 });
      if (door.tpdu !== undefined) {
        expect(answer.tpdu && toHex(answer.tpdu)).toBe(`${door.tpdu.slice(0, 2)}00010006`);
      }
      if (door.header !== undefined) {
        expect(answer.header && toHex(answer.header)).toBe(door.header);
      }
    },
  );
  it.each([
    ['an unknown dialect', { dialect: 'jposTerminal' }, 'config.listen.ports[0].dialect'],
    ['a dialect of 1993', { dialect: 'iso1993Ascii' }, 'config.listen.ports[0].dialect'],
    ['a dialect by a name that every object has', { dialect: 'toString' }, 'ports[0].dialect'],
    ['an element that is none', { elements: { 48: { data: 'morse' } } }, 'ports[0].elements'],
    ['a dialect without DE 39', { elements: { 39: null } }, 'ports[0].elements'],
    ['a spec that is none', { spec: { mti: 7 } }, 'ports[0].spec'],
    ['a length that is none', { framing: { length: 'roman2' } }, 'ports[0].framing.length'],
    ['a TPDU of a form nobody has', { framing: { tpdu: '61' } }, 'ports[0].framing.tpdu'],
  ])('%s is refused by its place', async (_name, settings, place) => {
    const ports = [{ port: 0, ...settings }] as never;
    await expect(openStand({ instance: 'form-1', listen: { ports } })).rejects.toThrow(place);
  });
});

let stan = 400_000;

/** What a UnionPay POS sends: no DE 7, 12 and 13; DE 60 says type, batch, network code. */
function unionpay(more: Partial<IsoMessage> & { readonly mti: string }): IsoMessage {
  const { de12: _time, de13: _date, ...rest } = purchase(100);
  return {
    ...rest,
    de11: String(++stan),
    de22: '012',
    de26: '12',
    de48: '0',
    de53: '2600000000000000',
    de59: 'A204 TERMINAL AND PLACE',
    de60: '22000024000600',
    ...more,
  };
}

const parts = partsOf(doors[0]);
const ask = async (message: IsoMessage): Promise<IsoMessage> =>
  (await dial().ask(message, parts)).message;
const keys = async (de11: string): Promise<string[]> => {
  const { rows } = await stand.pool.query<{ key: string }>(
    `select idempotency_key as key from payment where idempotency_key like '%/' || $1 || '/%'`,
    [de11],
  );
  return rows.map(({ key }) => key);
};

describe('U1: a genuine UnionPay POS', () => {
  it('gets date and time from the switch, and the same answer to the same question', async () => {
    const asked = unionpay({ mti: '0200', de4: '000000021200' });
    const first = await ask(asked);
    expect(first).toMatchObject({ mti: '0210', de39: '00', de60: asked['de60'] });
    expect(first['de12']).toMatch(/^\d{6}$/);
    expect(first['de13']).toMatch(/^\d{4}$/);
    const again = await ask(asked);
    for (const element of [37, 38, 39] as const) {
      expect(textOf(again, element)).toBe(textOf(first, element));
    }
    const other = await ask({ ...asked, de4: '000000021300' });
    expect(textOf(other, 39)).toBe('94');
  });
  it('the same trace number of another batch is another payment', async () => {
    const asked = unionpay({ mti: '0200', de4: '000000021400' });
    const first = await ask(asked);
    const second = await ask({ ...asked, de60: '22000025000600' });
    expect([textOf(first, 39), textOf(second, 39)]).toEqual(['00', '00']);
    expect(textOf(second, 37)).not.toBe(textOf(first, 37));
    expect(await keys(textOf(asked, 11) ?? '')).toHaveLength(2);
  });
  it('a repeat after midnight is the payment of before', async () => {
    const realMs = nowMs;
    try {
      const midnight = Date.parse('2026-11-30T16:00:00Z'); // Shanghai
      nowMs = midnight - 500;
      const asked = unionpay({ mti: '0200', de4: '000000021500' });
      const first = await ask(asked);
      nowMs = midnight + 500;
      const again = await ask(asked);
      expect(textOf(first, 13)).toBe('1130');
      expect(textOf(again, 37)).toBe(textOf(first, 37));
      expect(await keys(textOf(asked, 11) ?? '')).toHaveLength(1);
    } finally {
      nowMs = realMs;
    }
  });
  it('reverses by its own trace number, what DE 61 says being the reversed payment’s own', async () => {
    const asked = unionpay({ mti: '0200', de4: '000000021600' });
    await ask(asked);
    const reversal = { ...asked, mti: '0400', de39: '98', de61: '0000240000011122' };
    expect(await ask(reversal)).toMatchObject({ mti: '0410', de39: '00' });
    expect(textOf(await ask(asked), 39)).toBe('12');
  });
  it('a reversal that comes first refuses its original', async () => {
    const asked = unionpay({ mti: '0200', de4: '000000021700' });
    expect(textOf(await ask({ ...asked, mti: '0400', de39: '98' }), 39)).toBe('25');
    expect(textOf(await ask(asked), 39)).toBe('12');
  });
  it('voids by DE 61 with batch and trace number', async () => {
    const asked = unionpay({ mti: '0200', de4: '000000021800' });
    const sold = await ask(asked);
    const voided = await ask(
      unionpay({
        mti: '0200',
        de3: '200000',
        de4: '000000021800',
        de37: textOf(sold, 37),
        de38: textOf(sold, 38),
        de60: '23000024000600',
        de61: `000024${textOf(asked, 11)}`,
      }),
    );
    expect(textOf(voided, 39)).toBe('00');
  });
  it.each([
    ['sign-on', '00000024001', '00'],
    ['sign-off', '00000024002', '00'],
    ['echo', '00000024301', '00'],
    ['a code that is not served', '00000024999', '40'],
  ])('%s by DE 60', async (_name, de60, code) => {
    const { de41, de42 } = purchase(1);
    const answer = await ask({ mti: '0800', de11: '000001', de41, de42, de60 });
    expect(answer).toMatchObject({ mti: '0810', de39: code, de60 });
  });
  it.each([
    ['0302', '0312', '40'],
    ['0600', '0610', '40'],
    ['0620', '0630', '40'],
  ])('I13: %s is answered %s with %s', async (mti, answered, code) => {
    expect(await ask(unionpay({ mti }))).toMatchObject({ mti: answered, de39: code });
  });
  it('nothing of a card is in the log', () => {
    expect(JSON.stringify(stand.log)).not.toContain(visa.applications[0].pan);
  });
});
