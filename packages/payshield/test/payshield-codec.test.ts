// The payShield host-command codec: round trips, every malformed input named, frames however cut.
import { readFileSync } from 'node:fs';
import { concatBytes, fromAscii, fromHex, toHex, toLatin1 } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLayouts } from '../src/data/commands.ts';
import {
  type Fields,
  FrameReader,
  decodeCommand,
  decodeFrame,
  decodeResponse,
  encodeCommand,
  encodeFrame,
  encodeResponse,
  isKeyField,
  keyFieldLength,
  payshieldCodecErrorCodes,
  payshieldLinkErrorCodes,
} from '../src/index.ts';

const header = fromAscii('0001');
const u = 'UE6565E2D55B9463120398E7729DA524E';
const block = 'S00072B0TN00E0001566678078B5337915F4860C92F3FF2D6A6B11E8786F22DC8032EB758';

const translation = {
  sourceTpk: u,
  destinationKey: u,
  maximumPinLength: 12,
  sourcePinBlock: 'C5ED6A332BAD3FE7',
  sourcePinBlockFormat: '01',
  destinationPinBlockFormat: '01',
  pan: '239010000012',
};

/** One request of every shape that the layouts know: optional parts there and not there. */
const requests: readonly (readonly [string, Fields])[] = [
  ['CA', translation],
  [
    'CA',
    {
      ...translation,
      destinationKeyFlag: '*',
      destinationKsnDescriptor: 'A05',
      destinationKsn: 'FFFF000001315240003A',
    },
  ],
  [
    'CA',
    {
      ...translation,
      destinationKey: block,
      destinationKsnDescriptor: 'A05',
      destinationKsn: 'FFFF000001315240003A',
      lmkIdentifier: '01',
    },
  ],
  ['A0', { mode: '0', keyType: '001', keySchemeLmk: 'U' }],
  [
    'A0',
    {
      mode: '1',
      keyType: '001',
      keySchemeLmk: 'U',
      keyZmkTmkFlag: '0',
      keyZmkTmk: u,
      keySchemeZmkTmk: 'X',
      lmkIdentifier: '02',
    },
  ],
  [
    'A0',
    {
      mode: 'A',
      keyType: '302',
      keySchemeLmk: 'U',
      deriveKeyMode: '0',
      dukptMasterKeyType: '1',
      dukptMasterKey: u,
      ksn: 'FFFF9876543210E',
    },
  ],
  [
    'BU',
    { keyTypeCode: 'FF', keyLengthFlag: '1', key: u, keyType: '109', reserved: '00', kcvType: '1' },
  ],
  [
    'CW',
    {
      cvk: '0A61E674E88C6A7EEABC38C2B2BB492F',
      pan: '4123456789012345',
      expirationDate: '8701',
      serviceCode: '101',
    },
  ],
  [
    'EC',
    {
      zpk: u,
      pvk: u,
      pinBlock: 'ED42DE5980AB024B',
      pinBlockFormat: '01',
      pan: '600000000000',
      verificationPan: '600000000001',
      pvki: '4',
      pvv: '1835',
    },
  ],
  [
    'KQ',
    {
      modeFlag: '1',
      schemeId: '0',
      mkac: u,
      panSeqNo: '7804020000000000',
      atc: '0018',
      unpredictableNumber: '84F01F9D',
      transactionData: '00192B3C',
      arqc: '0A994C22203060C4',
      arc: '3030',
    },
  ],
  [
    'KW',
    {
      modeFlag: '4',
      schemeId: '3',
      mkac: u,
      panSeqNo: '32390100000121010F',
      atc: '005B',
      arqc: 'DDA6BCC881C093AD',
      csu: '00112233',
      proprietaryData: 'FF19',
    },
  ],
  [
    'M8',
    {
      modeFlag: '3',
      inputFormatFlag: '0',
      macSize: '0',
      macAlgorithm: '3',
      paddingMethod: '1',
      keyType: '008',
      key: u,
      iv: '0011223344556677',
      macData: 'a\x19%b',
      mac: 'BF26765E',
      lmkIdentifier: '00',
    },
  ],
  [
    'GW',
    {
      macMode: '1',
      macMethod: '1',
      bdk: u,
      ksnDescriptor: 'A05',
      ksn: 'FFFF000001315240000F',
      mac: '40BDD0ED6B9FBCBE',
      messageData: '0102',
    },
  ],
  [
    'GW',
    {
      macMode: '2',
      macMethod: '2',
      bdk: u,
      ksnDescriptor: 'A05',
      ksn: 'FFFF000001315240000F',
      mac: '40BDD0ED',
      messageData: '0102',
    },
  ],
];

