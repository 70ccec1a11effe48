// The switch's `security` of kind payshield against the simulated HSM: keys by reference, held against the
// HSM at the start; what is wrong is named by its place, and no error holds a key.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex, toHex } from '@chipswitch/bytes';
import { type HsmServer, startHsm } from '@chipswitch/hsm';
import { SettingError } from '@chipswitch/program';
import { type SecurityConfig, openSecurity } from '@chipswitch/switch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clearKeyFile, hsmKeyFile, testLmkCheckValue } from '../src/switch-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'hsm-security-'));
let hsm: HsmServer;
beforeAll(async () => {
  hsm = await startHsm();
});
afterAll(async () => {
  await hsm.close();
  rmSync(folder, { recursive: true });
});

const vault = { panHmacKey: '11'.repeat(32), panDataKey: '0123456789ABCDEF'.repeat(4) };
const clear = {
  tpk: 'DC1DBD2B655E7A0467AB5737E6D9A30E',
  zpk: '0D2AFD807CEF589E647584AB2C455BDC',
  imk: '0123456789ABCDEFFEDCBA9876543210',
};
const switchKeys = [
  { id: 'tpk', usage: 'P0', keyType: '002', hex: clear.tpk },
  { id: 'zpk', usage: 'P0', keyType: '001', hex: clear.zpk },
  { id: 'imk', usage: 'E0', keyType: '109', hex: clear.imk },
];

interface HsmKey {
  readonly id: string;
  readonly [name: string]: unknown;
}
interface HsmFile {
  readonly keys: readonly HsmKey[];
  readonly vault: {
    readonly under: string;
    readonly panHmacKey: object;
    readonly panDataKey: object;
  };
}
const good = hsmKeyFile(switchKeys, vault) as HsmFile;

let written = 0;
function fileOf(content: unknown, mode = 0o600): string {
  const path = join(folder, `keys-${++written}.json`);
  writeFileSync(path, JSON.stringify(content), { mode });
  return path;
}

function configOf(content: unknown, more: object = {}): SecurityConfig {
  return {
    kind: 'payshield',
    keyFile: fileOf(content),
    hsms: [{ host: '127.0.0.1', port: hsm.port }],
    lmk: 'variant',
    policy: 'spread',
    headerLength: 4,
    connectionsPerHsm: 1,
    timeoutMs: 500,
    attemptsMax: 1,
    ...more,
  };
}

const changedKey = (change: object): unknown => ({
  ...good,
  keys: good.keys.map((key) => (key.id === 'zpk' ? { ...key, ...change } : key)),
});

describe('security of kind payshield', () => {
  it('B16: does what the soft module does with the same keys, and holds none of them', async () => {
    const soft = await openSecurity({
      kind: 'soft',
      keyFile: fileOf(clearKeyFile(switchKeys, vault)),
    });
    const opened = await openSecurity(configOf(good, { lmkCheckValue: testLmkCheckValue }));
    expect(JSON.stringify([...opened.keys.values()])).not.toMatch(/[0-9A-F]{16}/);
    expect(toHex(opened.vaultKeys.hmac)).toBe(vault.panHmacKey);
    expect(toHex(opened.vaultKeys.data)).toBe(vault.panDataKey);
    expect(opened.description).toContain(testLmkCheckValue);

    const pan = '5413330089010434';
    const answers = [];
    const cryptograms = [];
    for (const { security, keys } of [soft, opened]) {
      const key = (id: string) => keys.get(id)!;
      const to = { key: key('zpk'), format: 0 } as const;
      const block = fromHex('077FA8E638362E1F');
      answers.push(
        await security.translatePin({ from: { key: key('tpk'), format: 0, block, pan }, to }),
      );
      const arqc = {
        key: key('imk'),
        pan: '1234567890123456',
        panSequenceNumber: '00',
        cvn: 'visa-cvn10',
        transactionData: fromHex(
          '0000000040000000000000000124800004800001241911050152BF45851800001C03A06010',
        ),
        atc: fromHex('001C'),
        arqc: fromHex('29CCA15AE665FA2E'),
      } as const;
      cryptograms.push(
        await security.verifyArqc(arqc),
        await security.verifyArqc({ ...arqc, arqc: fromHex('29CCA15AE665FA2F') }),
      );
    }
    expect(answers[0]).toMatchObject({ ok: true });
    expect(answers[1]).toEqual(answers[0]);
    const notVerified = { ok: false, error: { code: 'not-verified' } };
    expect(cryptograms).toMatchObject([{ ok: true }, notVerified, { ok: true }, notVerified]);
    expect(hsm.answered.get('CA')).toBe(1);
    opened.close();
  });

  it.each([
    ['the check value is another', () => changedKey({ kcv: '000000' }), 'keys[1].kcv'],
    ['the field is none', () => changedKey({ field: 'U12' }), 'keys[1]: configuration'],
    [
      'the field is under another LMK',
      () => changedKey({ field: `U${'01'.repeat(16)}` }),
      'keys[1]',
    ],
    ['a usage is unknown', () => changedKey({ usage: 'ZZ' }), 'keys[1].usage'],
    ['a key comes twice', () => changedKey({ id: 'tpk' }), 'keys[1]: key-exists'],
    ['keys are no list', () => ({ ...good, keys: {} }), 'keys: must be a list'],
    ['there is no vault', () => ({ keys: good.keys }), 'vault'],
    [
      'the vault is under a PIN key',
      () => ({ ...good, vault: { ...good.vault, under: 'zpk' } }),
      'vault.under',
    ],
    [
      'a vault key is deciphered wrongly',
      () => ({
        ...good,
        vault: { ...good.vault, panHmacKey: { ...good.vault.panHmacKey, check: '000000' } },
      }),
      'vault.panHmacKey.check',
    ],
  ])('B16: is refused by name when %s', async (_why, content, place) => {
    let said: unknown;
    await openSecurity(configOf(content())).catch((error: unknown) => {
      said = error;
    });
    expect(said).toBeInstanceOf(SettingError);
    expect(String(said)).toContain(place);
    expect(String(said)).not.toMatch(/[0-9A-F]{12}/);
  });
  it('B16: is refused when others may read the file of keys', async () => {
    const keyFile = fileOf(good, 0o644);
    await expect(openSecurity(configOf(good, { keyFile }))).rejects.toThrow('chmod 600');
  });
  it('B16: is refused when the HSM has another local master key, is away, or is busy', async () => {
    const other = configOf(good, { lmkCheckValue: '0000000000000000' });
    await expect(openSecurity(other)).rejects.toThrow('config.security.lmkCheckValue');
    const away = configOf(good, { hsms: [{ host: '127.0.0.1', port: 1 }] });
    await expect(openSecurity(away)).rejects.toThrow('config.security.hsms: no HSM answers');
    hsm.setFaults([{ fault: { kind: 'error', errorCode: '41' }, commands: ['BU'] }]);
    await expect(openSecurity(configOf(good))).rejects.toThrow('keys[0]: unavailable');
    hsm.setFaults([]);
  });
});
