// The simulated HSM by messages: published key blocks under the test LMK, round trips, bad input.
import { fromAscii, fromHex, toHex, toLatin1 } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClearKey } from '../src/cipher.ts';
import { testKeyBlockLmkAes, testKeyBlockLmkTdes } from '../src/data/thales-test-lmk.ts';
import { SimulatedHsm, simulatedCommands } from '../src/index.ts';
import { openKeyBlock, sealKeyBlock } from '../src/key-block.ts';

const hsm = new SimulatedHsm();

function ask(message: string): string {
  const bytes = Uint8Array.from(message, (character) => character.charCodeAt(0));
  const answer = hsm.answer(bytes);
  return answer === undefined ? 'closed' : toLatin1(answer);
}

const tpk = 'S0007271TN00E00019BAD23B0CEF79E33328CA0568A0E186FC17E8DE738AAF9FB67C6E1FF';
const bdk = 'S00072B0TN00E0001566678078B5337915F4860C92F3FF2D6A6B11E8786F22DC8032EB758';
const pvk = 'S00072V2TN00E00014C0328F82856C4E6D7CCF7A9A1597CB0662C35A18CC72EB9CF97917C';

describe('the triple DES key-block test LMK opens published blocks', () => {
  // Keys, PIN block and values as the documentation of ut-codec-payshield prints them.
  it('verifies the PVV of a PIN under a TPK (DC)', () => {
    expect(ask(`0001DC${tpk}${pvk}E57BC634D47179070160000000000012194`)).toBe('0001DD00');
    expect(ask(`0001DC${tpk}${pvk}E57BC634D47179070160000000000012195`)).toBe('0001DD01');
  });
  it('translates from TPK to a DUKPT key (CA)', () => {
    const body = `${tpk}${bdk}A05FFFF000001315240003A12E57BC634D47179070101600000000000%01`;
    expect(ask(`0001CA${body}`)).toBe('0001CB0006741311DA9D5D6C3201');
  });
  it('refuses a block of which one digit is changed (A4), and a usage that is another (A6)', () => {
    const changed = `${tpk.slice(0, 40)}${tpk[40] === '0' ? '1' : '0'}${tpk.slice(41)}`;
    const rest = 'E57BC634D47179070160000000000012194';
    expect(ask(`0001DC${changed}${pvk}${rest}`)).toBe('0001DDA4');
    expect(ask(`0001DC${bdk}${pvk}${rest}`)).toBe('0001DDA6');
  });
});

