// Area 5: offline data authentication, as the kernel does it: TVR and TSI after each failure.
import { concatBytes, fromHex } from '@chipswitch/bytes';
import {
  type CardScript,
  type KernelCase,
  cardObjects,
  gpo,
  object,
  ok,
  record,
  tlv,
} from '../kernel-fixture.ts';
import {
  type BlockFaults,
  type CertificateFaults,
  caKey,
  combinedData,
  hex,
  iccCertificate,
  issuerCertificate,
  pan,
  signedDynamic,
  signedStatic,
} from '../oda-forge.ts';

type Changes = Readonly<Record<string, string | undefined>>;

/** What a row wants changed about a card that authenticates. */
interface OdaCard {
  readonly aip: string;
  readonly issuer?: CertificateFaults;
  readonly icc?: CertificateFaults;
  readonly statics?: BlockFaults;
  readonly dynamic?: BlockFaults & { readonly dataLength?: number };
  readonly changes?: Changes;
  /** What is signed instead of the card's real static data. */
  readonly signedAs?: string;
  /** Data that the card signs dynamically instead of the DDOL's. */
  readonly terminalData?: string;
  readonly dynamicData?: string;
  readonly more?: CardScript;
  readonly afl?: string;
}

const unpredictable = 'A5A5A5A5';
const signedPart: Changes = {
  '5A': pan,
  '5F24': '301231',
  '5F25': '200101',
  '9F07': 'FFC0',
};
const rest = Object.fromEntries(
  Object.entries(cardObjects).filter(([tag]) => !Object.hasOwn(signedPart, tag)),
);

