// Zone keys that hosts send: what is taken, and everything that is not, with nothing changed.
import { fromHex } from '@chipswitch/bytes';
import { createSoftModule } from '@chipswitch/security-module';
import type { IsoMessage } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import { type HostKeyParts, bringsKey, takeHostKey } from '../../src/security/host-keys.ts';
import type { HostKeysConfig } from '../../src/security/key-exchange-settings.ts';
import { checkNamedKeys, isZeroKey } from '../../src/security/key-references.ts';
import {
  type ExchangedKey,
  type WorkingKeyStore,
  WorkingKeys,
} from '../../src/security/working-keys.ts';

// A terminal master key and a PIN key under it, with its check value, as a Chinese POS vendor's page shows them.
const master = 'CA5D92598DCA48CE8A4C76361A9269E9';
const pinUnderMaster = '6701EAD6A9AD51E51AA406E2C27FCFA9';
const pinCheck = '8D0A74';

const config: HostKeysConfig = {
  masterKey: 'zmk',
  form: 'x9.17',
  pinCodes: ['161', '101'],
  macCodes: ['162'],
  element: 96,
};

interface Stand extends HostKeyParts {
  readonly kept: (ExchangedKey & { readonly owner: string; readonly purpose: string })[];
  readonly soft: ReturnType<typeof createSoftModule>;
}

function openStand(besideMs = 1_000): Stand {
  const soft = createSoftModule({ allowClearKeysInProcess: true });
  const kek = (id: string, hex: string, algorithm: '2TDEA' | 'AES128' = '2TDEA') =>
    soft.loadClearKey({ id, usage: 'K0', algorithm, bytes: fromHex(hex) });
  const keys = new Map([
    ['zmk', kek('zmk', master)],
    ['zmk-aes', kek('zmk-aes', '000102030405060708090A0B0C0D0E0F', 'AES128')],
  ]);
  const kept: Stand['kept'] = [];
  const store: WorkingKeyStore = {
    keep: async (owner, all) => void kept.push(...all.map((key) => ({ ...key, owner }))),
    valid: async (owner, purpose) =>
      kept
        .filter((key) => key.owner === owner && key.purpose === purpose)
        .map((key, i) => ({ ...key, version: i + 1 }))
        .toReversed()
        .slice(0, 2),
  };
  const workingKeys = new WorkingKeys({
    store,
    security: soft,
    keys,
    besideMs,
    onFault: () => undefined,
  });
  return { security: soft, keys, workingKeys, kept, soft };
}

const message = (de96: string | Uint8Array, de70 = '161'): IsoMessage => ({
  mti: '0800',
  de11: '000001',
  de70,
  de96,
});

async function blockOf(
  { soft, keys }: Stand,
  usage: 'P0' | 'M3' | 'M1' | 'D0',
  hex = '1C1C2A2A34344646585862627A7A8C8C',
): Promise<string> {
  const key = soft.loadClearKey({
    id: `${usage}-${hex}`,
    usage,
    algorithm: '2TDEA',
    bytes: fromHex(hex),
    exportability: 'E',
  });
  const under = keys.get('zmk');
  if (under === undefined) throw new Error('there is no zone master key');
  const made = soft.exportKey({ key, under, format: 'tr31-B' });
  if (!made.ok) throw new Error(made.error.code);
  return made.block;
}

describe('a zone key', () => {
  it('of X9.17 is taken by its check value, and used', async () => {
    const stand = openStand();
    const taken = await takeHostKey(
      stand,
      'acquirer-a',
      config,
      message(`${pinUnderMaster}${pinCheck}`),
    );
    expect(taken).toEqual({ ok: true, purpose: 'pin', kcv: pinCheck });
    const [key] = await stand.workingKeys.of('host/acquirer-a', 'pin');
    expect(key).toMatchObject({ usage: 'P0', kcv: pinCheck });
    expect(JSON.stringify(stand.kept)).not.toContain('807A23AD');
  });
  it('may come as bytes', async () => {
    const stand = openStand();
    const bytes = fromHex(`${pinUnderMaster}${pinCheck}`);
    expect((await takeHostKey(stand, 'a', config, message(bytes))).ok).toBe(true);
  });
  it.each([
    ['P0', 'pin'],
    ['M3', 'mac'],
    ['M1', 'mac'],
  ] as const)(
    'in a key block of usage %s is a %s key, whatever DE 70 says',
    async (usage, purpose) => {
      const stand = openStand();
      const block = await blockOf(stand, usage);
      const taken = await takeHostKey(
        stand,
        'a',
        { ...config, form: 'tr31' },
        message(block, '162'),
      );
      expect(taken).toMatchObject({ ok: true, purpose });
    },
  );
  it('stands before the one before', async () => {
    const stand = openStand();
    const form = { ...config, form: 'tr31' } as const;
    await takeHostKey(stand, 'a', form, message(await blockOf(stand, 'P0')));
    await takeHostKey(
      stand,
      'a',
      form,
      message(await blockOf(stand, 'P0', '0123456789ABCDEFFEDCBA9876543210')),
    );
    const keys = await stand.workingKeys.of('host/a', 'pin');
    expect(keys.map(({ kcv }) => kcv)).toEqual(['08D7B4', expect.stringMatching(/^[0-9A-F]{6}$/)]);
    expect(await stand.workingKeys.of('host/b', 'pin')).toEqual([]);
  });
  it('is what a code of DE 70 brings', () => {
    expect(
      ['161', '101', '162', '301', '001'].map((code) => bringsKey(message('', code), config)),
    ).toEqual([true, true, true, false, false]);
  });
});

