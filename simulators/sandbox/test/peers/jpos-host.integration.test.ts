// A host that nobody here wrote: jPOS's ISOServer with its stock packagers, behind a running switch.
import { setTimeout as sleep } from 'node:timers/promises';
import { buildReversal } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stand, openStand, purchase } from '../switch-stand.ts';
import { JposPeer, elementsOf, freePort, jposClasses } from './jpos-peer.ts';

const classPath = jposClasses();

/** A stock packager of jPOS's and the channel that carries it, and our settings for such a host. */
interface StockHost {
  readonly packager: string;
  readonly channel: string;
  readonly host: { readonly [setting: string]: unknown };
  /** Cents of an amount, and the code that the terminal reads. */
  readonly codes: readonly (readonly [cents: number, code: string])[];
  readonly approvals: readonly string[];
  readonly refusedReversal: string;
  readonly takenReversal: string;
  /** A network message of the host's: its type, and what says that it exchanges keys, with our answer. */
  readonly keyExchange: { readonly asks: string; readonly answered: RegExp };
  /** DE 90 of 1987 or DE 56 of 1993. */
  readonly original: number;
}

const of1987 = {
  codes: [
    [5, '05'],
    [51, '51'],
    [54, '54'],
    [61, '61'],
  ],
  approvals: ['08', '11'],
  refusedReversal: '30',
  takenReversal: '00',
  keyExchange: { asks: '0800 11=900001 70=161', answered: /^heard 0810 .*39=40/ },
  original: 90,
} as const;
const of1993 = {
  codes: [
    [0, '05'],
    [1, '54'],
    [16, '51'],
    [21, '61'],
  ],
  approvals: [],
  refusedReversal: '904',
  takenReversal: '400',
  keyExchange: { asks: '1800 11=900001 24=811', answered: /^heard 1810 .*39=115/ },
  original: 56,
} as const;
const tpdu = { length: 'binary2', tpdu: '6000000000' };

const stock: readonly StockHost[] = [
  {
    packager: 'iso87ascii',
    channel: 'PostChannel',
    host: { dialect: 'jposIso87Ascii' },
    ...of1987,
  },
  {
    packager: 'iso87binary',
    channel: 'NACChannel',
    host: { dialect: 'jposIso87Binary', framing: tpdu },
    ...of1987,
  },
  {
    packager: 'iso93ascii',
    channel: 'ASCIIChannel',
    host: { dialect: 'jposIso93Ascii', framing: 'ascii4' },
    ...of1993,
  },
  {
    packager: 'iso93binary',
    channel: 'PostChannel',
    host: { dialect: 'jposIso93Binary' },
    ...of1993,
  },
];

describe.skipIf(classPath === undefined).each(stock)(
  'jPOS as a host, stock $packager over $channel (needs Java 17 and what Maven brings: skipped without them)',
  ({ packager, channel, host: settings, ...its }) => {
    let stand: Stand;
    let host: JposPeer;
    beforeAll(async () => {
      const port = await freePort();
      host = new JposPeer(classPath ?? '', 'JposHost', [channel, String(port), packager]);
      await host.line((line) => line === 'listening');
      stand = await openStand({
        instance: `jpos-${packager.toLowerCase()}`,
        hostPort: port,
        answerMs: 1_500,
        host: settings,
      });
    });
    afterAll(async () => {
      await stand.close();
      await host.stop();
    });

    async function ask(message: IsoMessage): Promise<IsoMessage> {
      const link = stand.link();
      const result = await link.exchange(message, 6_000);
      link.close();
      if (!result.ok) throw new Error(`no answer: ${result.error.code}`);
      return result.message;
    }
    const codeOf = async (message: IsoMessage): Promise<string | undefined> =>
      textOf(await ask(message), 39);
    /** The state of a payment that was asked by this message, once it is as wanted. */
    async function untilState(message: IsoMessage, wanted: string): Promise<void> {
      let state: string | undefined;
      for (const until = performance.now() + 10_000; performance.now() < until; await sleep(20)) {
        const found = await stand.pool.query<{ state: string }>(
          'select state from payment where idempotency_key like $1',
          [`%/${textOf(message, 11)}/2`],
        );
        state = found.rows[0]?.state;
        if (state === wanted) return;
      }
      throw new Error(`${state} instead of ${wanted}`);
    }

    it('signs on', () => {
      expect(stand.running.status().links).toEqual({ 'acquirer-a': 'up' });
    });

    it('approves a purchase, and its approval code reaches the terminal', async () => {
      const answer = await ask(purchase(1_200));
      expect([textOf(answer, 39), textOf(answer, 38)?.slice(0, 2)]).toEqual(['00', 'JP']);
    });

    it.each(its.codes)('declines 77,777.%i with %s', async (cents, code) => {
      expect(await codeOf(purchase(7_777_700 + cents))).toBe(code);
    });

    it.each(its.approvals)('I4: %s is an approval', async (code) => {
      const message = purchase(7_777_700 + Number(code));
      expect(await codeOf(message)).toBe(code);
      await untilState(message, 'ANSWERED');
    });

    it.each([
      ['is silent', 1],
      ['answers late', 2],
      ['closes the line', 4],
      ['answers another STAN', 5],
      ['answers another terminal', 6],
      ['answers another amount', 7],
      ['I15: answers another processing code', 8],
      ['I15: answers another currency', 9],
    ])('%s: 91, and a reversal that the host acknowledges', async (_, how) => {
      const message = purchase(77_777_700 + how);
      expect(await codeOf(message)).toBe('91');
      await untilState(message, 'REVERSED');
    });

    it.each([
      ['answers twice', 3],
      ['leaves out what is only echoed', 10],
      ['adds elements', 11],
      ['I9: writes a byte that nobody can read', 12],
    ])('%s: approved', async (_, how) => {
      const message = purchase(77_777_700 + how);
      expect(await codeOf(message)).toBe('00');
      await untilState(message, 'ANSWERED');
    });

    it('R15, I3: a refused reversal is not taken for done', async () => {
      const sale = purchase(2_100);
      expect(await codeOf(sale)).toBe('00');
      host.write(`reversals ${its.refusedReversal}`);
      expect(await codeOf(buildReversal(sale, 'cancelled'))).toBe('00');
      await untilState(sale, 'MANUAL');
      host.write(`reversals ${its.takenReversal}`);
    });

    it('I7: its key exchange is not taken for done', async () => {
      const from = host.lines.length;
      host.write(its.keyExchange.asks);
      await host.line((line) => its.keyExchange.answered.test(line), from);
    });

    it('a reversal carries the original’s data', async () => {
      const from = host.lines.length;
      const sale = purchase(2_200);
      expect(await codeOf(sale)).toBe('00');
      expect(await codeOf(buildReversal(sale, 'cancelled'))).toBe('00');
      const request = await host.line((line) => /^heard [01][12]00/.test(line), from);
      const reversal = await host.line((line) => /^heard [01]42/.test(line), from);
      const [asked, undone] = [elementsOf(request), elementsOf(reversal)];
      expect(undone.get(4)).toBe(asked.get(4));
      expect(undone.get(its.original)?.slice(4, 10)).toBe(asked.get(11));
      await untilState(sale, 'REVERSED');
    });
  },
);