describe('commands', () => {
  it.each(requests)('%s is read back as it was written', (command, fields) => {
    const encoded = encodeCommand({ command, header, fields });
    if (!encoded.ok) throw new Error(`${encoded.error.code} ${encoded.error.path}`);
    const decoded = decodeCommand(encoded.value, { headerLength: 4 });
    if (!decoded.ok) throw new Error(`${decoded.error.code} ${decoded.error.path}`);
    for (const [name, value] of Object.entries(fields)) {
      expect([name, decoded.value.fields[name]]).toEqual([name, String(value)]);
    }
  });

  it.each(requests)('%s cut anywhere is refused, never misread past the end', (command, fields) => {
    const encoded = encodeCommand({ command, header, fields });
    if (!encoded.ok) throw new Error(encoded.error.path);
    for (let length = 0; length < encoded.value.length; length++) {
      const decoded = decodeCommand(encoded.value.subarray(0, length), { headerLength: 4 });
      // What is cut exactly before an optional part is a whole command of its own.
      if (decoded.ok) expect(length).toBeGreaterThan(6);
      else expect(decoded.error.offset ?? 0).toBeLessThanOrEqual(length);
    }
  });

  it('carries a trailer, and asks for it back', () => {
    const encoded = encodeCommand({ command: 'NC', header, fields: {}, trailer: 'lane 7' });
    if (!encoded.ok) throw new Error(encoded.error.path);
    expect(toLatin1(encoded.value)).toBe('0001NC\x19lane 7');
    const decoded = decodeCommand(encoded.value, { headerLength: 4, trailer: 'lane 7' });
    expect(decoded.ok && decoded.value.trailer).toBe('lane 7');
    const other = decodeCommand(encoded.value, { headerLength: 4, trailer: 'lane 8' });
    expect(other.ok || other.error.code).toBe('body-trailing');
  });

  const bad: readonly (readonly [string, string, Fields, string, string])[] = [
    ['an unknown command', 'QQ', {}, 'command-unknown', 'QQ'],
    ['a missing field', 'CA', { ...translation, pan: undefined }, 'field-missing', 'CA > pan'],
    [
      'a key of wrong length',
      'CA',
      { ...translation, sourceTpk: 'U12' },
      'field-value',
      'CA > sourceTpk',
    ],
    [
      'a key that is no hex',
      'CA',
      { ...translation, sourceTpk: `U${'G'.repeat(32)}` },
      'field-value',
      'CA > sourceTpk',
    ],
    [
      'a PIN block too short',
      'CA',
      { ...translation, sourcePinBlock: 'C5ED' },
      'field-length',
      'CA > sourcePinBlock',
    ],
    [
      'a number too long',
      'CA',
      { ...translation, maximumPinLength: 123 },
      'field-length',
      'CA > maximumPinLength',
    ],
    [
      'a number that is none',
      'CA',
      { ...translation, maximumPinLength: 'A' },
      'field-value',
      'CA > maximumPinLength',
    ],
    [
      'a PAN with a delimiter',
      'CW',
      { cvk: u, pan: '4123;45', expirationDate: '8701', serviceCode: '101' },
      'field-value',
      'CW > pan',
    ],
    [
      'a PAN too long',
      'CW',
      { cvk: u, pan: '4'.repeat(20), expirationDate: '8701', serviceCode: '101' },
      'field-length',
      'CW > pan',
    ],
    [
      'binary that is no hex',
      'KQ',
      { modeFlag: '2', schemeId: '0', mkac: u, panSeqNo: 'XX' },
      'field-value',
      'KQ > panSeqNo',
    ],
    [
      'a length that is not the data’s',
      'B2',
      { length: 5, data: 'PING' },
      'field-value',
      'B2 > length',
    ],
    [
      'data beyond its length digits',
      'KQ',
      {
        modeFlag: '0',
        schemeId: '0',
        mkac: u,
        panSeqNo: '00'.repeat(8),
        atc: '0000',
        unpredictableNumber: '00000000',
        transactionData: '00'.repeat(256),
      },
      'field-length',
      'KQ > transactionData',
    ],
    ['text outside Latin-1', 'B2', { data: '€' }, 'field-value', 'B2 > data'],
  ];
  it.each(bad)('refuses %s', (_name, command, fields, code, path) => {
    const encoded = encodeCommand({ command, header, fields });
    expect(encoded.ok ? 'ok' : [encoded.error.code, encoded.error.path]).toEqual([code, path]);
    expect(JSON.stringify(encoded)).not.toContain('4123');
  });
});

