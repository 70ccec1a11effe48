// The payShield module against the simulator, held to the soft module where both do an operation.
import { fromHex, toHex } from '@chipswitch/bytes';
import type { KeyAlgorithm, KeyUsage, Outcome } from '@chipswitch/cryptography';
import {
  type PayshieldModule,
  createPayshieldClient,
  createPayshieldModule,
  lmkWrapper,
} from '@chipswitch/payshield';
import { type KeyRef, createSoftModule } from '@chipswitch/security-module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HsmServer, startHsm } from '../src/index.ts';

let server: HsmServer;
let client: ReturnType<typeof createPayshieldClient>;
let hsm: PayshieldModule;
const soft = createSoftModule({ allowClearKeysInProcess: true });

beforeAll(async () => {
  server = await startHsm();
  client = createPayshieldClient({ hsms: [{ host: '127.0.0.1', port: server.port }] });
  hsm = createPayshieldModule({ client, lmk: 'variant' });
});
afterAll(async () => {
  client.close();
  await server.close();
});

const clear = '13345779133457791AE6FBC2D9A2B64C';

/** The same key in both modules: clear in the soft one, under the test LMK for the payShield. */
function load(id: string, usage: KeyUsage, keyType: string, bytesHex = clear): [KeyRef, KeyRef] {
  const algorithm: KeyAlgorithm =
    bytesHex.length === 16 ? 'DEA' : bytesHex.length === 32 ? '2TDEA' : '3TDEA';
  const bytes = fromHex(bytesHex).map((byte) => {
    let ones = 0;
    for (let bit = 1; bit < 8; bit++) ones += (byte >> bit) & 1;
    return (byte & 0xfe) | (ones & 1 ? 0 : 1);
  });
  const softKey = soft.loadClearKey({ id, usage, algorithm, bytes, exportability: 'S' });
  const scheme = { 16: 'Z', 32: 'U', 48: 'T' }[bytesHex.length] ?? 'U';
  const field = server.hsm.lmk.seal(bytes, { type: keyType, scheme }) ?? '';
  const { kcv } = softKey;
  return [softKey, hsm.loadKey({ id, usage, algorithm, kcv, field, keyType })];
}