describe('a zone key that is not taken', () => {
  const tr31: HostKeysConfig = { ...config, form: 'tr31' };
  it.each([
    ['a check value that is another', config, `${pinUnderMaster}8D0A75`],
    ['no check value', config, pinUnderMaster],
    ['half a key', config, pinUnderMaster.slice(16) + pinCheck],
    ['no hex', config, `${'Z'.repeat(32)}${pinCheck}`],
    ['nothing', config, ''],
    ['nothing, where a block is due', tr31, ''],
    ['a block that says it is longer', tr31, 'B9999P0TE00E0000'],
    ['words', tr31, 'this is no key block'],
    ['no zone master key', { ...config, masterKey: 'gone' }, `${pinUnderMaster}${pinCheck}`],
    ['a zone master key of another cipher', { ...tr31, masterKey: 'zmk-aes' }, 'B0096P0TE00E0000'],
  ] as const)('%s', async (_name, form, de96) => {
    const stand = openStand();
    expect((await takeHostKey(stand, 'a', form, message(de96))).ok).toBe(false);
    expect(stand.kept).toEqual([]);
  });
  it('one bit of its block changed, at every place', async () => {
    const stand = openStand();
    const block = await blockOf(stand, 'P0');
    for (let i = 16; i < block.length; i++) {
      const other = block[i] === '0' ? '1' : '0';
      const changed = `${block.slice(0, i)}${other}${block.slice(i + 1)}`;
      expect((await takeHostKey(stand, 'a', tr31, message(changed))).ok).toBe(false);
    }
    expect(stand.kept).toEqual([]);
  });
  it('one for data', async () => {
    const stand = openStand();
    const taken = await takeHostKey(stand, 'a', tr31, message(await blockOf(stand, 'D0')));
    expect(taken).toEqual({ ok: false, why: 'a key of another usage' });
  });
  it('one of zeros', async () => {
    const stand = openStand();
    const block = await blockOf(stand, 'P0', '01'.repeat(16));
    expect(await takeHostKey(stand, 'a', tr31, message(block))).toEqual({
      ok: false,
      why: 'a key of zeros',
    });
  });
  it('a wrong check value behind a right block', async () => {
    const stand = openStand();
    const block = await blockOf(stand, 'P0');
    expect((await takeHostKey(stand, 'a', tr31, message(`${block}000000`))).ok).toBe(false);
  });
});

describe('a master key of zeros', () => {
  const soft = createSoftModule({ allowClearKeysInProcess: true });
  it.each([
    ['DEA', 8],
    ['2TDEA', 16],
    ['3TDEA', 24],
    ['AES128', 16],
    ['AES192', 24],
    ['AES256', 32],
  ] as const)('%s is known by its check value', (algorithm, bytes) => {
    const zeros = new Uint8Array(bytes);
    expect(
      isZeroKey(soft.loadClearKey({ id: algorithm, usage: 'K0', algorithm, bytes: zeros })),
    ).toBe(true);
  });
  it('is refused by its place', () => {
    const key = { id: 'zeros', usage: 'K0', algorithm: '2TDEA', kcv: '8CA64D' } as const;
    const terminals = [{ keys: { masterKey: 'zeros' } }];
    const check = (): void =>
      checkNamedKeys({ hosts: [], routes: [], terminals }, new Map([['zeros', key]]));
    expect(check).toThrow('config.terminals[0].keys.masterKey: key "zeros" is a key of zeros');
  });
});
