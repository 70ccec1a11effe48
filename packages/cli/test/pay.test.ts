// `pay`, `card`, `terminal` in a folder of their own, against a host on a real socket that answers as it is told.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { profiles } from '@chipswitch/card';
import {
  createResponse,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  FrameDecoder,
  posTerminal,
  swapTpdu,
} from 'iso8583-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minorUnits } from '../src/devices/pay.ts';
import { runHere, runJson } from './support/run-here.ts';

let folder = '';
let server: Server;
/** Response code of the next answers; undefined is silence. */
let code: string | undefined = '00';
const asked: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cli-pay-'));
  server = createServer((socket) => {
    const framing = { length: 'binary2', tpdu: true } as const;
    const decoder = new FrameDecoder(framing);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        if (!frame.ok || frame.tpdu === undefined) continue;
        const request = decodeMessage(posTerminal, frame.body);
        if (!request.ok) continue;
        asked.push(request.message.mti);
        const isReversal = request.message.mti.startsWith('04');
        const answerCode = isReversal ? '00' : code;
        if (answerCode === undefined) continue;
        const response = createResponse(posTerminal, request.message, {
          de39: answerCode,
          de37: '632600000001',
          ...(answerCode === '00' ? { de38: '123456' } : {}),
        });
        if (response === undefined) continue;
        const bytes = encodeMessage(posTerminal, response);
        if (bytes.ok)
          socket.write(encodeFrame(framing, bytes.bytes, { tpdu: swapTpdu(frame.tpdu) }));
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
  });
  rmSync(folder, { recursive: true });
});

const env = (): Record<string, string> => ({
  CHIPSWITCH_HOME: folder,
  CHIPSWITCH_SWITCH: `127.0.0.1:${(server.address() as AddressInfo).port}`,
  PIN_KEY: '0123456789ABCDEFFEDCBA9876543210',
});
const pinKey = ['--pin-key', 'env:PIN_KEY'];

