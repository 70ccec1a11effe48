// The kernel over real PC/SC: pcscd, Debian's virtual reader (vsmartcard-vpcd) and the card simulator
// behind it. Needs `apt-get install pcscd vsmartcard-vpcd libpcsclite-dev` and the npm package
// `smartcard` (or PCSC_MODULE naming where it is).
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Card, type ProfileName, insertIntoVirtualReader, profiles } from '@chipswitch/card';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PcscCard, openPcscCard } from '../src/pcsc-card.ts';
import { testCard, testTerminal } from './device.ts';
import { scriptedIssuer } from './scripted-issuer.ts';

function bindingAt(): string | undefined {
  const named = process.env['PCSC_MODULE'];
  if (named !== undefined) return named;
  try {
    return createRequire(import.meta.url).resolve('smartcard');
  } catch {
    // Not installed: the tests skip and say so.
    return undefined;
  }
}

const module = bindingAt();
const missing = [
  existsSync('/usr/sbin/pcscd') ? undefined : 'pcscd',
  existsSync('/etc/reader.conf.d/vpcd') ? undefined : 'vsmartcard-vpcd',
  module === undefined ? 'npm package smartcard' : undefined,
].filter((name) => name !== undefined);
const title =
  missing.length === 0
    ? 'a payment over PC/SC'
    : `a payment over PC/SC (skipped: not installed: ${missing.join(', ')})`;

let daemon: ChildProcess | undefined;

/** The reader takes a moment to notice a card. */
async function open(): Promise<PcscCard> {
  for (let i = 0; i < 50; i++) {
    const opened = await openPcscCard({ reader: 'Virtual PCD', ...(module ? { module } : {}) });
    if (opened.ok) return opened.card;
    await sleep(100);
  }
  throw new Error('the virtual reader shows no card');
}

async function insert(card: Card): Promise<{ remove(): void }> {
  for (let i = 0; ; i++) {
    try {
      return await insertIntoVirtualReader(card);
    } catch (error) {
      // The daemon is still starting.
      if (i >= 50) throw error;
      await sleep(100);
    }
  }
}

describe.skipIf(missing.length > 0)(title, () => {
  beforeAll(() => {
    if (!existsSync('/run/pcscd/pcscd.comm')) {
      daemon = spawn('/usr/sbin/pcscd', ['--foreground'], { stdio: 'ignore' });
    }
  });
  afterAll(() => void daemon?.kill());

  it.each<ProfileName>(['visa-cvn18', 'mastercard-mchip17', 'prepaid-aes'])(
    '%s: ends as it does in one process',
    async (name) => {
      const order = (card: Parameters<ReturnType<typeof testTerminal>['pay']>[0]['card']) => ({
        amountMinor: 125_000n,
        cardholder: { pin: '1234' },
        ...(card ? { card } : {}),
      });
      const near = await testTerminal(scriptedIssuer(profiles[name])).pay(order(testCard(name)));
      const inserted = await insert(testCard(name));
      try {
        const port = await open();
        const far = await testTerminal(scriptedIssuer(profiles[name])).pay(order(port));
        port.close();
        expect(far.outcome).toBe('approved');
        expect([far.chip?.tvr, far.chip?.tsi, far.chip?.cvmResults, far.chip?.arc]).toEqual([
          near.chip?.tvr,
          near.chip?.tsi,
          near.chip?.cvmResults,
          near.chip?.arc,
        ]);
      } finally {
        inserted.remove();
        await sleep(300);
      }
    },
  );

  it('a card that is pulled out is a card that is gone', async () => {
    const inserted = await insert(testCard('visa-cvn18'));
    const port = await open();
    inserted.remove();
    const result = await testTerminal(scriptedIssuer(profiles['visa-cvn18'])).pay({
      amountMinor: 125_000n,
      card: port,
    });
    port.close();
    expect(result).toMatchObject({ outcome: 'failed', reason: 'card-removed' });
  });
});

describe('without the binding', () => {
  it('says what is missing', async () => {
    expect(await openPcscCard({ module: 'no-such-binding' })).toEqual({
      ok: false,
      error: { code: 'not-installed', detail: 'no-such-binding' },
    });
  });
});