function value<T extends object>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.error.code} ${outcome.error.detail ?? ''}`);
  return outcome;
}

function refusal(outcome: Outcome): string {
  return outcome.ok ? 'ok' : outcome.error.code;
}

const pan = '4123456789012349';

describe('keys', () => {
  it('says what it is', async () => {
    const { health } = value(await hsm.health());
    expect(health.backend).toBe('payshield');
    expect(health.clearKeysInProcess).toBe(false);
    expect(health.masterKey).toBe(server.hsm.lmk.checkValue);
  });
  it('gives the check value of the soft module', async () => {
    const [softKey, key] = load('kcv', 'P0', '001');
    const expected = value(soft.kcv({ key: softKey, method: 'legacy', lengthBytes: 8 }));
    const got = value(await hsm.kcv({ key, method: 'legacy', lengthBytes: 8 }));
    expect(toHex(got.kcv)).toBe(toHex(expected.kcv));
    expect(refusal(await hsm.kcv({ key, method: 'cmac' }))).toBe('unsupported');
  });
  it('generates, exports, imports and destroys', async () => {
    const [, zmk] = load('zmk', 'K0', '000');
    const wrapUnder = { key: zmk, format: 'ansi-ecb' } as const;
    const made = value(
      await hsm.generateKey({ id: 'made', usage: 'P0', algorithm: '2TDEA', wrapUnder }),
    );
    const exported = value(await hsm.exportKey({ key: made.key, under: zmk, format: 'ansi-ecb' }));
    expect(exported.block).toBe(made.wrapped);
    const about = { under: zmk, block: exported.block, usage: 'P0', algorithm: '2TDEA' } as const;
    const back = value(await hsm.importKey({ id: 'back', ...about, kcv: made.key.kcv }));
    expect(back.key.kcv).toBe(made.key.kcv);
    expect(back.parityAdjusted).toBe(false);
    const wrong = await hsm.importKey({ id: 'wrong', ...about, kcv: 'FFFFFF' });
    expect(refusal(wrong)).toBe('not-verified');
    expect(refusal(await hsm.destroyKey({ key: back.key }))).toBe('ok');
    expect(refusal(await hsm.kcv({ key: back.key, method: 'legacy' }))).toBe('key-unknown');
    expect(refusal(await hsm.generateKey({ id: 'back', usage: 'P0', algorithm: '2TDEA' }))).toBe(
      'not-allowed',
    );
  });
  it('takes a bare key for what it is, whatever digit it starts with', async () => {
    const [, zmk] = load('zmk-many', 'K0', '000');
    const wrapUnder = { key: zmk, format: 'ansi-ecb' } as const;
    const about = { under: zmk, usage: 'P0', algorithm: '2TDEA' } as const;
    for (let i = 0; i < 40; i++) {
      const made = value(
        await hsm.generateKey({ id: `m${i}`, usage: 'P0', algorithm: '2TDEA', wrapUnder }),
      );
      const block = made.wrapped ?? '';
      const back = value(await hsm.importKey({ id: `b${i}`, ...about, block, kcv: made.key.kcv }));
      expect(back.key.kcv).toBe(made.key.kcv);
    }
  });
  it.each([
    ['tr31-B', '2TDEA'],
    ['tr31-B', '3TDEA'],
    ['thales-0', '2TDEA'],
  ] as const)(
    'exchanges %s blocks of %s keys, which the soft module reads',
    async (format, algorithm) => {
      const [softZmk, zmk] = load(`zmk-${format}-${algorithm}`, 'K0', '000');
      const id = `${format}-${algorithm}`;
      const wrapUnder = { key: zmk, format } as const;
      const made = value(await hsm.generateKey({ id, usage: 'P0', algorithm, wrapUnder }));
      const block = made.wrapped ?? '';
      const inSoft = value(soft.importKey({ id, under: softZmk, block, format }));
      expect(inSoft.key.kcv).toBe(made.key.kcv);
      expect(inSoft.key.algorithm).toBe(algorithm);
      const back = value(await hsm.importKey({ id: `${id}-back`, under: zmk, block }));
      expect(back.key).toEqual({ ...made.key, id: `${id}-back` });
      const exported = value(await hsm.exportKey({ key: back.key, under: zmk, format })).block;
      const again = value(soft.importKey({ id: `${id}-2`, under: softZmk, block: exported }));
      expect(again.key.kcv).toBe(made.key.kcv);
      const broken = block.slice(0, -1) + (block.endsWith('0') ? '1' : '0');
      const refused = await hsm.importKey({ id: `${id}-x`, under: zmk, block: broken });
      expect(refusal(refused)).toBe('key-block');
    },
  );
  it('refuses clear components, other check values and wrong usages', async () => {
    const components = [fromHex(clear), fromHex(clear)];
    const form = { id: 'x', usage: 'P0', algorithm: '2TDEA', components } as const;
    expect(refusal(await hsm.formKey(form))).toBe('unsupported');
    const [, cvk] = load('usage-cvk', 'C0', '402');
    const other = { ...cvk, kcv: '000000' };
    expect(refusal(await hsm.kcv({ key: other, method: 'legacy' }))).toBe('key-unknown');
    const mac = { algorithm: 'iso9797-3', data: new Uint8Array(8) } as const;
    expect(refusal(await hsm.generateMac({ key: cvk, ...mac }))).toBe('key-usage');
  });
  it('makes AES keys under a key-block LMK', async () => {
    const blocks = createPayshieldModule({ client, lmk: 'key-block' });
    const made = value(await blocks.generateKey({ id: 'aes', usage: 'P0', algorithm: 'AES128' }));
    expect(blocks.keyField(made.key)).toMatch(/^S1\d{4}P0AB/);
    const { kcv } = value(await blocks.kcv({ key: made.key, method: 'cmac' }));
    expect(toHex(kcv)).toBe(made.key.kcv);
  });
});

describe('keys in a store', () => {
  it('are their fields under the LMK, and come back into another module', async () => {
    const wrapper = lmkWrapper(hsm, server.hsm.lmk.checkValue);
    const [, key] = load('stored', 'P0', '001');
    const { wrapped } = value(await wrapper.wrap(key));
    expect(wrapped).toBe(hsm.keyField(key));
    const restarted = createPayshieldModule({ client, lmk: 'variant' });
    const back = lmkWrapper(restarted, server.hsm.lmk.checkValue);
    const { key: ref } = value(await back.unwrap({ ...key, wrapped }));
    const kcv = value(await restarted.kcv({ key: ref, method: 'legacy' })).kcv;
    expect(toHex(kcv)).toBe(key.kcv);
    expect(refusal(await wrapper.wrap({ ...key, id: 'nobody' }))).toBe('key-unknown');
  });
  it('say which LMK they are under where an HSM has several', async () => {
    const second = createPayshieldModule({ client, lmk: 'variant', lmkIdentifier: '01' });
    const made = value(await second.generateKey({ id: 'lmk-01', usage: 'P0', algorithm: '2TDEA' }));
    const kcv = value(await second.kcv({ key: made.key, method: 'legacy' })).kcv;
    expect(toHex(kcv)).toBe(made.key.kcv);
    // Commands that take no identifier are sent without one.
    expect(value(await second.random({ lengthBytes: 8 })).bytes).toHaveLength(8);
  });
  it('are checked when they come in', () => {
    const about = { usage: 'P0', algorithm: '2TDEA', kcv: '000000' } as const;
    expect(() => hsm.loadKey({ id: 'bad', ...about, field: 'U12' })).toThrow('no key field');
    load('twice', 'P0', '001');
    const field = `U${'0'.repeat(32)}`;
    expect(() => hsm.loadKey({ id: 'twice', ...about, field })).toThrow('is there');
  });
});

describe('PINs', () => {
  it.each([
    [0, 0],
    [0, 3],
    [3, 0],
    [1, 0],
    [1, 3],
  ] as const)('translates format %i to %i so that the soft module reads it', async (from, to) => {
    const name = `translate-${from}-${to}`;
    const [softIn, keyIn] = load(`${name}-in`, 'P0', '001');
    const [softOut, keyOut] = load(`${name}-out`, 'P0', '001', 'FEDCBA98765432100123456789ABCDEF');
    const start = { key: softIn, format: 0, pan, block: fromHex('0'.repeat(16)) } as const;
    const random = soft.generatePinData({
      kind: 'random',
      pinLength: 5,
      to: { key: softIn, format: from, pan },
    });
    const block = random.ok ? random.block : undefined;
    if (block === undefined) {
      // Until the soft module makes random PINs, a block of zeros must at least be refused alike.
      const input = { from: { ...start, key: keyIn }, to: { key: keyOut, format: to } };
      expect(refusal(await hsm.translatePin(input))).not.toBe('ok');
      return;
    }
    const got = value(
      await hsm.translatePin({
        from: { key: keyIn, format: from, pan, block },
        to: { key: keyOut, format: to },
      }),
    );
    expect(got.pinLength).toBe(5);
    const back = value(
      soft.translatePin({
        from: { key: softOut, format: to, pan, block: got.block },
        to: { key: softIn, format: 0 },
      }),
    );
    const direct = value(
      soft.translatePin({
        from: { key: softIn, format: from, pan, block },
        to: { key: softIn, format: 0 },
      }),
    );
    expect(toHex(back.block)).toBe(toHex(direct.block));
  });
  it('refuses what the policy forbids without asking the HSM', async () => {
    const [, key] = load('policy', 'P0', '001');
    const from = { key, format: 0, pan, block: new Uint8Array(8) } as const;
    const before = server.answered.get('CC') ?? 0;
    expect(refusal(await hsm.translatePin({ from, to: { key, format: 1 } }))).toBe('not-allowed');
    const otherPan = { key, format: 0, pan: '4123456789012356' } as const;
    expect(refusal(await hsm.translatePin({ from, to: otherPan }))).toBe('not-allowed');
    expect(server.answered.get('CC') ?? 0).toBe(before);
  });
  it('makes and verifies PVV and offset, for zone and terminal keys', async () => {
    const [, zpk] = load('pin-zpk', 'P0', '001');
    const [, tpk] = load('pin-tpk', 'P0', '002');
    const [, visa] = load('pvk-visa', 'V2', '002');
    const [, ibm] = load('pvk-ibm', 'V1', '002', '0123456789ABCDEF');
    const to = { key: zpk, format: 0, pan } as const;
    const made = value(await hsm.generatePinData({ kind: 'random', pinLength: 6, to }));
    const block = made.block ?? new Uint8Array(8);
    const ibmData = {
      key: ibm,
      decimalisationTable: '5432109876543210',
      validationData: '41234567890N',
    } as const;
    for (const key of [zpk, tpk]) {
      const pin = { key, format: 0, pan, block } as const;
      const pvv = value(await hsm.generatePinData({ kind: 'visa-pvv', pin, key: visa, pvki: '1' }));
      const right = pvv.value ?? '';
      const wrong = `${(Number(right[0]) + 1) % 10}${right.slice(1)}`;
      const reference = { method: 'visa-pvv', key: visa, pvki: '1' } as const;
      const check = (given: string) =>
        hsm.verifyPin({ pin, reference: { ...reference, pvv: given } });
      expect(refusal(await check(right))).toBe('ok');
      expect(refusal(await check(wrong))).toBe('not-verified');
      const made3624 = value(
        await hsm.generatePinData({ kind: 'ibm-3624-offset', pin, ...ibmData }),
      );
      expect(made3624.value).toHaveLength(6);
      const offset = { method: 'ibm-3624', ...ibmData, offset: made3624.value ?? '' } as const;
      expect(refusal(await hsm.verifyPin({ pin, reference: offset }))).toBe('ok');
    }
  });
  it('refuses a short PAN, a block of wrong length, an initial key', async () => {
    const [, key] = load('bad-pin', 'P0', '001');
    const pin = { key, format: 0, pan, block: new Uint8Array(8) } as const;
    const to = { key, format: 0 } as const;
    const short = { from: { ...pin, pan: '41234567890' }, to: { ...to } };
    expect(refusal(await hsm.translatePin(short))).toBe('input');
    const long = { from: { ...pin, block: new Uint8Array(9) }, to };
    expect(refusal(await hsm.translatePin(long))).toBe('input');
    expect(refusal(await hsm.translatePin({ from: pin, to }))).toMatch(/^pin-/);
  });
});

describe('cards', () => {
  it('makes the soft module’s codes, and verifies them', async () => {
    const [softKey, key] = load('cvk', 'C0', '402');
    const card = { pan, expiry: '2912' };
    const code = value(await hsm.generateCardCode({ kind: 'cvv2', key, ...card })).code;
    const fromSoft = soft.generateCardCode({ kind: 'cvv2', key: softKey, ...card });
    if (fromSoft.ok) expect(code).toBe(fromSoft.code);
    expect(refusal(await hsm.verifyCardCode({ kind: 'cvv2', key, ...card, code }))).toBe('ok');
    const icvv = await hsm.verifyCardCode({ kind: 'icvv', key, ...card, code: '000' });
    expect(refusal(icvv)).toBe('not-verified');
  });
  it.each([
    ['visa-cvn10', { arc: fromHex('3030') }],
    ['visa-cvn18', { csu: fromHex('00820000') }],
    ['mc-cvn16', { arc: fromHex('0010') }],
    ['mc-cvn20', { arc: fromHex('0010') }],
    ['ccd-a5', { csu: fromHex('00820000'), proprietaryData: fromHex('0102') }],
  ] as const)('%s: the HSM’s diagnostic cryptogram is the soft module’s', async (cvn, arpc) => {
    const [softKey, key] = load(`imk-${cvn}`, 'E0', '109');
    const input = {
      pan: '41234567890123456',
      panSequenceNumber: '01',
      cvn,
      transactionData: fromHex('00112233445566778899AABBCC'),
      atc: fromHex('005B'),
      unpredictableNumber: fromHex('01020304'),
    };
    // In authorised state the HSM says on 01 what would have been right; that is our oracle.
    const wrong = await hsm.verifyArqc({ key, ...input, arqc: new Uint8Array(8) });
    expect(refusal(wrong)).toBe('not-verified');
    expect(refusal(soft.verifyArqc({ key: softKey, ...input, arqc: new Uint8Array(8) }))).toBe(
      'not-verified',
    );
    const arqc = await diagnosticOf(cvn, key, input);
    const softAnswer = value(soft.verifyArqc({ key: softKey, ...input, arqc, arpc }));
    const answer = value(await hsm.verifyArqc({ key, ...input, arqc, arpc }));
    expect(toHex(answer.arpc ?? new Uint8Array(0))).toBe(
      toHex(softAnswer.arpc ?? new Uint8Array(0)),
    );
  });
});

async function diagnosticOf(
  cvn: string,
  key: KeyRef,
  input: {
    pan: string;
    panSequenceNumber: string;
    transactionData: Uint8Array;
    atc: Uint8Array;
    unpredictableNumber: Uint8Array;
  },
): Promise<Uint8Array> {
  const command = cvn === 'visa-cvn10' || cvn === 'mc-cvn16' ? 'KQ' : 'KW';
  const optionB = cvn === 'visa-cvn18' || cvn === 'ccd-a5';
  const digits = input.pan + input.panSequenceNumber;
  const method2 = cvn !== 'visa-cvn10';
  const size = Math.ceil((input.transactionData.length + (method2 ? 1 : 0)) / 8) * 8;
  const data = new Uint8Array(size);
  data.set(input.transactionData);
  if (method2) data[input.transactionData.length] = 0x80;
  const { encodeCommand, decodeResponse } = await import('@chipswitch/payshield');
  const encoded = encodeCommand({
    command,
    header: new Uint8Array(4),
    fields: {
      modeFlag: '0',
      schemeId: command === 'KQ' ? (cvn === 'mc-cvn16' ? '1' : '0') : optionB ? '3' : '2',
      mkac: hsm.keyField(key),
      panSeqNo: optionB ? `0${digits}` : digits.slice(-16),
      atc: toHex(input.atc),
      unpredictableNumber: toHex(input.unpredictableNumber),
      transactionData: toHex(data),
      arqc: '0'.repeat(16),
    },
  });
  if (!encoded.ok) throw new Error(encoded.error.path);
  const answer = server.hsm.answer(encoded.value) ?? new Uint8Array(0);
  const decoded = decodeResponse(answer, { headerLength: 4 });
  return fromHex((decoded.ok && decoded.value.fields['diagnosticArqc']) || '');
}

describe('messages and data', () => {
  it('is the soft module’s over data whose end looks like a message trailer', async () => {
    const [softKey, key] = load('mac-trailer', 'M3', '008');
    for (const end of ['\u001968', '\u0019TRAILER', '\u0019']) {
      const data = Uint8Array.from(`0200 binary${end}`, (character) => character.charCodeAt(0));
      const input = { algorithm: 'iso9797-3', padding: 1, data } as const;
      const expected = value(soft.generateMac({ ...input, key: softKey }));
      expect(value(await hsm.generateMac({ ...input, key }))).toEqual(expected);
      const mac = expected.mac;
      expect((await hsm.verifyMac({ ...input, key, mac })).ok).toBe(true);
    }
  });
  it.each([
    ['iso9797-1', 1, 'M1'],
    ['iso9797-1', 2, 'M1'],
    ['iso9797-3', 1, 'M3'],
    ['iso9797-3', 2, 'M3'],
    ['iso9797-3', 3, 'M3'],
    ['cmac', 1, 'M6'],
  ] as const)(
    '%s padding %i is the soft module’s, short and in parts',
    async (algorithm, padding, usage) => {
      const [softKey, key] = load(`mac-${algorithm}-${padding}`, usage, '008');
      for (const length of [0, 7, 8, 100, 40_001]) {
        const data = Uint8Array.from({ length }, (_, i) => i * 7);
        const got = await hsm.generateMac({ key, algorithm, padding, data });
        if (algorithm === 'cmac' && length > 16_384) {
          expect(refusal(got)).toBe('unsupported');
          continue;
        }
        const expected = value(soft.generateMac({ key: softKey, algorithm, padding, data }));
        expect([length, toHex(value(got).mac)]).toEqual([length, toHex(expected.mac)]);
        const check = { key, algorithm, padding, data };
        expect(refusal(await hsm.verifyMac({ ...check, mac: expected.mac.slice(0, 4) }))).toBe(
          'ok',
        );
        const wrong = expected.mac.map((byte) => byte ^ 1);
        expect(refusal(await hsm.verifyMac({ ...check, mac: wrong }))).toBe('not-verified');
      }
    },
  );
  it('enciphers and deciphers, and refuses what no command does', async () => {
    const [, key] = load('zek', 'D0', '00A');
    const data = Uint8Array.from({ length: 24 }, (_, i) => i);
    for (const mode of ['ecb', 'cbc'] as const) {
      const enciphered = value(await hsm.encrypt({ key, mode, data }));
      const back = value(await hsm.decrypt({ key, mode, data: enciphered.data }));
      expect(toHex(back.data)).toBe(toHex(data));
    }
    expect(refusal(await hsm.encrypt({ key, mode: 'gcm', data }))).toBe('unsupported');
    expect(refusal(await hsm.encrypt({ key, mode: 'ecb', data: data.slice(1) }))).toBe('input');
  });
  it('gives random bytes of any length', async () => {
    expect(value(await hsm.random({ lengthBytes: 1000 })).bytes).toHaveLength(1000);
    expect(refusal(await hsm.random({ lengthBytes: 0 }))).toBe('input');
  });
  it('translates and authenticates under DUKPT', async () => {
    const [, bdk] = load('bdk', 'B0', '009', '0123456789ABCDEFFEDCBA9876543210');
    const [, zpk] = load('dukpt-zpk', 'P0', '001');
    const ksn = fromHex('FFFF9876543210E00001');
    // ANSI X9.24-1 annex: PIN 1234, account 4012345678909, first key.
    const block = fromHex('1B9C1845EB993A7A');
    const from = { key: bdk, ksn, format: 0, pan: '4012345678909', block } as const;
    const got = value(await hsm.translatePin({ from, to: { key: zpk, format: 0 } }));
    expect(got.pinLength).toBe(4);
    const mac = { key: bdk, algorithm: 'iso9797-3', ksn, data: fromHex('3031') } as const;
    const made = value(await hsm.generateMac(mac));
    expect(refusal(await hsm.verifyMac({ ...mac, mac: made.mac }))).toBe('ok');
    const initial = value(await hsm.deriveInitialKey({ id: 'ik', key: bdk, ksn }));
    expect(initial.key.usage).toBe('B1');
  });
});
