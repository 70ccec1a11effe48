// Payments through a switch whose keys stand in the simulated HSM: PINs are translated there, and an HSM
// that gives no answer is no wrong PIN and no wrong card.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex } from '@chipswitch/bytes';
import { clearPinFromText, encodePinBlock, TdesCipher } from '@chipswitch/cryptography';
import { type HsmServer, startHsm } from '@chipswitch/hsm';
import { type OpenedSecurity, openSecurity } from '@chipswitch/switch';
import { textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hsmKeyFile } from '../src/switch-keys.ts';
import {
  type Stand,
  openStand,
  purchase,
  terminalPinKey,
  visa,
  zonePinKey,
} from './switch-stand.ts';

const folder = mkdtempSync(join(tmpdir(), 'hsm-payments-'));
let hsm: HsmServer;
let security: OpenedSecurity;
let stand: Stand;

beforeAll(async () => {
  hsm = await startHsm();
  const keyFile = join(folder, 'keys.json');
  const keys = [
    { id: 'tpk', usage: 'P0', keyType: '002', hex: terminalPinKey },
    { id: 'zpk', usage: 'P0', keyType: '001', hex: zonePinKey },
  ];
  const vault = { panHmacKey: '01'.repeat(32), panDataKey: '02'.repeat(32) };
  writeFileSync(keyFile, JSON.stringify(hsmKeyFile(keys, vault)), { mode: 0o600 });
  security = await openSecurity({
    kind: 'payshield',
    keyFile,
    hsms: [{ host: '127.0.0.1', port: hsm.port }],
    lmk: 'variant',
    policy: 'spread',
    headerLength: 4,
    connectionsPerHsm: 1,
    timeoutMs: 300,
    attemptsMax: 1,
  });
  stand = await openStand({ security });
});
afterAll(async () => {
  await stand.close();
  security.close();
  await hsm.close();
  rmSync(folder, { recursive: true });
});

function pinBlock(text: string): Uint8Array {
  const block = new Uint8Array(8);
  const pin = clearPinFromText(text);
  if (pin === undefined) throw new Error('no PIN');
  const none = (): Uint8Array => new Uint8Array(14);
  encodePinBlock(0, pin, visa.applications[0].pan, block, none);
  new TdesCipher(fromHex(terminalPinKey)).encryptBlock(block, 0, block, 0);
  return block;
}

async function pay(pin: string): Promise<string | undefined> {
  const link = stand.link();
  const answer = await link.exchange(purchase(1_500, { de52: pinBlock(pin) }), 5_000);
  return answer.ok ? textOf(answer.message, 39) : answer.error.code;
}

it('B16: the HSM translates the PIN, and the host knows a right one from a wrong one', async () => {
  const before = hsm.answered.get('CA') ?? 0;
  expect(await pay(visa.pin.value)).toBe('00');
  expect(await pay(visa.pin.value === '9999' ? '8888' : '9999')).toBe('55');
  expect(hsm.answered.get('CA')).toBe(before + 2);
});
it.each([
  ['busy', { kind: 'error', errorCode: '41' }],
  ['silent', { kind: 'silent' }],
  ['cut off', { kind: 'drop' }],
] as const)(
  'B16: an HSM that is %s declines with 96, and the host hears nothing',
  async (_how, fault) => {
    const heard = stand.book.entries.length;
    hsm.setFaults([{ fault, commands: ['CA'], times: 1 }]);
    expect(await pay(visa.pin.value)).toBe('96');
    expect(stand.book.entries.length).toBe(heard);
  },
);
it('B16: it works again when the HSM does', async () => {
  expect(await pay(visa.pin.value)).toBe('00');
});
