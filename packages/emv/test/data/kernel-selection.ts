// Area 2: application selection. Area 3: GET PROCESSING OPTIONS.
import { fromHex } from '@chipswitch/bytes';
import {
  aid,
  fci,
  gpo,
  type KernelCase,
  object,
  ok,
  plainApplication,
  tlv,
} from '../kernel-fixture.ts';

const good = 'approved/offline-approved';
const dataError = 'terminated/card-data-error';
const none = 'terminated/no-application';
const pse = '315041592E5359532E4444463031';
const other = 'A0000000032010';
const long = `${aid}0102`;
const selectPse = `select ${pse}`;
const selectOther = `select ${other}`;
const selectPlain = `select ${aid}`;
const nextPlain = `next ${aid}`;
const pseFci = fci(pse, { '88': '01', '5F2D': '7A68' });
const entry = (name: string, priority = '01', label = '56495341'): string =>
  object('61', tlv({ '4F': name, '50': label, '87': priority }));
const directory = (...entries: readonly string[]): string => ok(object('70', entries.join('')));
const usePse = { pse: true };
const two = {
  pse: true,
  applications: [plainApplication, { ...plainApplication, aid: fromHex(other), match: 'exact' }],
} as const;
const unattended = { ...two, cardholderChoice: false };

/** Area 2. */
export const selectionCases: readonly KernelCase[] = [
  {
    name: 'PSE with one entry',
    config: usePse,
    card: {
      [selectPse]: fci(pse, { '88': '02', '5F2D': '7A68' }),
      'read 2.1': directory(entry(aid)),
    },
    expect: { ends: good, asks: [selectPse, 'read 2.1', 'read 2.2', selectPlain] },
  },
  {
    name: 'PSE absent: the list of AIDs',
    config: usePse,
    card: { [selectPse]: '6A82' },
    expect: { ends: good, asks: [selectPse, selectPlain] },
  },
  {
    name: 'PSE blocked: the list of AIDs',
    config: usePse,
    card: { [selectPse]: `${pseFci.slice(0, -4)}6283` },
    expect: { ends: good, asks: [selectPse, selectPlain] },
  },
  {
    name: 'PSE: another status',
    config: usePse,
    card: { [selectPse]: '6985' },
    expect: { ends: good },
  },
  {
    name: 'PSE: card blocked 6A81',
    config: usePse,
    card: { [selectPse]: '6A81' },
    expect: { ends: 'terminated/card-blocked', never: [selectPlain] },
  },
  {
    name: 'PSE not tried when configured off',
    config: { pse: false },
    expect: { ends: good, never: [selectPse] },
  },
  {
    name: 'PSE FCI without template 6F',
    config: usePse,
    card: { [selectPse]: ok(object('70', '')) },
    expect: { ends: good, never: ['read 1.2'] },
  },
  {
    name: 'PSE FCI without 88',
    config: usePse,
    card: { [selectPse]: fci(pse, { '5F2D': '7A68' }) },
    expect: { ends: good },
  },
  {
    name: 'PSE FCI with file 0',
    config: usePse,
    card: { [selectPse]: fci(pse, { '88': '00' }) },
    expect: { ends: good },
  },
  {
    name: 'PSE FCI with file 11',
    config: usePse,
    card: { [selectPse]: fci(pse, { '88': '0B' }) },
    expect: { ends: good, never: ['read 11.1'] },
  },
  {
    name: 'PSE FCI with two bytes in 88',
    config: usePse,
    card: { [selectPse]: fci(pse, { '88': '0101' }) },
    expect: { ends: good },
  },
  {
    name: 'PSE FCI cut short',
    config: usePse,
    card: { [selectPse]: `${pseFci.slice(0, 20)}9000` },
    expect: { ends: good },
  },
  { name: 'PSE FCI empty', config: usePse, card: { [selectPse]: '9000' }, expect: { ends: good } },
  {
    name: 'PSE without records: the list of AIDs',
    config: usePse,
    card: { [selectPse]: fci(pse, { '88': '02' }) },
    expect: { ends: good, asks: ['read 2.1', selectPlain] },
  },
  {
    name: 'PSE record refused: the list of AIDs',
    config: usePse,
    card: {
      [selectPse]: fci(pse, { '88': '02' }),
      'read 2.1': directory(entry(aid)),
      'read 2.2': '6985',
    },
    expect: { ends: good, asks: ['read 2.2', selectPlain] },
  },
  {
    name: 'PSE record malformed: the list of AIDs',
    config: usePse,
    card: { [selectPse]: fci(pse, { '88': '02' }), 'read 2.1': ok('7010') },
    expect: { ends: good, asks: ['read 2.1', selectPlain] },
  },
  {
    name: 'PSE record in a wrong template',
    config: usePse,
    card: { [selectPse]: fci(pse, { '88': '02' }), 'read 2.1': ok(object('77', entry(aid))) },
    expect: { ends: good },
  },
  {
    name: 'PSE record without entries',
    config: usePse,
    card: {
      [selectPse]: fci(pse, { '88': '02' }),
      'read 2.1': ok(object('70', '')),
      'read 2.2': directory(entry(aid)),
    },
    expect: { ends: good, asks: ['read 2.1', 'read 2.2', 'read 2.3'] },
  },
  {
    name: 'PSE entry without AID',
    config: usePse,
    card: {
      [selectPse]: fci(pse, { '88': '02' }),
      'read 2.1': directory(object('61', object('50', '56')), entry(aid)),
    },
    expect: { ends: good, asks: ['read 2.2'] },
  },
  {
    name: 'PSE entry with an AID of four bytes',
    config: usePse,
    card: { [selectPse]: fci(pse, { '88': '02' }), 'read 2.1': directory(entry('A0000000')) },
    expect: { ends: good, asks: [selectPlain] },
  },
  {
    name: 'PSE entry with an AID of 17 bytes',
    config: usePse,
    card: {
      [selectPse]: fci(pse, { '88': '02' }),
      'read 2.1': directory(entry(`${aid}${'00'.repeat(10)}`)),
    },
    expect: { ends: good },
  },
  {
    name: 'PSE: several entries in one record',
    config: two,
    card: {
      [selectPse]: fci(pse, { '88': '02' }),
      'read 2.1': directory(entry(other, '02'), entry(aid, '01')),
    },
    expect: { ends: good, asks: [selectPlain], never: [selectOther] },
  },
  {
    name: 'PSE never says 6A83',
    config: usePse,
    card: {
      [selectPse]: fci(pse, { '88': '02' }),
      ...Object.fromEntries(
        Array.from({ length: 255 }, (_, i) => [`read 2.${i + 1}`, directory(entry(aid))]),
      ),
    },
    expect: { ends: good, asks: ['read 2.32'], never: ['read 2.33'] },
  },
  {
    name: 'PSE: partial name',
    config: usePse,
    card: {
      [selectPse]: fci(pse, { '88': '02' }),
      'read 2.1': directory(entry(long)),
      [`select ${long}`]: fci(long),
    },
    expect: { ends: good, asks: [`select ${long}`] },
  },
  {
    name: 'PSE: partial name of an exact AID',
    config: usePse,
    application: { match: 'exact' },
    card: { [selectPse]: fci(pse, { '88': '02' }), 'read 2.1': directory(entry(long)) },
    expect: { ends: good, never: [`select ${long}`] },
  },
  {
    name: 'PSE: shorter name than the AID',
    config: usePse,
    card: { [selectPse]: fci(pse, { '88': '02' }), 'read 2.1': directory(entry('A00000000310')) },
    expect: { ends: good, never: ['select A00000000310'] },
  },
  {
    name: 'priority: the lower number first',
    config: unattended,
    card: {
      [selectPse]: fci(pse, { '88': '02' }),
      'read 2.1': directory(entry(aid, '02'), entry(other, '01')),
      [selectOther]: fci(other),
    },
    expect: { ends: good, asks: [selectOther], never: [selectPlain] },
  },
  {
    name: 'priority: a tie keeps the order of the card',
    config: unattended,
    card: {
      [selectPse]: fci(pse, { '88': '02' }),
      'read 2.1': directory(entry(other, '03'), entry(aid, '03')),
      [selectOther]: fci(other),
    },
    expect: { ends: good, asks: [selectOther], never: [selectPlain] },
  },
  {
    name: 'priority: zero comes last',
    config: unattended,
    card: {
      [selectPse]: fci(pse, { '88': '02' }),
      'read 2.1': directory(entry(other, '00'), entry(aid, '0F')),
    },
    expect: { ends: good, asks: [selectPlain], never: [selectOther] },
  },
  {
    name: 'nobody to confirm: the next without the bit',
    config: unattended,
    card: {
      [selectPse]: fci(pse, { '88': '02' }),
      'read 2.1': directory(entry(other, '81'), entry(aid, '02')),
    },
    expect: { ends: good, asks: [selectPlain], never: [selectOther] },
  },
  {
    name: 'nobody to confirm: none left',
    config: unattended,
    card: { [selectPse]: fci(pse, { '88': '02' }), 'read 2.1': directory(entry(other, '81')) },
    expect: { ends: none },
  },
  {
    name: 'one application that wants confirmation, confirmed',
    card: { [selectPlain]: fci(aid, { '50': '56', '87': '81' }) },
    expect: { ends: good },
  },
  {
    name: 'one application that wants confirmation, refused',
    card: { [selectPlain]: fci(aid, { '50': '56', '87': '81' }) },
    people: { 'confirm-application': { type: 'confirm-application', confirmed: false } },
    expect: { ends: 'cancelled/cardholder-cancelled' },
  },
  {
    name: 'choice: the second one',
    config: two,
    card: {
      [selectPse]: fci(pse, { '88': '02' }),
      'read 2.1': directory(entry(aid), entry(other, '02')),
      [selectOther]: fci(other),
    },
    people: { 'choose-application': { type: 'choose-application', index: 1 } },
    expect: { ends: good, asks: [selectOther] },
  },
  {
    name: 'choice: none',
    config: two,
    card: {
      [selectPse]: fci(pse, { '88': '02' }),
      'read 2.1': directory(entry(aid), entry(other, '02')),
    },
    people: { 'choose-application': { type: 'choose-application', index: undefined } },
    expect: { ends: 'cancelled/cardholder-cancelled' },
  },
  {
    name: 'choice: one that is not there',
    config: two,
    card: {
      [selectPse]: fci(pse, { '88': '02' }),
      'read 2.1': directory(entry(aid), entry(other, '02')),
    },
    people: { 'choose-application': { type: 'choose-application', index: 7 } },
    expect: { ends: 'cancelled/cardholder-cancelled' },
  },
  { name: 'nothing in common', card: { [selectPlain]: '6A82' }, expect: { ends: none } },
  {
    name: 'list of AIDs: 6A81 at the first',
    card: { [selectPlain]: '6A81' },
    expect: { ends: 'terminated/card-blocked' },
  },
  {
    name: 'list of AIDs: 6A81 later is no block',
    config: { applications: [{ ...plainApplication, aid: fromHex(other) }, plainApplication] },
    card: { [selectPlain]: '6A81' },
    expect: { ends: none },
  },
  {
    name: 'list of AIDs: application blocked',
    card: { [selectPlain]: `${fci(aid).slice(0, -4)}6283` },
    expect: { ends: none, never: ['gpo'] },
  },
  {
    name: 'list of AIDs: blocked one skipped, the next taken',
    config: { applications: [{ ...plainApplication, aid: fromHex(other) }, plainApplication] },
    card: { [selectOther]: `${fci(other).slice(0, -4)}6283` },
    expect: { ends: good, asks: [selectOther, selectPlain] },
  },
  {
    name: 'list of AIDs: partial name, then next',
    card: { [selectPlain]: fci(long), [`select ${long}`]: fci(long) },
    expect: { ends: good, asks: [selectPlain, nextPlain, `select ${long}`] },
  },
  { name: 'list of AIDs: exact name, no next', expect: { ends: good, never: [nextPlain] } },
  {
    name: 'list of AIDs: partial name though exact is wanted, then next',
    application: { match: 'exact' },
    card: { [selectPlain]: [fci(long), fci(aid)], [nextPlain]: fci(aid) },
    expect: { ends: good, asks: [selectPlain, nextPlain, selectPlain] },
  },
  {
    name: 'list of AIDs: the same name for ever',
    card: { [selectPlain]: fci(long), [nextPlain]: fci(long), [`select ${long}`]: fci(long) },
    expect: {
      ends: good,
      asks: [selectPlain, ...Array.from({ length: 15 }, () => nextPlain), `select ${long}`],
    },
  },
  {
    name: 'list of AIDs: next blocked',
    card: {
      [selectPlain]: fci(long),
      [nextPlain]: [`${fci(`${aid}03`).slice(0, -4)}6283`, '6A82'],
      [`select ${long}`]: fci(long),
    },
    expect: { ends: good, asks: [nextPlain, nextPlain, `select ${long}`] },
  },
  {
    name: 'list of AIDs: another name than asked',
    card: { [selectPlain]: fci(other) },
    expect: { ends: none },
  },
  {
    name: 'list of AIDs: FCI malformed',
    card: { [selectPlain]: ok('6F10') },
    expect: { ends: none },
  },
  {
    name: 'list of AIDs: FCI without name',
    card: { [selectPlain]: ok(object('6F', object('A5', object('50', '56')))) },
    expect: { ends: none },
  },
  {
    name: 'final select refused, nothing left',
    card: { [selectPlain]: [fci(aid), '6985'] },
    expect: { ends: 'terminated/application-not-accepted' },
  },
  {
    name: 'final select answers another name',
    card: { [selectPlain]: [fci(aid), fci(other)] },
    expect: { ends: dataError },
  },
  {
    name: 'final select malformed',
    card: { [selectPlain]: [fci(aid), '6F01849000'] },
    expect: { ends: dataError },
  },
  {
    name: 'final select mute: fallback',
    card: { [selectPlain]: [fci(aid), 'fault:timeout'] },
    expect: { ends: 'fallback/card-not-responding' },
  },
  {
    name: 'mute from the start: fallback',
    card: { [selectPlain]: 'fault:timeout' },
    expect: { ends: 'fallback/card-not-responding' },
  },
  {
    name: 'mute from the start, fallback not allowed',
    config: { fallback: false },
    card: { [selectPlain]: 'fault:timeout' },
    expect: { ends: 'terminated/card-not-responding' },
  },
  {
    name: 'pulled out: no fallback',
    card: { [selectPlain]: 'fault:removed' },
    expect: { ends: 'terminated/card-removed' },
  },
  {
    name: 'protocol error: fallback',
    card: { [selectPlain]: 'fault:protocol' },
    expect: { ends: 'fallback/card-protocol-error' },
  },
  {
    name: 'answer in parts (61xx)',
    card: { [selectPlain]: '6110', script: fci(aid) },
    expect: { ends: good },
  },
  {
    name: 'answer in parts for ever',
    card: { [selectPlain]: '6110', script: '6110' },
    expect: { ends: 'fallback/card-protocol-error' },
  },
];