function without(objects: Changes): Record<string, string> {
  return Object.fromEntries(
    Object.entries(objects).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** A card of three records: signed data, the rest, keys. */
function odaCard(card: OdaCard): CardScript {
  const changes = card.changes ?? {};
  const own = (objects: Changes): Record<string, string> => {
    const taken = Object.entries(changes).filter(([tag]) => Object.hasOwn(objects, tag));
    return without({ ...objects, ...Object.fromEntries(taken) });
  };
  const first = own({ ...signedPart, '9F4A': '82' });
  const tagList = first['9F4A'];
  const statics = concatBytes(
    fromHex(card.signedAs ?? tlv(own({ ...signedPart, '9F4A': '82' }))),
    fromHex(tagList === '82' ? card.aip : ''),
  );
  const issuer = issuerCertificate(card.issuer);
  const icc = iccCertificate(statics, card.icc);
  const signature = signedStatic(statics, card.statics);
  const dynamic = signedDynamic(
    fromHex(card.dynamicData ?? '0401020304'),
    fromHex(card.terminalData ?? unpredictable),
    card.dynamic,
  );
  const added = Object.entries(changes).filter(
    ([tag]) => !Object.hasOwn(signedPart, tag) && !Object.hasOwn(rest, tag) && tag !== '9F4A',
  );
  const keyObjects: Changes = {
    '8F': 'F1',
    '90': hex(issuer.certificate),
    '92': hex(issuer.remainder),
    '9F32': hex(issuer.exponent),
    ...Object.fromEntries(added),
  };
  const iccObjects: Changes = {
    '9F46': hex(icc.certificate),
    '9F48': hex(icc.remainder),
    '9F47': hex(icc.exponent),
    ...Object.fromEntries(added),
  };
  const one = (objects: Changes, ...tags: readonly string[]): Record<string, string> =>
    without(Object.fromEntries(tags.map((tag) => [tag, objects[tag]])));
  const extra = without(
    Object.fromEntries(
      added.filter(
        ([tag]) => !['8F', '90', '92', '93', '9F32', '9F46', '9F47', '9F48'].includes(tag),
      ),
    ),
  );
  const signatureObject: Changes = { '93': hex(signature), ...Object.fromEntries(added) };
  return {
    gpo: gpo(card.aip, card.afl ?? '080101011001070010080800'.slice(0, 16)),
    'read 1.1': record(first),
    'read 2.1': record({ ...own(rest), ...extra }),
    'read 2.2': record(one(keyObjects, '8F', '9F32')),
    'read 2.3': record(one(keyObjects, '90')),
    'read 2.4': record(one(keyObjects, '92')),
    'read 2.5': record(one(signatureObject, '93')),
    'read 2.6': record(one(iccObjects, '9F46')),
    'read 2.7': record(one(iccObjects, '9F48', '9F47')),
    internal: ok(object('80', hex(dynamic))),
    ...card.more,
  };
}

const config = { caKeys: [caKey] };
const good = 'approved/offline-approved';
const sda = '5800';
const dda = '3800';
const cda = '1900';
const row = (
  name: string,
  card: OdaCard,
  expect: KernelCase['expect'],
  more: Partial<KernelCase> = {},
): KernelCase => ({ name, card: odaCard(card), config, ...more, expect });

const sdaFailed = { ends: good, tvr: '4200000000', tsi: 'E800' };
const sdaMissing = { ends: good, tvr: '6200000000', tsi: 'E800' };
const ddaGood = { ends: good, tvr: '0000000000', tsi: 'E800' };
const ddaFailed = { ends: good, tvr: '0800000000', tsi: 'E800' };
const ddaMissing = { ends: good, tvr: '2800000000', tsi: 'E800' };

/** Rows for SDA. */
const sdaCases: readonly KernelCase[] = [
  row('SDA good', { aip: sda }, { ends: good, tvr: '0200000000', tsi: 'E800' }),
  row(
    'SDA without the AIP in the tag list',
    { aip: sda, changes: { '9F4A': undefined } },
    { ends: good, tvr: '0200000000' },
  ),
  row(
    'SDA: tag list with more than the AIP',
    { aip: sda, changes: { '9F4A': '825F24' } },
    sdaFailed,
  ),
  row('SDA: tag list empty', { aip: sda, changes: { '9F4A': '' } }, sdaFailed),
  row(
    'SDA: AIP swapped after signing',
    { aip: sda, more: { gpo: gpo('5C00', '0801010110010700') } },
    sdaFailed,
  ),
  row(
    'SDA: static data changed',
    { aip: sda, signedAs: '5A0847617390010101275F2403301231' },
    sdaFailed,
  ),
  row('SDA: scheme key index unknown', { aip: sda, changes: { '8F': '99' } }, sdaFailed),
  row('SDA: scheme key of another provider', { aip: sda }, sdaFailed, {
    config: { caKeys: [{ ...caKey, rid: fromHex('A000000004') }] },
  }),
  row('SDA: scheme key expired yesterday', { aip: sda }, sdaFailed, {
    config: { caKeys: [{ ...caKey, expiry: '261121' }] },
  }),
  row(
    'SDA: scheme key expires today',
    { aip: sda },
    { ends: good, tvr: '0200000000' },
    { config: { caKeys: [{ ...caKey, expiry: '261122' }] } },
  ),
  row('SDA: no scheme keys', { aip: sda }, sdaFailed, { config: { caKeys: [] } }),
  row('SDA: certificate revoked', { aip: sda }, sdaFailed, {
    config: {
      ...config,
      revoked: [{ rid: caKey.rid, index: caKey.index, serial: fromHex('000001') }],
    },
  }),
  row(
    'SDA: another serial revoked',
    { aip: sda },
    { ends: good, tvr: '0200000000' },
    {
      config: {
        ...config,
        revoked: [{ rid: caKey.rid, index: caKey.index, serial: fromHex('000002') }],
      },
    },
  ),
  row(
    'SDA: the same serial revoked under another key',
    { aip: sda },
    { ends: good, tvr: '0200000000' },
    {
      config: { ...config, revoked: [{ rid: caKey.rid, index: 0x92, serial: fromHex('000001') }] },
    },
  ),
  row('SDA: certificate missing', { aip: sda, changes: { '90': undefined } }, sdaMissing),
  row('SDA: key index missing', { aip: sda, changes: { '8F': undefined } }, sdaMissing),
  row('SDA: exponent missing', { aip: sda, changes: { '9F32': undefined } }, sdaMissing),
  row('SDA: signature missing', { aip: sda, changes: { '93': undefined } }, sdaMissing),
  row(
    'SDA: certificate one byte short',
    { aip: sda, changes: { '90': hex(issuerCertificate().certificate.slice(1)) } },
    sdaFailed,
  ),
  row('SDA: certificate header', { aip: sda, issuer: { header: 0x6b } }, sdaFailed),
  row('SDA: certificate trailer', { aip: sda, issuer: { trailer: 0xbd } }, sdaFailed),
  row('SDA: certificate format', { aip: sda, issuer: { format: 4 } }, sdaFailed),
  row('SDA: certificate hash', { aip: sda, issuer: { spoilHash: true } }, sdaFailed),
  row('SDA: certificate hash algorithm', { aip: sda, issuer: { hashAlgorithm: 2 } }, sdaFailed),
  row('SDA: certificate key algorithm', { aip: sda, issuer: { keyAlgorithm: 9 } }, sdaFailed),
  row('SDA: issuer of another range', { aip: sda, issuer: { subject: '541333FF' } }, sdaFailed),
  row(
    'SDA: issuer identifier of three digits',
    { aip: sda, issuer: { subject: '476FFFFF' } },
    { ends: good, tvr: '0200000000' },
  ),
  row(
    'SDA: issuer identifier of eight digits',
    { aip: sda, issuer: { subject: '47617390' } },
    { ends: good, tvr: '0200000000' },
  ),
  row(
    'SDA: issuer identifier of two digits',
    { aip: sda, issuer: { subject: '47FFFFFF' } },
    sdaFailed,
  ),
  row(
    'SDA: issuer identifier with filler inside',
    { aip: sda, issuer: { subject: '476F73FF' } },
    sdaFailed,
  ),
  row('SDA: certificate expired last month', { aip: sda, issuer: { expiry: '1026' } }, sdaFailed),
  row(
    'SDA: certificate good through this month',
    { aip: sda, issuer: { expiry: '1126' } },
    { ends: good, tvr: '0200000000' },
  ),
  row('SDA: certificate of the last century', { aip: sda, issuer: { expiry: '1250' } }, sdaFailed),
  row('SDA: certificate with month 13', { aip: sda, issuer: { expiry: '1330' } }, sdaFailed),
  row('SDA: certificate with month 00', { aip: sda, issuer: { expiry: '0030' } }, sdaFailed),
  row('SDA: issuer exponent swapped', { aip: sda, changes: { '9F32': '010001' } }, sdaFailed),
  row('SDA: issuer exponent 5', { aip: sda, issuer: { exponent: Uint8Array.of(5) } }, sdaFailed),
  row('SDA: signature header', { aip: sda, statics: { header: 0x4a } }, sdaFailed),
  row('SDA: signature trailer', { aip: sda, statics: { trailer: 0xcb } }, sdaFailed),
  row('SDA: signature format', { aip: sda, statics: { format: 5 } }, sdaFailed),
  row('SDA: signature hash', { aip: sda, statics: { spoilHash: true } }, sdaFailed),
  row('SDA: signature hash algorithm', { aip: sda, statics: { hashAlgorithm: 3 } }, sdaFailed),
  row('SDA: signature one byte long', { aip: sda, changes: { '93': 'BC' } }, sdaFailed),
  row(
    'SDA: signature above the modulus',
    { aip: sda, changes: { '93': 'FF'.repeat(192) } },
    sdaFailed,
  ),
  row(
    'SDA: terminal cannot, nothing else either',
    { aip: sda },
    { ends: good, tvr: '8000000000', tsi: '6800' },
    { config: { ...config, capabilities: fromHex('60F848') } },
  ),
  row(
    'SDA: signed record of file 12 without template 70',
    { aip: sda, afl: '080101016001010110010700', more: { 'read 12.1': 'DF010102'.concat('9000') } },
    sdaFailed,
  ),
];

const keyed = (changes: Changes): OdaCard => ({ aip: dda, changes });

/** Rows for DDA. */
const ddaCases: readonly KernelCase[] = [
  row('DDA good, default DDOL', { aip: dda }, { ...ddaGood, asks: ['internal'] }),
  row(
    'DDA good, DDOL of the card',
    { aip: dda, terminalData: `${unpredictable}0156`, changes: { '9F49': '9F37049F1A02' } },
    { ...ddaGood, sends: ['0088000006A5A5A5A5015600'] },
  ),
  row(
    'DDA good, answer in format 2',
    {
      aip: dda,
      more: {
        internal: ok(
          object(
            '77',
            object('9F4B', hex(signedDynamic(fromHex('0401020304'), fromHex(unpredictable)))),
          ),
        ),
      },
    },
    ddaGood,
  ),
  row('DDA: DDOL without the unpredictable number', keyed({ '9F49': '9F1A02' }), {
    ...ddaFailed,
    never: ['internal'],
  }),
  row('DDA: DDOL malformed', keyed({ '9F49': '9F37' }), { ...ddaFailed, never: ['internal'] }),
  row('DDA: DDOL empty', keyed({ '9F49': '' }), { ...ddaFailed, never: ['internal'] }),
  row(
    'DDA: configured default DDOL without the number',
    { aip: dda },
    { ...ddaFailed, never: ['internal'] },
    { application: { defaultDdol: fromHex('9F1A02') } },
  ),
  row(
    'DDA: terminal data of another transaction',
    { aip: dda, terminalData: 'A5A5A5A4' },
    ddaFailed,
  ),
  row('DDA: INTERNAL AUTHENTICATE refused', { aip: dda, more: { internal: '6985' } }, ddaFailed),
  row('DDA: INTERNAL AUTHENTICATE unknown', { aip: dda, more: { internal: '6D00' } }, ddaFailed),
  row('DDA: answer empty', { aip: dda, more: { internal: '9000' } }, ddaFailed),
  row(
    'DDA: answer in another template',
    { aip: dda, more: { internal: ok(object('70', '00')) } },
    ddaFailed,
  ),
  row(
    'DDA: format 2 without 9F4B',
    { aip: dda, more: { internal: ok(object('77', object('9F36', '0001'))) } },
    ddaFailed,
  ),
  row(
    'DDA: mute card',
    { aip: dda, more: { internal: 'fault:timeout' } },
    { ends: 'terminated/card-not-responding' },
  ),
  row(
    'DDA: signature of another length',
    { aip: dda, more: { internal: ok(object('80', '00'.repeat(127))) } },
    ddaFailed,
  ),
  row('DDA: signature header', { aip: dda, dynamic: { header: 0x6b } }, ddaFailed),
  row('DDA: signature trailer', { aip: dda, dynamic: { trailer: 0xbb } }, ddaFailed),
  row('DDA: signature format', { aip: dda, dynamic: { format: 3 } }, ddaFailed),
  row('DDA: signature hash', { aip: dda, dynamic: { spoilHash: true } }, ddaFailed),
  row('DDA: signature hash algorithm', { aip: dda, dynamic: { hashAlgorithm: 0 } }, ddaFailed),
  row(
    'DDA: dynamic data longer than there is room',
    { aip: dda, dynamic: { dataLength: 200 } },
    ddaFailed,
  ),
  row('DDA: dynamic number of one byte', { aip: dda, dynamicData: '0101' }, ddaFailed),
  row(
    'DDA: dynamic number of nine bytes',
    { aip: dda, dynamicData: '09010203040506070809' },
    ddaFailed,
  ),
  row('DDA: dynamic number longer than the data', { aip: dda, dynamicData: '080102' }, ddaFailed),
  row('DDA: no dynamic data', { aip: dda, dynamicData: '' }, ddaFailed),
  row('DDA: card certificate missing', keyed({ '9F46': undefined }), {
    ...ddaMissing,
    never: ['internal'],
  }),
  row('DDA: card exponent missing', keyed({ '9F47': undefined }), ddaMissing),
  row('DDA: issuer certificate missing', keyed({ '90': undefined }), ddaMissing),
  row('DDA: card certificate header', { aip: dda, icc: { header: 0x00 } }, ddaFailed),
  row('DDA: card certificate trailer', { aip: dda, icc: { trailer: 0x00 } }, ddaFailed),
  row('DDA: card certificate format', { aip: dda, icc: { format: 2 } }, ddaFailed),
  row('DDA: card certificate hash', { aip: dda, icc: { spoilHash: true } }, ddaFailed),
  row(
    'DDA: card certificate of another PAN',
    { aip: dda, icc: { subject: '4761739001010127FFFF' } },
    ddaFailed,
  ),
  row(
    'DDA: card certificate of a longer PAN',
    { aip: dda, icc: { subject: '47617390010101191FFF' } },
    ddaFailed,
  ),
  row('DDA: card certificate expired', { aip: dda, icc: { expiry: '1026' } }, ddaFailed),
  row(
    'DDA: card certificate good through this month',
    { aip: dda, icc: { expiry: '1126' } },
    ddaGood,
  ),
  row('DDA: card certificate key algorithm', { aip: dda, icc: { keyAlgorithm: 2 } }, ddaFailed),
  row('DDA: card certificate hash algorithm', { aip: dda, icc: { hashAlgorithm: 2 } }, ddaFailed),
  row(
    'DDA: static data changed',
    { aip: dda, signedAs: '5A0847617390010101275F2403301231' },
    ddaFailed,
  ),
  row('DDA: a key longer than 248 bytes', { aip: dda, icc: { keyLength: 249 } }, ddaFailed),
  row('DDA: a key of no bytes', { aip: dda, icc: { keyLength: 0 } }, ddaFailed),
  row('DDA: remainder where there is none', keyed({ '9F48': '00' }), ddaFailed),
  row('DDA: issuer remainder where there is none', keyed({ '92': '00' }), ddaFailed),
  row('DDA: remainder missing', { aip: dda, icc: { keyLength: 200 } }, ddaFailed),
  row('DDA: card exponent swapped', keyed({ '9F47': '010001' }), ddaFailed),
  row('DDA before SDA', { aip: '7800' }, { ...ddaGood, asks: ['internal'] }),
  row(
    'DDA not in the terminal: SDA',
    { aip: '7800' },
    { ends: good, tvr: '0200000000', never: ['internal'] },
    { config: { ...config, capabilities: fromHex('60F888') } },
  ),
  row(
    'a failed DDA does not fall back to SDA',
    { aip: '7800', dynamic: { spoilHash: true } },
    ddaFailed,
  ),
];

const list = { '8C': '9F3704', '8D': '8A029F3704' };
const answerData = tlv({ '9F27': '40', '9F36': '0002', '9F10': '06010A03A00000' });
const covered = (data: string, cdol1 = unpredictable): Uint8Array => fromHex(`${cdol1}${data}`);

function cdaAnswer(
  cid: string,
  options: {
    readonly inner?: number;
    readonly spoil?: boolean;
    readonly covered?: Uint8Array;
    readonly un?: string;
    readonly faults?: BlockFaults & { readonly dataLength?: number };
    readonly data?: string;
    readonly first?: boolean;
  } = {},
): string {
  const data = options.data ?? tlv({ '9F27': cid, '9F36': '0002', '9F10': '06010A03A00000' });
  const dynamicData = combinedData({
    cid: options.inner ?? Number.parseInt(cid, 16),
    covered: options.covered ?? covered(data),
    ...(options.spoil === undefined ? {} : { spoil: options.spoil }),
  });
  const signature = hex(
    signedDynamic(dynamicData, fromHex(options.un ?? unpredictable), options.faults),
  );
  const signed = object('9F4B', signature);
  return ok(object('77', options.first === true ? `${signed}${data}` : `${data}${signed}`));
}

const cdaCard = (ac1: string, more: CardScript = {}, changes: Changes = {}): OdaCard => ({
  aip: cda,
  changes: { ...list, ...changes },
  more: { ac1, ...more },
});
const cdaGood = { ends: good, tvr: '0000000000', tsi: 'E800', sends: ['80AE500004A5A5A5A500'] };
const cdaFailed = { ends: 'declined/cda-failed', tvr: '0400000000', tsi: 'E800', arc: 'Z1' };
const goOnline = { '9F0F': '0000000080', '97': undefined, '8C': '9F37049814' };
const tcHash = 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709';
const onlineCovered = (data: string): Uint8Array => covered(data, `${unpredictable}${tcHash}`);
const arqcData = tlv({ '9F27': '80', '9F36': '0002', '9F10': '06010A03A00000' });
const arqc = (options: Parameters<typeof cdaAnswer>[1] = {}): string =>
  cdaAnswer('80', { covered: onlineCovered(arqcData), ...options });
const second = (data: string, arc = '3030'): Uint8Array =>
  fromHex(`${unpredictable}${tcHash}${arc}${unpredictable}${data}`);
const sendOnline = {
  application: {
    tac: { denial: new Uint8Array(5), online: fromHex('0000000080'), default: new Uint8Array(5) },
  },
};

/** Rows for CDA. */
const cdaCases: readonly KernelCase[] = [
  row('CDA good', cdaCard(cdaAnswer('40')), cdaGood),
  row('CDA good, signature first', cdaCard(cdaAnswer('40', { first: true })), cdaGood),
  row(
    'CDA: card declines, no signature needed',
    cdaCard(ok(object('80', '0000021122334455667788'))),
    { ends: 'declined/offline-declined', tvr: '0000000000', arc: 'Z1' },
  ),
  row('CDA: answer in format 1', cdaCard(ok(object('80', '4000021122334455667788'))), cdaFailed),
  row(
    'CDA: format 2 without signature',
    cdaCard(ok(object('77', tlv({ '9F27': '40', '9F36': '0002', '9F26': '1122334455667788' })))),
    cdaFailed,
  ),
  row(
    'CDA: neither signature nor cryptogram',
    cdaCard(ok(object('77', tlv({ '9F27': '40', '9F36': '0002' })))),
    { ends: 'terminated/card-data-missing' },
  ),
  row(
    'CDA: type flipped outside (the wedge)',
    cdaCard(cdaAnswer('40', { inner: 0x80 })),
    cdaFailed,
  ),
  row('CDA: type flipped inside', cdaCard(cdaAnswer('40', { inner: 0x00 })), cdaFailed),
  row('CDA: hash of the transaction data', cdaCard(cdaAnswer('40', { spoil: true })), cdaFailed),
  row(
    'CDA: counter changed after signing',
    cdaCard(cdaAnswer('40', { covered: covered(answerData.replace('9F36020002', '9F36020003')) })),
    cdaFailed,
  ),
  row('CDA: another unpredictable number', cdaCard(cdaAnswer('40', { un: 'A5A5A5A4' })), cdaFailed),
  row(
    'CDA: CDOL 1 data not covered',
    cdaCard(cdaAnswer('40', { covered: fromHex(answerData) })),
    cdaFailed,
  ),
  row('CDA: signature hash', cdaCard(cdaAnswer('40', { faults: { spoilHash: true } })), cdaFailed),
  row('CDA: signature header', cdaCard(cdaAnswer('40', { faults: { header: 0x6b } })), cdaFailed),
  row('CDA: signature format', cdaCard(cdaAnswer('40', { faults: { format: 4 } })), cdaFailed),
  row(
    'CDA: dynamic data too short',
    cdaCard(cdaAnswer('40', { faults: { dataLength: 20 } })),
    cdaFailed,
  ),
  row(
    'CDA: key recovery fails, CDA not asked for',
    { ...cdaCard('ac:asked'), icc: { spoilHash: true } },
    { ends: good, tvr: '0400000000', tsi: 'E800', sends: ['80AE400004A5A5A5A500'] },
  ),
  row(
    'CDA: certificate missing',
    { ...cdaCard('ac:asked', {}, { '9F46': undefined }) },
    { ends: good, tvr: '2400000000', tsi: 'E800' },
  ),
  row(
    'CDA before DDA',
    { ...cdaCard(cdaAnswer('40')), aip: '3900' },
    { ...cdaGood, never: ['internal'] },
  ),
  row(
    'CDA not in the terminal: DDA',
    { ...cdaCard('ac:asked'), aip: '3900' },
    { ends: good, tvr: '0000000000', asks: ['internal'], sends: ['80AE400004A5A5A5A500'] },
    { config: { ...config, capabilities: fromHex('60F8C0') } },
  ),
  row(
    'CDA not in the terminal, nothing else either',
    cdaCard('ac:asked'),
    { ends: good, tvr: '8000000000', tsi: '6800' },
    { config: { ...config, capabilities: fromHex('60F8C0') } },
  ),
  row(
    'CDA with AAC asked for: none',
    cdaCard('ac:asked'),
    { ends: 'declined/offline-declined', sends: ['80AE000004A5A5A5A500'] },
    {
      application: {
        tac: {
          denial: fromHex('0000800000'),
          online: new Uint8Array(5),
          default: new Uint8Array(5),
        },
      },
      config: { ...config, capabilities: fromHex('60F0C8') },
    },
  ),
  row(
    'CDA on ARQC, then on TC',
    cdaCard(arqc(), { ac2: cdaAnswer('40', { covered: second(answerData) }) }, goOnline),
    { ends: 'approved/online-approved', tvr: '0000000080', tsi: 'E800' },
    sendOnline,
  ),
  row(
    'CDA on ARQC fails: AAC at once, no host',
    cdaCard(arqc({ spoil: true }), { ac2: 'ac:AAC' }, goOnline),
    { ends: 'declined/cda-failed', tvr: '0400000080', arc: 'Z1' },
    sendOnline,
  ),
  row(
    'CDA on the second TC fails: reversal',
    cdaCard(
      arqc(),
      { ac2: cdaAnswer('40', { covered: second(answerData), spoil: true }) },
      goOnline,
    ),
    { ends: 'declined/cda-failed', tvr: '0400000080', reversal: true },
    sendOnline,
  ),
  row(
    'CDA on the second TC: CDOL 2 data not covered',
    cdaCard(arqc(), { ac2: cdaAnswer('40', { covered: onlineCovered(answerData) }) }, goOnline),
    { ends: 'declined/cda-failed', reversal: true },
    sendOnline,
  ),
  row(
    'CDA mode 2: not on the second TC',
    cdaCard(arqc(), { ac2: 'ac:asked' }, goOnline),
    { ends: 'approved/online-approved', sends: ['80AE4000063030A5A5A5A500'] },
    { application: { ...sendOnline.application, cdaMode: 2 } },
  ),
  row(
    'CDA mode 3: on neither',
    cdaCard('ac:asked', { ac2: 'ac:asked' }, goOnline),
    {
      ends: 'approved/online-approved',
      tsi: '6800',
      sends: [`80AE800018${unpredictable}${tcHash}00`],
    },
    { application: { ...sendOnline.application, cdaMode: 3 } },
  ),
  row(
    'CDA mode 4: on the second TC only',
    cdaCard('ac:asked', { ac2: cdaAnswer('40', { covered: second(answerData) }) }, goOnline),
    { ends: 'approved/online-approved', tsi: 'E800', sends: ['80AE5000063030A5A5A5A500'] },
    { application: { ...sendOnline.application, cdaMode: 4 } },
  ),
  row(
    'CDA and unable to go online: on the TC',
    cdaCard(arqc(), { ac2: cdaAnswer('40', { covered: second(answerData, '5933') }) }, goOnline),
    { ends: 'approved/unable-to-go-online-approved', arc: 'Y3' },
    { ...sendOnline, people: { online: { type: 'online', result: 'unable' } } },
  ),
  row(
    'CDA and declined by the host: AAC without',
    cdaCard(arqc(), { ac2: 'ac:asked' }, goOnline),
    { ends: 'declined/online-declined', sends: ['80AE0000063035A5A5A5A500'] },
    {
      ...sendOnline,
      people: { online: { type: 'online', result: 'answered', arc: '05', decision: 'declined' } },
    },
  ),
];

/** Area 5. */
export const authenticationCases: readonly KernelCase[] = [...sdaCases, ...ddaCases, ...cdaCases];
