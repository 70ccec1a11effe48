// Area 1: data objects. Area 4: reading application data.
import {
  type KernelCase,
  cardObjects,
  changed,
  gpo,
  object,
  ok,
  record,
  tlv,
} from '../kernel-fixture.ts';

const good = 'approved/offline-approved';
const dataError = 'terminated/card-data-error';
const missing = 'terminated/card-data-missing';
const redundant = 'terminated/card-data-redundant';
const status = 'terminated/card-status-error';
const body = tlv(cardObjects);
const half = Math.floor(Object.keys(cardObjects).length / 2);
const [front, back] = [
  Object.fromEntries(Object.entries(cardObjects).slice(0, half)),
  Object.fromEntries(Object.entries(cardObjects).slice(half)),
];

const read = (answer: string): { card: { 'read 1.1': string } } => ({
  card: { 'read 1.1': answer },
});

/** Area 1. */
export const dataObjectCases: readonly KernelCase[] = [
  {
    name: 'the plain card is approved offline',
    expect: { ends: good, tvr: '8000000000', tsi: '6800' },
  },
  {
    name: '00 before the template',
    ...read(ok(`0000${object('70', body)}`)),
    expect: { ends: good },
  },
  {
    name: '00 after the template',
    ...read(ok(`${object('70', body)}000000`)),
    expect: { ends: good },
  },
  {
    name: '00 between objects',
    ...read(ok(object('70', `${tlv(front)}0000${tlv(back)}`))),
    expect: { ends: good },
  },
  { name: '00 inside, at the end', ...read(ok(object('70', `${body}00`))), expect: { ends: good } },
  {
    name: 'length in two bytes where one would do',
    ...read(ok(object('70', body.replace('5A08', '5A8108')))),
    expect: { ends: good },
  },
  {
    name: 'length of the template not minimal',
    ...read(ok(`7082${(body.length / 2).toString(16).padStart(4, '0')}${body}`)),
    expect: { ends: good },
  },
  { name: 'length 80 (indefinite)', ...read(ok(`7080${body}0000`)), expect: { ends: dataError } },
  { name: 'length 85', ...read(ok(`70850000000001${body}`)), expect: { ends: dataError } },
  {
    name: 'template longer than the answer',
    ...read(ok(`707F${body.slice(0, 20)}`)),
    expect: { ends: dataError },
  },
  {
    name: 'object longer than its template',
    ...read(ok(object('70', `${body}9F7F7F00`))),
    expect: { ends: dataError },
  },
  {
    name: 'tag without end',
    ...read(ok(object('70', `${body}9FFFFFFFFF01`))),
    expect: { ends: dataError },
  },
  {
    name: 'tag without length',
    ...read(ok(object('70', `${body}9F55`))),
    expect: { ends: dataError },
  },
  { name: 'unknown tag', ...read(changed({ '9F55': '00' })), expect: { ends: good } },
  {
    name: 'private tag of three bytes',
    ...read(changed({ DF8101: '0102' })),
    expect: { ends: good },
  },
  {
    name: 'unknown template with objects',
    ...read(ok(object('70', `${body}${object('BF0C', object('9F4D', '0B0A'))}`))),
    expect: { ends: good },
  },
  { name: 'optional object empty', ...read(changed({ '5F20': '' })), expect: { ends: good } },
  { name: 'PAN empty', ...read(changed({ '5A': '' })), expect: { ends: dataError } },
  { name: 'wrong template 77', ...read(ok(object('77', body))), expect: { ends: dataError } },
  { name: 'no template at all', ...read(ok(body)), expect: { ends: dataError } },
  {
    name: 'two templates',
    ...read(ok(object('70', tlv(front)), object('70', tlv(back)))),
    expect: { ends: dataError },
  },
  { name: 'empty record', ...read('9000'), expect: { ends: dataError } },
  { name: 'empty template', ...read(ok('7000')), expect: { ends: missing } },
  {
    name: 'PAN twice, equal',
    ...read(ok(object('70', `${body}${object('5A', cardObjects['5A'])}`))),
    expect: { ends: redundant },
  },
  {
    name: 'PAN twice, different',
    ...read(ok(object('70', `${body}${object('5A', '4761739001010127')}`))),
    expect: { ends: redundant },
  },
  {
    name: 'CDOL 1 twice',
    ...read(ok(object('70', `${body}${object('8C', '9F3704')}`))),
    expect: { ends: redundant },
  },
  {
    name: 'AIP in a record as well',
    ...read(ok(object('70', `${body}${object('82', '1800')}`))),
    expect: { ends: good },
  },
  {
    name: 'expiration date missing',
    ...read(changed({ '5F24': undefined })),
    expect: { ends: missing },
  },
  { name: 'PAN missing', ...read(changed({ '5A': undefined })), expect: { ends: missing } },
  { name: 'CDOL 1 missing', ...read(changed({ '8C': undefined })), expect: { ends: missing } },
  { name: 'CDOL 2 missing', ...read(changed({ '8D': undefined })), expect: { ends: missing } },
  {
    name: 'PAN with a letter',
    ...read(changed({ '5A': '47617390010101A9' })),
    expect: { ends: dataError },
  },
  {
    name: 'PAN with filler in the middle',
    ...read(changed({ '5A': '4761FF9001010119' })),
    expect: { ends: dataError },
  },
  {
    name: 'PAN padded with F',
    ...read(changed({ '5A': '4761739001010119FFFF' })),
    expect: { ends: good },
  },
  {
    name: 'PAN of 19 digits',
    ...read(changed({ '5A': '4761739001010119123F' })),
    expect: { ends: good },
  },
  {
    name: 'PAN of 11 bytes',
    ...read(changed({ '5A': '4761739001010119FFFFFF' })),
    expect: { ends: dataError },
  },
  {
    name: 'date with month 13',
    ...read(changed({ '5F24': '301331' })),
    expect: { ends: dataError },
  },
  {
    name: 'date with month 00',
    ...read(changed({ '5F24': '300031' })),
    expect: { ends: dataError },
  },
  { name: 'date with day 32', ...read(changed({ '5F24': '301232' })), expect: { ends: dataError } },
  {
    name: 'date with letters',
    ...read(changed({ '5F24': '30AA31' })),
    expect: { ends: dataError },
  },
  { name: 'date of two bytes', ...read(changed({ '5F24': '3012' })), expect: { ends: dataError } },
  {
    name: 'effective date with letters',
    ...read(changed({ '5F25': '2A0101' })),
    expect: { ends: dataError },
  },
  {
    name: 'usage control of one byte',
    ...read(changed({ '9F07': 'FF' })),
    expect: { ends: dataError },
  },
  {
    name: 'issuer action code of four bytes',
    ...read(changed({ '9F0D': '00000000' })),
    expect: { ends: dataError },
  },
  {
    name: 'country of three bytes',
    ...read(changed({ '5F28': '000156' })),
    expect: { ends: dataError },
  },
  {
    name: 'sequence number of two bytes',
    ...read(changed({ '5F34': '0001' })),
    expect: { ends: dataError },
  },
  { name: 'CDOL 1 empty', ...read(changed({ '8C': '' })), expect: { ends: dataError } },
  {
    name: 'CDOL 1 ends in a tag',
    ...read(changed({ '8C': '9F02069F37' })),
    expect: { ends: dataError, never: ['ac1'] },
  },
  {
    name: 'CDOL 1 asks for more than a command holds',
    ...read(changed({ '8C': '9F02FF9F0306' })),
    expect: { ends: dataError, never: ['ac1'] },
  },
  {
    name: 'a record cannot set the TVR',
    ...read(changed({ '95': 'FFFFFFFFFF' })),
    expect: { ends: good, tvr: '8000000000' },
  },
  {
    name: 'a record cannot set the amount',
    ...read(changed({ '9F02': '000000000001' })),
    expect: { ends: good, sends: ['80AE40001700000000500001568000000000015626112200A5A5A5A500'] },
  },
  {
    name: 'nesting 40 deep',
    ...read(
      ok(
        object(
          '70',
          `${body}${Array.from({ length: 40 }).reduce<string>((inside) => object('E1', inside), '')}`,
        ),
      ),
    ),
    expect: { ends: dataError },
  },
];