const pdol = (value: string): Record<string, string> => ({
  [selectPlain]: fci(aid, { '50': '56495341', '9F38': value }),
});

/** Area 3. */
export const gpoCases: readonly KernelCase[] = [
  { name: 'no PDOL', expect: { ends: good, sends: ['80A8000002830000'] } },
  {
    name: 'PDOL: amount',
    card: pdol('9F0206'),
    expect: { ends: good, sends: ['80A8000008830600000000500000'] },
  },
  {
    name: 'PDOL: unknown tag becomes zeros',
    card: pdol('9F5502'),
    expect: { ends: good, sends: ['80A80000048302000000'] },
  },
  {
    name: 'PDOL: numeric cut on the left',
    card: pdol('9F0202'),
    expect: { ends: good, sends: ['80A80000048302500000'] },
  },
  {
    name: 'PDOL: numeric filled on the left',
    card: pdol('9F1A03'),
    expect: { ends: good, sends: ['80A8000005830300015600'] },
  },
  {
    name: 'PDOL: binary cut on the right',
    card: pdol('9F3302'),
    expect: { ends: good, sends: ['80A8000004830260F800'] },
  },
  {
    name: 'PDOL: binary filled on the right',
    card: pdol('9F3304'),
    expect: { ends: good, sends: ['80A8000006830460F8C80000'] },
  },
  {
    name: 'PDOL: template becomes zeros',
    card: pdol('7002'),
    expect: { ends: good, sends: ['80A80000048302000000'] },
  },
  {
    name: 'PDOL: a tag twice',
    card: pdol('9F1A029F1A02'),
    expect: { ends: good, sends: ['80A800000683040156015600'] },
  },
  {
    name: 'PDOL: length zero',
    card: pdol('9F0200'),
    expect: { ends: good, sends: ['80A8000002830000'] },
  },
  {
    name: 'PDOL: 128 bytes, length 81',
    card: pdol('9F5580'),
    expect: { ends: good, sends: [`80A8000083838180${'00'.repeat(128)}00`] },
  },
  {
    name: 'PDOL: more than a command holds',
    card: pdol('9F55FF9F5610'),
    expect: { ends: dataError, never: ['gpo'] },
  },
  {
    name: 'PDOL: ends in a tag',
    card: pdol('9F02069F1A'),
    expect: { ends: dataError, never: ['gpo'] },
  },
  {
    name: 'PDOL: ends inside a tag',
    card: pdol('9F02069F'),
    expect: { ends: dataError, never: ['gpo'] },
  },
  { name: 'format 1', card: { gpo: ok(object('80', '180008010100')) }, expect: { ends: good } },
  {
    name: 'format 1 without locator',
    card: { gpo: ok(object('80', '1800')) },
    expect: { ends: 'terminated/card-data-missing' },
  },
  {
    name: 'format 1 of one byte',
    card: { gpo: ok(object('80', '18')) },
    expect: { ends: 'terminated/card-data-missing' },
  },
  {
    name: 'format 1 with a locator of 5 bytes',
    card: { gpo: ok(object('80', '18000801010000')) },
    expect: { ends: dataError },
  },
  {
    name: 'format 2 without AIP',
    card: { gpo: ok(object('77', object('94', '08010100'))) },
    expect: { ends: 'terminated/card-data-missing' },
  },
  {
    name: 'format 2 without locator',
    card: { gpo: ok(object('77', object('82', '1800'))) },
    expect: { ends: 'terminated/card-data-missing' },
  },
  {
    name: 'format 2 with a locator of 3 bytes',
    card: { gpo: gpo('1800', '080101') },
    expect: { ends: dataError },
  },
  {
    name: 'format 2 with an empty locator',
    card: { gpo: gpo('1800', '') },
    expect: { ends: 'terminated/card-data-missing' },
  },
  {
    name: 'format 2 with a locator of 256 bytes',
    card: { gpo: ok('778201088202180094820100' + '08010100'.repeat(64)) },
    expect: { ends: 'fallback/card-answer-too-long' },
  },
  {
    name: 'format 2 with an AIP of one byte',
    card: { gpo: gpo('18', '08010100') },
    expect: { ends: 'terminated/card-data-missing' },
  },
  {
    name: 'format 2 with an AIP of three bytes',
    card: { gpo: gpo('180000', '08010100') },
    expect: { ends: 'terminated/card-data-missing' },
  },
  {
    name: 'format 2 with more objects',
    card: { gpo: ok(object('77', tlv({ '82': '1800', '94': '08010100', '9F36': '0001' }))) },
    expect: { ends: good },
  },
  {
    name: 'format 2 with the AIP twice',
    card: { gpo: ok(object('77', '8202180082021800940408010100')) },
    expect: { ends: dataError },
  },
  {
    name: 'another template',
    card: { gpo: ok(object('70', '82021800940408010100')) },
    expect: { ends: dataError },
  },
  { name: 'empty answer', card: { gpo: '9000' }, expect: { ends: dataError } },
  { name: 'garbage', card: { gpo: 'DEADBEEF9000' }, expect: { ends: dataError } },
  {
    name: 'bytes after the template',
    card: { gpo: `${gpo('1800', '08010100').slice(0, -4)}82009000` },
    expect: { ends: dataError },
  },
  {
    name: '6985 with nothing else to select',
    card: { gpo: '6985' },
    expect: { ends: 'terminated/application-not-accepted' },
  },
  {
    name: '6985, then the other application',
    config: { applications: [plainApplication, { ...plainApplication, aid: fromHex(other) }] },
    card: {
      [selectOther]: fci(other, { '50': '56', '87': '02' }),
      gpo: ['6985', gpo('1800', '08010100')],
    },
    expect: { ends: good, asks: ['gpo', selectOther, 'gpo'] },
  },
  { name: '6A81', card: { gpo: '6A81' }, expect: { ends: 'terminated/card-status-error' } },
  { name: '6300', card: { gpo: '6300' }, expect: { ends: 'terminated/card-status-error' } },
  {
    name: 'mute: fallback',
    card: { gpo: 'fault:timeout' },
    expect: { ends: 'fallback/card-not-responding' },
  },
  {
    name: 'AIP without anything: no verification, risk management all the same',
    card: { gpo: gpo('0000', '08010100') },
    expect: { ends: good, tsi: '2800', cvm: '3F0000' },
  },
  {
    name: 'AIP without anything, risk management only when asked',
    config: { riskManagementAlways: false },
    card: { gpo: gpo('0000', '08010100') },
    expect: { ends: good, tsi: '2000' },
  },
];
