// What a terminal's message says of its original, and which payment is found: reversals and refunds through a
// running switch, on Postgres, with a scripted host.
import { setTimeout as sleep } from 'node:timers/promises';
import { buildReversal } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedHost, openScriptedHost } from './scripted-host.ts';
import { type Stand, askOnce, openStand, purchase } from './switch-stand.ts';

let host: ScriptedHost;
let stand: Stand;
beforeAll(async () => {
  host = await openScriptedHost();
  stand = await openStand({ hostPort: host.port, instance: 'originals' });
});
afterAll(async () => {
  await stand.close();
  await host.close();
});
beforeEach(() => {
  host.answers = [{ de38: '123456' }];
  host.heard.length = 0;
});

const ask = (message: IsoMessage): Promise<IsoMessage> => askOnce(stand, message);

const codeOf = async (message: IsoMessage): Promise<string | undefined> =>
  textOf(await ask(message), 39);

const preauthorisation = (amount: number, more: Partial<IsoMessage> = {}): IsoMessage =>
  purchase(amount, { mti: '0100', de3: '030000', de25: '06', ...more });

async function stateOf(message: IsoMessage): Promise<string | undefined> {
  const found = await stand.pool.query<{ state: string }>(
    `select state from payment where kind <> 'tombstone' and idempotency_key like $1`,
    [`%/${textOf(message, 11)}/${message.mti[1]}`],
  );
  return found.rows[0]?.state;
}

async function untilState(message: IsoMessage, state: string): Promise<void> {
  const deadline = performance.now() + 8_000;
  while ((await stateOf(message)) !== state && performance.now() < deadline) await sleep(20);
  expect(await stateOf(message)).toBe(state);
}

/** A reversal without what another way of naming the original says. */
function reversalOf(message: IsoMessage, more: Partial<IsoMessage>): IsoMessage {
  return { ...buildReversal(message, 'cancelled'), ...more };
}

let stans = 900_000;
/** A number and times of the reversal's own. */
const ownTimes = (): Partial<IsoMessage> => ({
  de11: String(++stans),
  de12: '235959',
  de13: '1123',
});
const zeros = (count: number): string => '0'.repeat(count);

describe('R20, R21, I5: the original of a reversal is found', () => {
  type Case = readonly [
    string,
    (amount: number) => IsoMessage,
    (message: IsoMessage, rrn: string) => Partial<IsoMessage>,
  ];
  const stanOf = (message: IsoMessage): string => textOf(message, 11) ?? '';
  const withDe7 = (amount: number): IsoMessage => purchase(amount, { de7: '1130221500' });
  const cases: readonly Case[] = [
    ['R20: of a hold, by its own number and times', preauthorisation, () => ({ de90: undefined })],
    ['R20: of a sale, by its own number and times', purchase, () => ({ de90: undefined })],
    [
      'R21: by DE 90 with DE 7',
      withDe7,
      (m) => ({ ...ownTimes(), de90: `0200${stanOf(m)}1130221500${zeros(22)}` }),
    ],
    ['R21: by DE 90 of zeros', purchase, () => ({ de90: `0200${zeros(38)}` })],
    ['R21: by DE 90 of zeros only', purchase, () => ({ de90: zeros(42) })],
    [
      'R21: by DE 90 without a time, in a new message',
      purchase,
      (m) => ({ ...ownTimes(), de90: `0200${stanOf(m)}${zeros(32)}` }),
    ],
    ['by its number, among the day’s', purchase, () => ({ de12: '235959', de90: undefined })],
    [
      'by DE 37 alone, in a new message',
      purchase,
      (_m, rrn) => ({ ...ownTimes(), de37: rrn, de90: undefined }),
    ],
    [
      'by DE 37 and DE 38, in a new message',
      purchase,
      (_m, rrn) => ({ ...ownTimes(), de37: rrn, de38: '123456', de90: undefined }),
    ],
    ['in the local form, with a new number', purchase, () => ({ de11: String(++stans) })],
  ];
  it.each(cases)('%s', async (_name, build, differently) => {
    const message = build(1_000);
    const approved = await ask(message);
    await untilState(message, 'ANSWERED');
    const reversal = reversalOf(message, differently(message, textOf(approved, 37) ?? ''));
    expect(await codeOf(reversal)).toBe('00');
    await untilState(message, 'REVERSED');
    expect(host.heard.filter(({ mti }) => mti === '0420')).toHaveLength(1);
    const graves = await stand.pool.query(
      `select from payment where kind = 'tombstone' and idempotency_key like $1`,
      [`%/${textOf(message, 11)}/%`],
    );
    expect(graves.rowCount).toBe(0);
  });
  it.each([
    [
      'with a DE 90 of another time',
      (m: IsoMessage) => ({
        de11: String(++stans),
        de90: `0200${stanOf(m)}0101010101${zeros(22)}`,
      }),
    ],
    [
      'with the DE 37 of nobody',
      () => ({ de11: String(++stans), de37: '633500999999', de90: undefined }),
    ],
    [
      'with another approval code',
      (_m: IsoMessage, rrn: string) => ({
        de11: String(++stans),
        de37: rrn,
        de38: '999999',
        de90: undefined,
      }),
    ],
  ])('R21: only when every way fails there is none: %s', async (_name, differently) => {
    const message = withDe7(1_000);
    const approved = await ask(message);
    await untilState(message, 'ANSWERED');
    const reversal = reversalOf(message, differently(message, textOf(approved, 37) ?? ''));
    expect(await codeOf(reversal)).toBe('25');
    expect(await stateOf(message)).toBe('ANSWERED');
  });
  it('R21: a reversal that names nothing at all is a format error', async () => {
    const empty = { de11: undefined, de12: undefined, de13: undefined, de90: undefined };
    expect(await codeOf(reversalOf(purchase(1_000), empty))).toBe('30');
  });
});

describe('R30: a reversal is held against its original', () => {
  it.each([
    ['R30: another card', { de2: '4111111111111111' }],
    ['R30: what is no card', { de2: '4761739001010118' }],
    ['R31: another currency', { de49: '840' }],
    ['another amount', { de4: '000000000999' }],
  ])('%s is refused', async (_name, differently) => {
    const message = purchase(1_000);
    await ask(message);
    await untilState(message, 'ANSWERED');
    expect(await codeOf(reversalOf(message, differently))).toBe('64');
    expect(await stateOf(message)).toBe('ANSWERED');
    expect(host.heard.map(({ mti }) => mti)).toEqual(['0200']);
  });
  it('R30: a reversal without card, amount and currency is taken', async () => {
    const message = purchase(1_000);
    await ask(message);
    const bare = { de2: undefined, de4: undefined, de49: undefined };
    expect(await codeOf(reversalOf(message, bare))).toBe('00');
    await untilState(message, 'REVERSED');
  });
});

describe('R22: a reversal of an offline approval', () => {
  const advice = (amount: number): IsoMessage => purchase(amount, { mti: '0220', de38: 'Y1    ' });
  it('R22: that the host knows is told to it', async () => {
    const message = advice(1_000);
    expect(await codeOf(message)).toBe('00');
    await untilState(message, 'ADVICE_ACKED');
    expect(await codeOf(reversalOf(message, {}))).toBe('00');
    expect(await codeOf(reversalOf(message, { mti: '0401' }))).toBe('00');
    await untilState(message, 'REVERSED');
    expect(host.heard.map(({ mti }) => mti)).toEqual(['0220', '0420']);
    const [told, undone] = host.heard;
    expect(textOf(undone, 90)).toMatch(new RegExp(`^0220${String(textOf(told, 11))}`));
  });
});