const reads = (afl: string, records: Record<string, string>): Pick<KernelCase, 'card'> => ({
  card: { gpo: gpo('1800', afl), ...records },
});

/** Area 4. */
export const readCases: readonly KernelCase[] = [
  {
    name: 'two records of one file',
    ...reads('08010200', { 'read 1.1': record(front), 'read 1.2': record(back) }),
    expect: { ends: good, asks: ['read 1.1', 'read 1.2'] },
  },
  {
    name: 'two files in the order of the locator',
    ...reads('1001010008010100', { 'read 2.1': record(back), 'read 1.1': record(front) }),
    expect: { ends: good, asks: ['read 2.1', 'read 1.1'] },
  },
  { name: 'the same record twice', ...reads('0801010008010100', {}), expect: { ends: redundant } },
  { name: 'file 0', ...reads('00010100', {}), expect: { ends: dataError } },
  { name: 'file 31', ...reads('F8010100', {}), expect: { ends: dataError } },
  {
    name: 'low bits of the file identifier set',
    ...reads('0C010100', {}),
    expect: { ends: dataError },
  },
  { name: 'record 0', ...reads('08000100', {}), expect: { ends: dataError } },
  { name: 'last before first', ...reads('08020100', {}), expect: { ends: dataError } },
  {
    name: 'more signed records than records',
    ...reads('08010102', {}),
    expect: { ends: dataError },
  },
  {
    name: 'locator naming 129 records: more than any card has',
    ...reads('08018100', {}),
    expect: { ends: dataError, never: ['read 1.1'] },
  },
  {
    name: 'locator naming 128 records',
    ...reads(
      '08018000',
      Object.fromEntries(Array.from({ length: 127 }, (_, i) => [`read 1.${i + 2}`, '70009000'])),
    ),
    expect: { ends: good, asks: ['read 1.1', 'read 1.128'] },
  },
  { name: 'record not found', ...reads('08010200', {}), expect: { ends: status } },
  {
    name: 'record refused 6985',
    ...reads('08010100', { 'read 1.1': '6985' }),
    expect: { ends: status },
  },
  {
    name: 'record with a warning 6282',
    ...reads('08010100', { 'read 1.1': `${record(cardObjects).slice(0, -4)}6282` }),
    expect: { ends: status },
  },
  {
    name: 'record of file 12 without template 70',
    ...reads('0801010060010100', { 'read 12.1': 'DF010201029000' }),
    expect: { ends: good },
  },
  {
    name: 'record of file 12 with template 70',
    ...reads('0801010060010100', { 'read 12.1': record({ '5F30': '0201' }) }),
    expect: { ends: good },
  },
  {
    name: 'record of file 30',
    ...reads('08010100F0010100', { 'read 30.1': record({ '5F30': '0201' }) }),
    expect: { ends: good },
  },
  {
    name: 'record of file 10 without template 70',
    ...reads('0801010050010100', { 'read 10.1': 'DF010201029000' }),
    expect: { ends: dataError },
  },
  {
    name: 'trailing bytes after the template',
    ...reads('08010100', { 'read 1.1': `${record(cardObjects).slice(0, -4)}9F019000` }),
    expect: { ends: dataError },
  },
  {
    name: 'wrong length: 6C with the right one',
    ...reads('08010100', { 'read 1.1': ['6C20', record(cardObjects)] as unknown as string }),
    expect: { ends: good },
  },
  {
    name: '6C again and again',
    ...reads('08010100', { 'read 1.1': '6C20' }),
    expect: { ends: status },
  },
  {
    name: 'the card is slow',
    ...reads('08010100', { 'read 1.1': 'fault:timeout' }),
    expect: { ends: 'terminated/card-not-responding' },
  },
  {
    name: 'the card is pulled out',
    ...reads('08010100', { 'read 1.1': 'fault:removed' }),
    expect: { ends: 'terminated/card-removed' },
  },
  {
    name: 'the card answers too long',
    ...reads('08010100', { 'read 1.1': `${'00'.repeat(300)}9000` }),
    expect: { ends: 'terminated/card-answer-too-long' },
  },
  {
    name: 'the card answers one byte',
    ...reads('08010100', { 'read 1.1': '90' }),
    expect: { ends: 'terminated/card-protocol-error' },
  },
  {
    name: 'the card answers nothing',
    ...reads('08010100', { 'read 1.1': '' }),
    expect: { ends: 'terminated/card-protocol-error' },
  },
];
