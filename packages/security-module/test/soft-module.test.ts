// The soft module through its interface: the operations others build on.
import { fromHex, toHex } from '@chipswitch/bytes';
import { cryptogramData, cryptogramVersion } from '@chipswitch/cryptography';
import { describe, expect, it } from 'vitest';
import { SecurityFault, createSoftModule } from '../src/index.ts';

const started = () => createSoftModule({ allowClearKeysInProcess: true });

describe('starting', () => {
  it('refuses without the explicit word', () => {
    expect(() => createSoftModule({ allowClearKeysInProcess: false })).toThrow(SecurityFault);
  });
  it('says what it is', () => {
    expect(started().health()).toMatchObject({ ok: true, health: { clearKeysInProcess: true } });
  });
});

describe('verifyArqc', () => {
  // Visa and M/Chip cases of packages/emv/vectors/emv.json.
  const imk = fromHex('0123456789ABCDEFFEDCBA9876543210');
  const card = { pan: '1234567890123456', panSequenceNumber: '00', atc: fromHex('001C') };
  const cases = [
    {
      cvn: 'visa-cvn10',
      data: '0000000040000000000000000124800004800001241911050152BF45851800001C03A06010',
      arqc: '29CCA15AE665FA2E',
      arpc: { arc: fromHex('3030') },
      answer: '28993816AFAE4AEB',
    },
    {
      cvn: 'visa-cvn18',
      data: '0000000040000000000000000124800004800001241911050152BF45851800001C06011203A0B800',
      arqc: '7A788EA6B8A3E733',
      arpc: { csu: fromHex('00000000') },
      answer: '9AF514C1',
    },
    {
      cvn: 'mc-cvn16',
      un: 'ABCDEF12',
      data: '00000000999900000000000001248000000000012420990600ABCDEF121800001CA00003220000',
      arqc: '24CCF3DEE3158C70',
      arpc: { arc: fromHex('0010') },
      answer: '73F6BBF389A6586C',
    },
    {
      cvn: 'mc-cvn20',
      data: '00000000999900000000000001248000000000012420990600ABCDEF121800001CA00003220000',
      arqc: 'CD29615D6452E70E',
      arpc: { arc: fromHex('0010') },
      answer: 'DFD0956606B68D64',
    },
  ] as const;
  it.each(cases)('$cvn verifies, answers, and refuses a flipped bit', (c) => {
    const module = started();
    const key = module.loadClearKey({ id: 'imk', usage: 'E0', algorithm: '2TDEA', bytes: imk });
    const input = {
      ...card,
      key,
      cvn: c.cvn,
      transactionData: fromHex(c.data),
      arqc: fromHex(c.arqc),
      ...('un' in c ? { unpredictableNumber: fromHex(c.un) } : {}),
      arpc: c.arpc,
    };
    const result = module.verifyArqc(input);
    expect(result.ok && result.arpc && toHex(result.arpc)).toBe(c.answer);
    for (let bit = 0; bit < 64; bit++) {
      const wrong = fromHex(c.arqc);
      wrong[bit >> 3] ^= 1 << (bit & 7);
      expect(module.verifyArqc({ ...input, arqc: wrong })).toEqual({
        ok: false,
        error: { code: 'not-verified' },
      });
    }
  });
  it('wants an issuer master key for application cryptograms', () => {
    const module = started();
    const key = module.loadClearKey({ id: 'zpk', usage: 'P0', algorithm: '2TDEA', bytes: imk });
    const result = module.verifyArqc({
      ...card,
      key,
      cvn: 'visa-cvn10',
      transactionData: new Uint8Array(8),
      arqc: new Uint8Array(8),
    });
    expect(result).toEqual({ ok: false, error: { code: 'key-usage' } });
  });
  it('names the tag that its recipe misses', () => {
    const row = cryptogramVersion('visa-cvn10');
    expect(row && cryptogramData(row, new Map())).toEqual({
      ok: false,
      error: { code: 'input', detail: 'missing 9F02' },
    });
  });
});