describe('what a writer may give in more than one way', () => {
  const wire = (command: string, fields: Fields): string => {
    const encoded = encodeCommand({ command, header, fields });
    return encoded.ok ? toLatin1(encoded.value) : `${encoded.error.code} ${encoded.error.path}`;
  };
  it('several keys as a list or one behind the other', () => {
    const about = { numberOfComponents: '2', keyType: '001', keySchemeLmk: 'U' };
    const list = wire('A4', { ...about, keyComponents: [u, u] });
    expect(list).toBe(`0001A42001U${u}${u}`);
    expect(wire('A4', { ...about, keyComponents: u + u })).toBe(list);
    expect(wire('A4', { ...about, keyComponents: `${u}U12` })).toBe(
      'field-value A4 > keyComponents',
    );
  });
  it('no proprietary data by saying that its length is zero', () => {
    const kw = {
      modeFlag: '3',
      schemeId: '2',
      mkac: u,
      panSeqNo: '00'.repeat(8),
      atc: '0001',
      transactionData: '00',
      arqc: '00'.repeat(8),
      csu: '00000000',
    };
    expect(wire('KW', { ...kw, padLength: '0' }).slice(-5)).toBe('\0\0\0\x000');
    expect(wire('KW', kw)).toBe('field-missing KW > proprietaryData');
  });
  // As ut-codec-payshield's tests print them: key-block HSMs are asked without the delimiter.
  it('the flag of a wrapping key with its delimiter or without', () => {
    const fields = {
      mode: '1',
      keyType: 'FFF',
      keySchemeLmk: 'S',
      keyZmkTmkFlag: '0',
      keyZmkTmk: block,
      keySchemeZmkTmk: 'S',
      lmkIdentifier: '01',
    };
    const bare = wire('A0', fields);
    const marked = wire('A0', { ...fields, delimiterZmkTmk: ';' });
    expect(bare).toBe(`0001A01FFFS0${block}S%01`);
    expect(marked).toBe(`0001A01FFFS;0${block}S%01`);
    for (const text of [bare, marked]) {
      const decoded = decodeCommand(fromAscii(text), { headerLength: 4 });
      expect(decoded.ok && decoded.value.fields).toMatchObject({
        keyZmkTmkFlag: '0',
        keyZmkTmk: block,
      });
    }
  });
  it('the delimiter of an exportability by the name of the one in front of attributes', () => {
    const keys = { keyType: 'FFF', zmk: u, key: u, keyScheme: 'S', lmkIdentifier: '01' };
    const fields = { ...keys, delimiterKeyblock: '&', modExportabilityKeyblock: 'N' };
    expect(wire('A8', fields)).toBe(`0001A8FFF${u}${u}S%01&N`);
  });
  it('a bare pair of keys where one key would do', () => {
    const pair = '0123456789ABCDEF'.repeat(2);
    const da = { ...translation, tpk: u, pvk: pair, pinBlock: 'C5ED6A332BAD3FE7' };
    const rest = { pinBlockFormat: '01', checkLength: 6, decimalisationTable: '5432109876543210' };
    const all = { ...da, ...rest, pinValidationData: '5022654000N2', offset: '757798' };
    expect(wire('DA', all)).toContain(`${u}${pair}12C5ED`);
    expect(wire('DA', all).slice(-12)).toBe('757798FFFFFF');
  });
});