describe('pay', () => {
  it('approved: exit code 0, every decision, the host’s answer, no account number', async () => {
    code = '00';
    const { code: exit, out } = await runHere(
      ['pay', '12.51', 'CNY', '--card', 'visa-cvn10', '--apdu', '--slip', ...pinKey],
      { env: env() },
    );
    expect(exit).toBe(0);
    for (const mention of [
      'APPROVED',
      'select',
      'generate-ac-1',
      'GENERATE AC',
      'approval code 123456',
      'CNY 12.51',
    ])
      expect(out).toContain(mention);
    const { pan } = profiles['visa-cvn10'].applications[0];
    expect(out).not.toContain(pan.slice(0, 7));
    expect(out).not.toContain(pan.slice(-7));
    expect(asked.at(-1)).toBe('0200');
  });

  it('declined: exit code 0, and 1 only when something else was expected', async () => {
    code = '51';
    const words = ['pay', '3.00', '--card', 'visa-cvn10', ...pinKey];
    const declined = await runHere(words, { env: env() });
    expect(declined.code).toBe(0);
    expect(declined.out).toContain('DECLINED  51 not sufficient funds');
    expect((await runHere([...words, '--expect', 'declined'], { env: env() })).code).toBe(0);
    expect((await runHere([...words, '--expect', '51'], { env: env() })).code).toBe(0);
    const other = await runHere([...words, '--expect', 'approved'], { env: env() });
    expect(other.code).toBe(1);
    expect(other.err).toContain('expected approved, got declined');
  });

  it('the card keeps its counter from one run to the next', async () => {
    code = '00';
    const atc = async (): Promise<number> => {
      const { document } = await runJson(
        ['pay', '1.00', '--card', 'mastercard-mchip17', ...pinKey],
        { env: env() },
      );
      return Number.parseInt((document['chip'] as { atc: string }).atc, 16);
    };
    const first = await atc();
    expect(await atc()).toBe(first + 1);
  });

  it('E8a: pays with a terminal of its own, not with one of the sandbox’s', async () => {
    const { out } = await runHere(['pay', '5', 'CNY', '--dry-run'], { env: env() });
    expect(out).toContain('terminal CLI00001');
  });
  it('a dry run sends nothing', async () => {
    const before = asked.length;
    const { document } = await runJson(['pay', '5', 'CNY', '--dry-run'], { env: env() });
    expect(document).toMatchObject({ dryRun: true, online: false });
    expect(asked).toHaveLength(before);
  });

  it('--apdu names the data objects of each command, and never shows a PIN', async () => {
    const { out } = await runHere(['pay', '5', '--card', 'visa-sda', '--dry-run', '--apdu'], {
      env: env(),
    });
    expect(out).toContain('VERIFY · plaintext PIN');
    expect(out).not.toContain('241234');
    expect(out).toMatch(/9F02 +Amount, Authorised \(Numeric\) +000000000500/);
    const { document } = await runJson(['pay', '5', '--card', 'visa-sda', '--dry-run', '--apdu'], {
      env: env(),
    });
    const apdus = document['apdus'] as { command: { name: string; objects?: { tag: string }[] } }[];
    const generate = apdus.find(({ command }) => command.name === 'GENERATE AC');
    expect(generate?.command.objects).toContainEqual({
      tag: '9F02',
      name: 'Amount, Authorised (Numeric)',
      value: '000000000500',
    });
    expect(JSON.stringify(document)).not.toContain('241234');
    const clear = await runHere(
      ['pay', '5', '--card', 'visa-sda', '--dry-run', '--apdu', '--unsafe'],
      { env: env() },
    );
    expect(clear.out).toContain('241234FFFFFFFFFF');
  });

  const bad: [string[], string, number][] = [
    [['pay'], 'ONE_AMOUNT', 2],
    [['pay', '1.234'], 'BAD_AMOUNT', 2],
    [['pay', '-1'], 'UNKNOWN_OPTION', 2],
    [['pay', '1', 'USD'], 'OTHER_CURRENCY', 2],
    [['pay', '1', 'XYZ'], 'UNKNOWN_CODE', 2],
    [['pay', '1', '--card', 'visa'], 'UNKNOWN_CARD', 2],
    [['pay', '1', '--terminal', 'T9'], 'UNKNOWN_TERMINAL', 2],
    [['pay', '1', '--switch', 'nowhere'], 'BAD_VALUE', 2],
    [['pay', '1', '--pin', '12'], 'BAD_PIN', 2],
    [['pay', '1', '--switch', '127.0.0.1:1'], 'CANNOT_CONNECT', 4],
  ];
  for (const [words, error, exit] of bad) {
    it(`${words.join(' ')}: ${error}`, async () => {
      const ran = await runHere(words, {
        env: {
          CHIPSWITCH_HOME: folder,
          CHIPSWITCH_SWITCH: '',
          ...(words.includes('--switch') ? {} : env()),
        },
      });
      expect(ran.code).toBe(exit);
      expect(ran.err).toContain(`[${error}]`);
    });
  }

  it('amounts are exact', () => {
    expect(minorUnits('12.51', 2)).toBe(1251n);
    expect(minorUnits('12', 2)).toBe(1200n);
    expect(minorUnits('12.5', 2)).toBe(1250n);
    expect(minorUnits('12', 0)).toBe(12n);
    for (const wrong of ['12.5', '', '.5', '1e3', '1,00', '99999999999'])
      expect(minorUnits(wrong, 0)).toBeUndefined();
  });
});

describe('card and terminal', () => {
  it('list, new, show; own ones can pay', async () => {
    expect((await runHere(['card', 'list'], { env: env() })).out).toContain('visa-cvn18');
    const made = await runJson(
      ['card', 'new', 'my-card', '--from', 'unionpay-debit', '--pin', '2580'],
      { env: env() },
    );
    expect(made.document['pan']).toMatch(/^\d{6}\*+\d{4}$/);
    expect((await runHere(['card', 'new', 'my-card'], { env: env() })).err).toContain(
      'CARD_EXISTS',
    );
    expect((await runHere(['card', 'show', 'my-card'], { env: env() })).out).not.toContain('2580');
    expect((await runHere(['card', 'new', '../evil'], { env: env() })).err).toContain('BAD_NAME');
    expect((await runHere(['card', 'new', 'visa-cvn18'], { env: env() })).err).toContain(
      'BAD_NAME',
    );
    expect(
      (await runHere(['card', 'new', 'x', '--pan', '4761739001010118'], { env: env() })).err,
    ).toContain('BAD_PAN');
    const terminal = await runJson(
      ['terminal', 'new', 'shop', '--id', 'T0000001', '--acceptor', 'M00000000000001'],
      { env: env() },
    );
    expect(terminal.document).toMatchObject({ terminalId: 'T0000001' });
    expect((await runHere(['terminal', 'list'], { env: env() })).out).toContain('shop');
    code = '00';
    const paid = await runJson(
      ['pay', '1.00', '--card', 'my-card', '--terminal', 'shop', ...pinKey],
      { env: env() },
    );
    expect(paid.document).toMatchObject({ outcome: 'approved', terminal: 'T0000001' });
  });
});