describe('translatePin', () => {
  const zpkIn = fromHex('DC1DBD2B655E7A0467AB5737E6D9A30E');
  const zpkOut = fromHex('0C2AFC807CEF589F647584AB2C455BDC');
  const load = () => {
    const module = started();
    const make = (id: string, bytes: Uint8Array) =>
      module.loadClearKey({ id, usage: 'P0', algorithm: '2TDEA', bytes });
    return { module, keyIn: make('in', zpkIn), keyOut: make('out', zpkOut) };
  };
  const pan = '5413330089010434';
  const block = fromHex('077FA8E638362E1F');
  it('moves a block to another key', () => {
    const { module, keyIn, keyOut } = load();
    const result = module.translatePin({
      from: { key: keyIn, format: 0, block, pan },
      to: { key: keyOut, format: 0 },
    });
    expect(result.ok && toHex(result.block)).toBe('B2278D550A70A094');
  });
  it.each([
    ['another PAN', { pan: '5413330089010442' }, { format: 0 }, 'pin-block'],
    ['a PAN too short', { pan: '541333008901' }, { format: 0 }, 'input'],
    ['a PAN-free target', {}, { format: 1 }, 'not-allowed'],
    ['an offline target', {}, { format: 2 }, 'not-allowed'],
    ['a second PAN', {}, { format: 0, pan: '5413330089010442' }, 'not-allowed'],
    ['a short block', { block: block.subarray(1) }, { format: 0 }, 'input'],
  ] as const)('refuses %s', (_, from, to, code) => {
    const { module, keyIn, keyOut } = load();
    const result = module.translatePin({
      from: { key: keyIn, format: 0, block, pan, ...from },
      to: { key: keyOut, ...to },
    });
    expect(result).toMatchObject({ ok: false, error: { code } });
  });
});

describe('keys', () => {
  it('are known by id and check value, and gone when destroyed', () => {
    const module = started();
    const made = module.generateKey({ id: 'zpk', usage: 'P0', algorithm: '2TDEA' });
    if (!made.ok) throw new Error(made.error.code);
    const shown = module.kcv({ key: made.key, method: 'legacy' });
    expect(shown.ok && toHex(shown.kcv)).toBe(made.key.kcv);
    const other = module.kcv({ key: { ...made.key, kcv: '000000' }, method: 'legacy' });
    expect(other).toMatchObject({ ok: false, error: { code: 'key-unknown' } });
    expect(module.destroyKey({ key: made.key })).toEqual({ ok: true });
    expect(module.kcv({ key: made.key, method: 'legacy' })).toMatchObject({
      error: { code: 'key-state' },
    });
    expect(module.generateKey({ id: 'zpk', usage: 'P0', algorithm: '2TDEA' })).toMatchObject({
      error: { code: 'not-allowed' },
    });
  });
});

describe('MACs', () => {
  it('are made and verified under their own usage only', () => {
    const module = started();
    const bytes = fromHex('7CA110454A1A6E570131D9619DC1376E');
    const key = module.loadClearKey({ id: 'tak', usage: 'M3', algorithm: '2TDEA', bytes });
    const data = fromHex('48656C6C6F20576F726C642021212121');
    const input = { key, algorithm: 'iso9797-3', padding: 1, data } as const;
    const made = module.generateMac(input);
    expect(made.ok && toHex(made.mac)).toBe('F09B856213BAB83B');
    expect(module.verifyMac({ ...input, mac: fromHex('F09B8562') })).toEqual({ ok: true });
    expect(module.verifyMac({ ...input, mac: fromHex('F09B8563') })).toEqual({
      ok: false,
      error: { code: 'not-verified' },
    });
    expect(module.verifyMac({ ...input, mac: fromHex('F09B85') })).toMatchObject({
      error: { code: 'input' },
    });
    expect(module.generateMac({ ...input, algorithm: 'cmac' })).toMatchObject({
      error: { code: 'key-usage' },
    });
  });
});
