// The device around the payments: PIN pad, sign-on, key exchange, batch close, fleet.
import { fromHex, toHex } from '@chipswitch/bytes';
import { profiles } from '@chipswitch/card';
import {
  TdesCipher,
  decodePinBlock,
  ecbDecrypt,
  ecbEncrypt,
  newClearPin,
  referenceKcv,
} from '@chipswitch/cryptography';
import { type IsoMessage, terminalAnswer } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import { runFleet } from '../src/fleet.ts';
import type { HostLink } from '../src/host-link.ts';
import { createMemoryJournal } from '../src/journal.ts';
import { PinPad } from '../src/pin-pad.ts';
import { parseTerminalProfile } from '../src/profile.ts';
import { createTerminal } from '../src/terminal.ts';
import { testCaKeys, testCard, testProfile, testTerminal } from './device.ts';
import { scriptedIssuer, testPinKey } from './scripted-issuer.ts';

const pan = profiles['visa-cvn18'].applications[0].pan;
const masterKey = '11111111111111112222222222222222';
const newKey = '2315208C9110AD402A8F4B5D6E7C9102';

function wrapped(key: string): { block: Uint8Array; kcv: Uint8Array } {
  return {
    block: ecbEncrypt(new TdesCipher(fromHex(masterKey)), fromHex(key)),
    kcv: fromHex(referenceKcv('2TDEA', fromHex(key))),
  };
}

describe('the PIN pad', () => {
  it('gives out a format 0 block and forgets the PIN', () => {
    const pad = new PinPad({ pinKey: testPinKey });
    expect(pad.capture('123456')).toBe(true);
    const result = pad.encipherCaptured(pan);
    expect(pad.hasCaptured).toBe(false);
    const clear = newClearPin();
    const block = result.ok ? result.block : new Uint8Array(8);
    decodePinBlock(0, ecbDecrypt(new TdesCipher(fromHex(testPinKey)), block), pan, clear);
    expect(Array.from(clear.digits.slice(0, clear.length)).join('')).toBe('123456');
    expect(pad.encipherCaptured(pan)).toMatchObject({ error: { code: 'pin-length' } });
  });

  it.each(['', '123', '1234567890123', '12a4', ' 1234'])('takes no PIN %j', (pin) => {
    expect(new PinPad({ pinKey: testPinKey }).capture(pin)).toBe(false);
  });

  it('does nothing without a key, and refuses a card number that fits no block', () => {
    expect(new PinPad({}).capture('1234')).toBe(false);
    expect(new PinPad({}).encipherCaptured(pan)).toMatchObject({ error: { code: 'no-key' } });
    const pad = new PinPad({ pinKey: testPinKey });
    pad.capture('1234');
    expect(pad.encipherCaptured('4761')).toMatchObject({ error: { code: 'pan' } });
    expect(pad.hasCaptured).toBe(false);
  });

  it('takes a new key only with its right check value', () => {
    const pad = new PinPad({ pinKey: testPinKey, masterKey });
    const before = pad.kcv;
    const { block, kcv } = wrapped(newKey);
    expect(pad.loadPinKey(block, Uint8Array.of(1, 2, 3))).toMatchObject({
      error: { code: 'wrong-check-value' },
    });
    expect(pad.loadPinKey(block.slice(1), kcv)).toMatchObject({ error: { code: 'key-length' } });
    expect(pad.kcv).toBe(before);
    expect(pad.loadPinKey(block, kcv)).toEqual({ ok: true });
    expect(pad.kcv).toBe(toHex(kcv));
    expect(new PinPad({ pinKey: testPinKey }).loadPinKey(block, kcv)).toMatchObject({
      error: { code: 'no-key' },
    });
  });
});

function answering(respond: (message: IsoMessage) => IsoMessage | undefined): HostLink {
  return {
    exchange: (message) => {
      const answer = respond(message);
      return Promise.resolve(
        answer ? { ok: true, message: answer } : { ok: false, error: { code: 'timed-out' } },
      );
    },
  };
}

describe('network management', () => {
  const device = (link: HostLink) => {
    const profile = testProfile();
    const pinPad = { pinKey: testPinKey, masterKey };
    return createTerminal({ profile, link, caKeys: testCaKeys(profile), pinPad });
  };

  it.each([
    ['sign-on', '001'],
    ['sign-off', '002'],
    ['key-exchange', '161'],
    ['echo', '301'],
  ] as const)('%s is 0800 with %s', async (what, code) => {
    const seen: IsoMessage[] = [];
    const link = answering((message) => {
      seen.push(message);
      return terminalAnswer(message, '00');
    });
    expect(await device(link).network(what)).toEqual({ ok: true, responseCode: '00' });
    expect(seen[0]).toMatchObject({ mti: '0800', de70: code, de41: 'T0000001' });
  });

  it('a new PIN key is used from then on; a wrong one is refused', async () => {
    const { block, kcv } = wrapped(newKey);
    let field = Buffer.concat([block, kcv]).toString('latin1');
    const link = answering((message) => ({ ...terminalAnswer(message, '00'), de62: field }));
    const terminal = device(link);
    expect(await terminal.network('key-exchange')).toMatchObject({ ok: true });
    field = Buffer.concat([block, Uint8Array.of(9, 9, 9)]).toString('latin1');
    expect(await terminal.network('key-exchange')).toEqual({
      ok: false,
      error: { code: 'bad-key' },
    });
  });

  it('no answer and an answer without a code are named', async () => {
    expect(await device(answering(() => undefined)).network('echo')).toMatchObject({
      error: { code: 'timed-out' },
    });
    const link = answering((message) => ({ mti: '0810', de11: message['de11'] }));
    expect(await device(link).network('echo')).toMatchObject({ error: { code: 'undecodable' } });
  });
});