describe('responses', () => {
  it('reads back what a simulator writes', () => {
    const fields = { pinLength: '04', pinBlock: 'E870CDC8E067EB2E', pinBlockFormat: '01' };
    const encoded = encodeResponse({ command: 'CA', header, errorCode: '00', fields });
    if (!encoded.ok) throw new Error(encoded.error.path);
    const decoded = decodeResponse(encoded.value, { headerLength: 4 });
    expect(decoded.ok && decoded.value.fields).toEqual(fields);
  });
  it('tells warnings, whose answer stands, from errors', () => {
    const warned = decodeResponse(fromAscii('0001A701U77338F74A19E3BB39062A5A479473FC86AE7CD'), {
      headerLength: 4,
    });
    expect(warned.ok && [warned.value.warning, warned.value.fields.keys]).toEqual([
      true,
      ['U77338F74A19E3BB39062A5A479473FC8'],
    ]);
    const failed = decodeResponse(fromAscii('0001CB10'), { headerLength: 4 });
    expect(failed.ok && [failed.value.warning, failed.value.errorCode]).toEqual([false, '10']);
  });
  it('reads an ISO 4 block by what is left', () => {
    const decoded = decodeResponse(fromAscii(`0001CB0004${'AB'.repeat(16)}48`), {
      headerLength: 4,
    });
    expect(decoded.ok && decoded.value.fields['pinBlock']).toHaveLength(32);
  });
  it.each([
    ['nothing', '', 'body-truncated'],
    ['half a code', '0001C', 'body-truncated'],
    ['a code of no command', '0001QR00', 'command-unknown'],
    ['no error code', '0001CB', 'body-truncated'],
    ['an error code that is none', '0001CB\x00\x01', 'field-value'],
    ['an answer cut off', '0001CB0004E870', 'body-truncated'],
    ['an answer with more behind it', '0001CX00705X', 'body-trailing'],
    ['a key without its end', '0001A100U77338F', 'body-truncated'],
  ])('refuses %s', (_name, message, code) => {
    const decoded = decodeResponse(fromAscii(message), { headerLength: 4 });
    expect(decoded.ok ? 'ok' : decoded.error.code).toBe(code);
  });
  it('never throws on random bytes of any response', () => {
    const codes = [...commandLayouts.values()].map((layout) => layout.response);
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.uint8Array({ maxLength: 120 }), (code, body) => {
        const message = concatBytes(header, fromAscii(`${code}00`), body);
        expect(typeof decodeResponse(message, { headerLength: 4 }).ok).toBe('boolean');
        const request = concatBytes(header, fromAscii(code), body);
        expect(typeof decodeCommand(request, { headerLength: 4 }).ok).toBe('boolean');
      }),
      { numRuns: 3000 },
    );
  });
});

describe('frames', () => {
  it('come whole out of a stream however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 }),
        (messages, cuts) => {
          const frames = messages.map((message) => {
            const framed = encodeFrame(message);
            return framed.ok ? framed.value : new Uint8Array(0);
          });
          const stream = concatBytes(...frames);
          const reader = new FrameReader();
          const got: string[] = [];
          for (let at = 0, i = 0; at < stream.length; at += cuts[i++ % cuts.length]) {
            const read = reader.push(stream.subarray(at, at + cuts[i % cuts.length]));
            if (read.ok) got.push(...read.value.map((message) => toHex(message)));
          }
          expect(got).toEqual(messages.map((message) => toHex(message)));
          expect(reader.pendingBytes).toBe(0);
        },
      ),
    );
  });
  it.each([
    ['one byte', '00', 'frame-truncated'],
    ['fewer bytes than announced', '00074844', 'frame-truncated'],
    ['more bytes than announced', '000748445244435858FF', 'frame-length'],
    ['another header', '000748445344435858', 'header-mismatch'],
    ['a header and no command', '0003484452', 'frame-length'],
  ])('refuse %s', (_name, hex, code) => {
    const decoded = decodeFrame(fromHex(hex), fromAscii('HDR'));
    expect(decoded.ok ? 'ok' : decoded.error.code).toBe(code);
  });
  it('of no length, or longer than allowed, poison the reader', () => {
    for (const start of ['0000', '0401']) {
      const reader = new FrameReader(1024);
      expect(reader.push(fromHex(start)).ok).toBe(false);
      expect(reader.push(fromHex('000141')).ok).toBe(false);
    }
  });
  it('longer than two bytes can say are refused', () => {
    expect(encodeFrame(new Uint8Array(65536)).ok).toBe(false);
  });
});

describe('README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const listed = (start: RegExp): string[] => {
    const [, list] = start.exec(readme) ?? [];
    return [...(list ?? '').matchAll(/`([a-z-]+)`/g)].map((match) => match[1]);
  };
  it('names every link error', () => {
    const named = listed(/one of these details:([\s\S]*?)\.\n/);
    expect(named.toSorted()).toEqual([...payshieldLinkErrorCodes].toSorted());
  });
  it('names every codec error', () => {
    expect(listed(/never its content:([\s\S]*?)\.\n/)).toEqual([...payshieldCodecErrorCodes]);
  });
});

describe('key fields', () => {
  it.each([
    ['0123456789ABCDEF', 16],
    [`U${'A'.repeat(32)}`, 33],
    [`T${'A'.repeat(48)}`, 49],
    [block, 73],
    ['S0010', 0],
    ['SABCD', 0],
    ['U123', 0],
    ['', 0],
    [';', 0],
  ])('%s', (field, length) => {
    expect(keyFieldLength(field, 0)).toBe(length);
    expect(isKeyField(field)).toBe(length > 0);
  });
});
