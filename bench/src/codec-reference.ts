// The reference message of the codec benchmark: a 0100 of 25 data elements, 132 bytes of TLV, in two wires.
import { fromHex, toHex } from '@chipswitch/bytes';
import { type SpecDefinition, defineSpec } from 'iso8583-js';

const emv =
  '5F2A020840820239008407A0000000031010950580000080009A032511229C01009F02060000000123459F0306000000' +
  '0000009F0902008C9F100706010A03A0A8029F1A0208409F1E085445524D303030319F260811223344556677889F2701' +
  '809F3303E0F8C89F34031F03029F3501229F360200349F37049BADBCAB9F410400000123';

/** A fresh message with every element set, DE 55 as the hex text that the ASCII wire carries. */
export function referenceMessage() {
  return {
    mti: '0100',
    de2: '4761739001010119',
    de3: '000000',
    de4: '000000012345',
    de7: '1122131411',
    de11: '148893',
    de12: '131411',
    de13: '1122',
    de14: '2712',
    de18: '5411',
    de19: '840',
    de22: '051',
    de23: '001',
    de25: '00',
    de26: '12',
    de32: '423935',
    de35: '4761739001010119D27122011758928889',
    de37: '532613148893',
    de41: 'TERM0001',
    de42: 'MERCHANT0000001',
    de43: 'ACME GROCERY STORE 12    DENVER      COU',
    de48: 'POSTAL=80202;ORDER=0000123456',
    de49: '840',
    de52: pin,
    de55: emv,
    de64: mac,
  };
}

const pin = fromHex('7434F67813BAE545');
const mac = fromHex('CAFEBABE01234567');
const icc = fromHex(emv);

/** The same message with DE 55 as bytes, as the packed wire carries it. */
export function referencePackedMessage() {
  return { ...referenceMessage(), de35: '4761739001010119=27122011758928889', de55: icc };
}

const n = (len: number) => ({ data: 'ascii', len, charset: 'n' }) as const;
const text = (len: number) => ({ data: 'ascii', len, charset: 'ans' }) as const;
const variable = (size: 2 | 3, max: number, charset: 'n' | 'z' | 'ans') =>
  ({ data: 'ascii', prefix: { data: 'ascii', size }, max, charset }) as const;

const asciiDefinition = {
  name: 'reference',
  mti: n(4),
  bitmap: { data: 'binary', bytes: 8, chain: 2 },
  fields: {
    2: variable(2, 19, 'n'),
    3: n(6),
    4: n(12),
    5: n(12),
    7: n(10),
    11: n(6),
    12: n(6),
    13: n(4),
    14: n(4),
    18: n(4),
    19: n(3),
    22: n(3),
    23: n(3),
    25: n(2),
    26: n(2),
    32: variable(2, 11, 'n'),
    35: variable(2, 37, 'z'),
    37: text(12),
    38: text(6),
    39: text(2),
    41: text(8),
    42: text(15),
    43: text(40),
    48: variable(3, 999, 'ans'),
    49: text(3),
    52: { data: 'binary', len: 8 },
    55: variable(3, 999, 'ans'),
    64: { data: 'binary', len: 8 },
    70: n(3),
    90: n(42),
  },
} as const satisfies SpecDefinition;

/** The spec of the ASCII wire: raw bitmap, DE 55 as text (ans, as the peers have it), character sets checked. */
export const asciiSpec = defineSpec(asciiDefinition);

/** The message on the ASCII wire, as several independent codecs pack it (532 bytes). */
export const asciiWire = fromHex(
  '30313030723C66C128E1920131363437363137333930303130313031313930303030303030303030303030313233343531' +
    '313232313331343131313438383933313331343131313132323237313235343131383430303531303031303031323036' +
    '343233393335333434373631373339303031303130313139443237313232303131373538393238383839353332363133' +
    '3134383839335445524D303030314D45524348414E543030303030303141434D452047524F434552592053544F524520' +
    '31322020202044454E564552202020202020434F55303239504F5354414C3D38303230323B4F524445523D3030303031' +
    '32333435363834307434F67813BAE545323634' +
    toHex(new TextEncoder().encode(emv)) +
    'CAFEBABE01234567',
);

/** The message packed (334 bytes). */
export const packedWire = fromHex(
  '0100723C66C128E192011647617390010101190000000000000123451122131411148893131411112227125411084000' +
    '510001001206423935344761739001010119D271220117589288893533323631333134383839335445524D303030314D' +
    '45524348414E543030303030303141434D452047524F434552592053544F52452031322020202044454E564552202020' +
    '202020434F550029504F5354414C3D38303230323B4F524445523D303030303132333435363834307434F67813BAE545' +
    `0132${emv}CAFEBABE01234567`,
);