describe('closing the batch', () => {
  const name = 'visa-cvn18';
  const paid = async (codes: (message: IsoMessage) => string | undefined) => {
    const seen: IsoMessage[] = [];
    const issuer = scriptedIssuer(profiles[name]);
    const link: HostLink = {
      exchange: (message, timeoutMs) => {
        if (!/^0[35]/.test(message.mti)) return issuer.exchange(message, timeoutMs);
        seen.push(message);
        const code = codes(message);
        if (code === undefined) return Promise.resolve({ ok: false, error: { code: 'timed-out' } });
        return Promise.resolve({ ok: true, message: terminalAnswer(message, code) });
      },
    };
    const journal = createMemoryJournal();
    const terminal = testTerminal(link, { journal });
    const card = testCard(name);
    for (const amountMinor of [125_000n, 1_000n]) {
      await terminal.pay({ amountMinor, card, cardholder: { pin: '1234' } });
    }
    await terminal.pay({ kind: 'refund', amountMinor: 500n, card, cardholder: { pin: '1234' } });
    return { terminal, seen };
  };

  it('uploads what is due, sends its sums, and begins the next batch', async () => {
    const { terminal, seen } = await paid(() => '00');
    const closed = await terminal.closeBatch();
    expect(closed).toMatchObject({
      batch: '000001',
      result: 'balanced',
      totals: { debitCount: 2, debitMinor: 126_000n, creditCount: 1, creditMinor: 500n },
    });
    expect(seen.map((message) => message.mti)).toEqual(['0500']);
    expect(seen[0]).toMatchObject({ de76: '0000000002', de88: '0000000000126000' });
    expect(terminal.memory.batch).toBe('000002');
    expect(terminal.memory.totals().debitCount).toBe(0);
  });

  it('uploads every item when the sums differ, and closes with the trailer', async () => {
    let closes = 0;
    const { terminal, seen } = await paid((message) =>
      message.mti === '0500' && closes++ === 0 ? '95' : '00',
    );
    expect(await terminal.closeBatch()).toMatchObject({ result: 'uploaded', itemsUploaded: 3 });
    expect(seen.map((message) => message.mti)).toEqual(['0500', '0320', '0320', '0320', '0500']);
    expect(seen[4]['de60']).toContain('202');
    expect(seen[1]['de35']).toBeUndefined();
  });

  it('stays open without an answer, and can be closed again', async () => {
    let silent = true;
    const { terminal } = await paid(() => (silent ? undefined : '00'));
    expect(await terminal.closeBatch()).toMatchObject({ result: 'open' });
    expect(terminal.memory.batch).toBe('000001');
    silent = false;
    expect(await terminal.closeBatch()).toMatchObject({ result: 'balanced' });
  });
});

describe('a fleet', () => {
  it('makes every payment once, repeats its orders for a seed, counts what came of them', async () => {
    const run = async () => {
      const amounts: bigint[] = [];
      const name = 'mastercard-mchip17';
      const issuer = scriptedIssuer(profiles[name]);
      const terminals = [1, 2, 3].map((n) =>
        testTerminal(issuer, { profile: { terminalId: `T000000${n}` } }),
      );
      const report = await runFleet({
        terminals,
        ratePerSecond: 2000,
        payments: 20,
        seed: 7,
        order: (n, random) => {
          const amountMinor = BigInt(Math.floor(random() * 10_000)) + 100_000n;
          amounts[n] = amountMinor;
          return { amountMinor, card: testCard(name), cardholder: { pin: '1234' } };
        },
      });
      return { report, amounts };
    };
    const first = await run();
    expect(first.report).toMatchObject({
      arrived: 20,
      finished: 20,
      overruns: 0,
      outcomes: { approved: 20 },
      responseCodes: { '00': 20 },
    });
    expect(first.report.latencyMs.max).toBeGreaterThanOrEqual(first.report.latencyMs.p50);
  });

  it('counts what it could not begin', async () => {
    const never: HostLink = {
      exchange: () =>
        new Promise((resolve) =>
          setTimeout(() => resolve({ ok: false, error: { code: 'not-sent' } }), 20),
        ),
    };
    const terminals = [testTerminal(never, { profile: { timers: { repeats: 0, answerMs: 50 } } })];
    const report = await runFleet({
      terminals,
      ratePerSecond: 100_000,
      payments: 10,
      waitingMax: 2,
      order: () => ({ amountMinor: 100n, track2: '4111111111111111=49121010' }),
    });
    expect(report.finished + report.overruns).toBe(10);
    expect(report.overruns).toBeGreaterThan(0);
  });
});

describe('a profile', () => {
  it('names every fault with its place', () => {
    const parsed = parseTerminalProfile({
      terminalId: 'TOO LONG 1',
      country: 'CN',
      applications: [{ aid: 'A0' }, 7],
      timers: { answerMs: 1 },
    });
    expect(parsed.ok ? [] : parsed.errors.map((e) => `${e.path}: ${e.code}`).sort()).toEqual([
      'acceptorId: missing',
      'applications > 0 > aid: wrong-length',
      'applications > 1 > aid: missing',
      'applications > 1: not-an-object',
      'country: not-digits',
      'terminalId: wrong-length',
      'timers > answerMs: out-of-range',
    ]);
  });

  it.each([undefined, null, 7, 'x', []])('%j is none', (source) => {
    expect(parseTerminalProfile(source).ok).toBe(false);
  });
});
