// The card number planted wherever a terminal or a host can put one, in every encoding: nothing that the switch logs,
// stores or the console shows holds more of it than first six and last four digits.
import { fromHex } from '@chipswitch/bytes';
import { createPostgresStore } from '@chipswitch/console';
import { type IsoMessage } from '@chipswitch/transaction';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ScriptedHost, openScriptedHost } from './scripted-host.ts';
import { type Stand, openStand, purchase, visa } from './switch-stand.ts';

const { pan } = visa.applications[0];
const characters = (text: string): string =>
  Buffer.from(text, 'latin1').toString('hex').toUpperCase();
const ebcdic = (digits: string): string => digits.replaceAll(/\d/g, 'F$&');
const packed = (digits: string): string => (digits.length % 2 === 0 ? digits : `${digits}F`);
const tlv = (tag: string, value: string): string =>
  `${tag}${(value.length / 2).toString(16).padStart(2, '0')}${value}`.toUpperCase();

const encodings = {
  packed,
  'half a byte off': (digits: string) => packed(`0${digits}`),
  ASCII: characters,
  EBCDIC: ebcdic,
  'hex text': (digits: string) => characters(characters(digits)),
  'track 2': (digits: string) => packed(`${digits}D28122011143878089`),
} as const;

/** Whether a text gives away the digits between first six and last four. */
function shows(text: string): boolean {
  const middle = pan.slice(5, -3);
  const forms = [middle, characters(middle), ebcdic(middle), characters(characters(middle))];
  return forms.some((form) => text.toUpperCase().includes(form)) || text.includes('143878089');
}

let host: ScriptedHost;
let stand: Stand;
beforeAll(async () => {
  host = await openScriptedHost();
  stand = await openStand({ instance: 'card-data', hostPort: host.port });
});
afterAll(async () => {
  await stand.close();
  await host.close();
});

const tags = '50 5A 57 5F20 72 82 84 86 8A 91 95 9F10 9F1E 9F26 9F5B 9F6E 9F7C DF01 DF31'.split(
  ' ',
);

/** What a message says more than it should. */
const plants = fc.record({
  encode: fc.constantFrom(...Object.values(encodings)),
  tag: fc.constantFrom(...tags),
  place: fc.constantFrom('55', '48', '60', '62', '63'),
});
type Plant = { encode: (digits: string) => string; tag: string; place: string };

function planted({ encode, tag, place }: Plant): Partial<IsoMessage> {
  if (place !== '55') return { [`de${place}`]: `AB${pan}=2812` };
  const value = encode(pan);
  const object = tlv(tag, tag === '72' ? tlv('86', value) : value);
  return { de55: fromHex(`${object}9F36020001`) };
}

const kinds = {
  sale: {},
  'offline sale': { mti: '0220', de38: 'Y1    ' },
  refund: { mti: '0220', de3: '200000' },
  'account status': { mti: '0100', de3: '000000' },
  'no such kind': { de3: '770000' },
  'another currency': { de49: '840' },
} satisfies Record<string, Partial<IsoMessage>>;

describe('H3 and C2: the card number', () => {
  it(
    'stands in no line of the log, no row of the database and no view of the console',
    { timeout: 60_000 },
    async () => {
      const link = stand.link();
      const cases = fc.sample(
        fc.record({
          kind: fc.constantFrom(...Object.values(kinds)),
          asks: plants,
          answers: plants,
          code: fc.constantFrom('00', '51', '05', 'ZZ'),
        }),
        { numRuns: 80, seed: 8 },
      );
      let answered = 0;
      for (const [i, { kind, asks, answers, code }] of cases.entries()) {
        const { de55, ...texts } = planted(answers);
        host.answers = [{ de39: code, ...texts, ...(de55 === undefined ? {} : { de55 }) }];
        const message = purchase(61_000 + i, { ...planted(asks), ...kind });
        const result = await link.exchange(message, 3_000);
        if (result.ok) answered++;
      }
      expect(answered).toBeGreaterThan(60);
      await expect.poll(() => stand.running.status().livePayments, { timeout: 20_000 }).toBe(0);

      expect(stand.log.length).toBeGreaterThan(60);
      for (const line of stand.log)
        expect(shows(JSON.stringify(line)), JSON.stringify(line)).toBe(false);

      const tables = await stand.pool.query<{ name: string }>(
        `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
      );
      expect(tables.rows.length).toBeGreaterThan(10);
      for (const { name } of tables.rows) {
        const { rows } = await stand.pool.query<{ row: string }>(
          `select (to_jsonb(t) - 'pan_encrypted')::text as row from "${name}" t`,
        );
        const told = rows.filter(({ row }) => shows(row));
        expect(told.map(({ row }) => `${name}: ${row}`)).toEqual([]);
      }

      const views = createPostgresStore(stand.pool);
      const payments = await views.listPayments({ limit: 100 });
      expect(payments.length).toBeGreaterThan(40);
      const details = await Promise.all(payments.map(({ id }) => views.findPayment(id)));
      const unresolved = await views.listUnresolved({ limit: 100 });
      expect(shows(JSON.stringify([payments, details, unresolved]))).toBe(false);
    },
  );
});