describe('key blocks', () => {
  const header = {
    usage: 'P0',
    algorithm: 'T',
    modeOfUse: 'B',
    keyVersion: '00',
    exportability: 'E',
  };
  it.each([
    ['version 0', new ClearKey(fromHex(testKeyBlockLmkTdes))],
    ['version 1', new ClearKey(fromHex(testKeyBlockLmkAes), true)],
  ])('%s: what is sealed opens again, and not after any digit changed', (_name, kbpk) => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 8, maxLength: 32 }).filter((key) => key.length % 8 === 0),
        fc.nat(),
        (key, place) => {
          const field = sealKeyBlock(key, header, kbpk);
          const opened = openKeyBlock(field, kbpk);
          expect(opened.ok && toHex(opened.key.bytes)).toBe(toHex(key));
          const at = 17 + (place % (field.length - 17));
          const other = field[at] === 'A' ? 'B' : 'A';
          const broken = openKeyBlock(field.slice(0, at) + other + field.slice(at + 1), kbpk);
          expect(broken.ok).toBe(false);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('round trips through the LMK', () => {
  it('generates under a ZMK what it imports again with the same check value', () => {
    const zmk = ask('0001A00000U').slice(8, 41);
    const made = ask(`0001A01001U;0${zmk}X`);
    expect(made.slice(0, 8)).toBe('0001A100');
    const [underZmk, kcv] = [made.slice(41, 74), made.slice(74)];
    const imported = ask(`0001A6001${zmk}${underZmk}U`);
    expect(imported).toBe(`0001A700${made.slice(8, 41)}${kcv}`);
    const exported = ask(`0001A8001${zmk}${made.slice(8, 41)}X`);
    expect(exported).toBe(`0001A900${underZmk}${kcv}`);
  });
  it.each([
    ['01', 'ISO 0'],
    ['03', 'Diebold'],
    ['05', 'ISO 1'],
    ['47', 'ISO 3'],
  ])('PIN under LMK to format %s (%s) and back', (format) => {
    const zpk = ask('0001A00001U').slice(8, 41);
    const block = ask(`0001JG${zpk}${format}50000002532101234567`).slice(8);
    expect(ask(`0001JE${zpk}${block}${format}500000025321`)).toBe('0001JF0001234567');
  });
  it('ISO 4 under an AES key block', () => {
    const zpk = ask('0001A00FFFS#P0A1N00E00').slice(8, -6);
    const block = ask(`0001JG${zpk}4850000002532101234`).slice(8);
    expect(block).toHaveLength(32);
    expect(ask(`0001JE${zpk}${block}48500000025321`)).toBe('0001JF0001234');
  });
  it('an IBM 3624 offset verifies, with the warning that the PVK is double-length', () => {
    const zpk = ask('0001A00001U').slice(8, 41);
    const ibm = ask('0001A00002U').slice(8, 41);
    const block = ask(`0001JG${zpk}0150000002532101234`).slice(8);
    const tail = '04500000025321012345678901234550000002532N';
    const offset = ask(`0001BK001${zpk}${ibm}${block}01${tail}`);
    expect(offset).toMatch(/^0001BL02\d{4}FFFFFFFF$/);
    const check = `${zpk}${ibm}12${block}01${tail}`;
    expect(ask(`0001EA${check}${offset.slice(8)}`)).toBe('0001EB02');
    const wrong = String((Number(offset[8]) + 1) % 10) + offset.slice(9);
    expect(ask(`0001EA${check}${wrong}`)).toBe('0001EB01');
  });
  it('verifies a published offset under a triple-length PVK, and warns only where set so', () => {
    // leachbj/hsm-emulator, VerifyInterchangePinIBMSuite: a format 1 block.
    const zpk = 'T971803BA969012152827CC97A98D18D50BE6559CDFF6F7E1';
    const triple = 'TAF9958474101D950930D1FC86F99447E10B3BADFAA10458E';
    const rest = '0500000100037601234567890123451234567890NF17702FFFFFFF';
    const message = fromAscii(`0001EA${zpk}${triple}12F2B66A1070EADC4705${rest}`);
    const quiet = new SimulatedHsm({ pvkLengthWarning: false });
    expect(ask(toLatin1(message))).toBe('0001EB02');
    expect(toLatin1(quiet.answer(message) ?? fromAscii(''))).toBe('0001EB00');
  });
  it('moves a BDK, bare as old commands have it, between ZMK and LMK (DW, DY)', () => {
    // nickntg/thalessimulatorlibrary, HostCommandTests.
    const zmk = 'U1457FF6ADF6250C66C368416B4C9D383';
    const underZmk = '6A2C67C227784BC5D8508B6BED82ECB8';
    const underLmk = 'U8E3D3E2FD5919657F05A1AA90D32A014';
    expect(ask(`0001DW${zmk}${underZmk};0U1`)).toBe(`0001DX00${underLmk}08D7B4`);
    expect(ask(`0001DY${zmk}${underLmk};X01`)).toBe(`0001DZ00X${underZmk}08D7B4`);
  });
  it('gives a clear PIN to the left of as many characters as it has under the LMK (NG)', () => {
    expect(ask('0001NG12345678901201234')).toBe('0001NH001234F');
  });
  it('a MAC verifies, in one part and in parts', () => {
    const zak = ask('0001A00008U').slice(8, 41);
    const whole = ask(`0001M601131008${zak}00200123456789ABCDEF0123456789ABCDEF`);
    const mac = whole.slice(8);
    expect(mac).toHaveLength(16);
    const iv = ask(`0001M611131008${zak}00100123456789ABCDEF`).slice(8);
    expect(ask(`0001M631131008${zak}${iv}00100123456789ABCDEF`)).toBe(whole);
    expect(ask(`0001M801131008${zak}00200123456789ABCDEF0123456789ABCDEF${mac}`)).toBe('0001M900');
  });
});

describe('older MACs and dynamic codes', () => {
  it('verifies a CVC3 that jPOS prints, and not its neighbour (PM)', () => {
    const track = toLatin1(fromHex('1234567890123456D12012061000110000000F'));
    const start = `0001PM12UDBD2D13CCA57AAAF3E477E0646EF10C9B1234567890123456;00019${track}`;
    expect(ask(`${start}000027101000003518`)).toBe('0001PN00');
    expect(ask(`${start}0000271010000  518`)).toBe('0001PN00');
    expect(ask(`${start}000027101000003519`)).toBe('0001PN01');
  });
  it('makes, verifies and translates a MAC under a TAK (MA, MC, ME)', () => {
    const [one, two] = [ask('0001A00003U').slice(8, 41), ask('0001A00003U').slice(8, 41)];
    const mac = ask(`0001MA${one}message`).slice(8);
    expect(ask(`0001MC${one}${mac}message`)).toBe('0001MD00');
    expect(ask(`0001MC${one}${mac}messagf`)).toBe('0001MD01');
    const other = ask(`0001ME${one}${two}${mac}message`).slice(8);
    expect(ask(`0001MC${two}${other}message`)).toBe('0001MD00');
  });
  it('chains a MAC in parts (MQ, MS)', () => {
    const zak = ask('0001A00008Z').slice(8, 24);
    const whole = ask(`0001MQ0${zak}010${'abcdefgh'.repeat(2)}`).slice(8);
    const first = ask(`0001MQ1${zak}008abcdefgh`).slice(8);
    expect(ask(`0001MQ3${zak}${first}008abcdefgh`).slice(8)).toBe(whole);
    const long = ask('0001A00008U').slice(8, 41);
    const x919 = ask(`0001MS0110${long}0010${'abcdefgh'.repeat(2)}`).slice(8);
    const part = ask(`0001MS1110${long}0008abcdefgh`).slice(8);
    expect(ask(`0001MS3110${long}${part}0008abcdefgh`).slice(8)).toBe(x919);
  });
  it('exports under an Atalla variant what it imports again (GC, FA)', () => {
    const zmk = ask('0001A00000U').slice(8, 41);
    const zpk = ask('0001A00001U').slice(8, 41);
    const plain = ask(`0001GC${zmk}${zpk};XU1`).slice(8);
    const varied = ask(`0001GC${zmk}${zpk}3;XU1`).slice(8);
    expect(varied.slice(33)).toBe(plain.slice(33));
    expect(varied.slice(0, 33)).not.toBe(plain.slice(0, 33));
    expect(ask(`0001FA${zmk}${varied.slice(0, 33)}3;XU1`).slice(8)).toBe(zpk + plain.slice(33));
  });
});

describe('bad input is an error code', () => {
  const zpk = ask('0001A00001U').slice(8, 41);
  const block = ask(`0001JG${zpk}0150000002532101234`).slice(8);
  it.each([
    ['an unknown command', '0001QQ', '0001QR68'],
    ['a truncated body', '0001CCU12', '0001CD15'],
    ['trailing characters', '0001N0008XX', '0001N115'],
    [
      'wrong parity of the first key',
      `0001CCU${'00'.repeat(16)}${zpk}12${block}0101500000025321`,
      '0001CD10',
    ],
    [
      'wrong parity of the second key',
      `0001CC${zpk}U${'00'.repeat(16)}12${block}0101500000025321`,
      '0001CD11',
    ],
    ['an unknown PIN block format', `0001CC${zpk}${zpk}12${block}9901500000025321`, '0001CD23'],
    ['an account that is no number', `0001CC${zpk}${zpk}12${block}010150000002532A`, '0001CD22'],
    ['a block of another account', `0001CC${zpk}${zpk}12${block}0101999999999999`, '0001CD20'],
    ['a PIN longer than allowed', `0001CC${zpk}${zpk}03${block}0101500000025321`, '0001CD24'],
    ['echo with too long a length', '0001B20005PING', '0001B380'],
    ['echo with too short a length', '0001B20003PING', '0001B315'],
  ])('%s', (_name, message, answer) => {
    expect(ask(message)).toBe(answer);
  });
  it('a message without a command closes the link', () => {
    expect(ask('0001C')).toBe('closed');
  });
  it('never throws on any body of any command', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...simulatedCommands),
        fc.string({ maxLength: 80 }),
        (c, body) => {
          expect(ask(`0001${c}${body}`).startsWith('0001')).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
  it('carries trailers back', () => {
    expect(ask('0001NO01\x19tail 7')).toBe('0001NP000\x19tail 7');
  });
  it('knows its random and diagnostics', () => {
    expect(ask('0001N0016')).toHaveLength(8 + 16);
    expect(ask('0001NC').slice(0, 8)).toBe('0001ND00');
  });
});
