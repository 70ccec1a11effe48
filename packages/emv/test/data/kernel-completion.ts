// Area 10: GENERATE AC. Area 11: completion. Area 12: issuer scripts.
import { fromHex } from '@chipswitch/bytes';
import type { IssuerDecision, KernelAnswer } from '../../src/index.ts';
import { type KernelCase, acAnswer, changed, gpo, object, ok, tlv } from '../kernel-fixture.ts';

const good = 'approved/offline-approved';
const onlineGood = 'approved/online-approved';
const refused = 'declined/offline-declined';
const online = { '9F0F': '8000000000' };
const deny = { '9F0E': '8000000000' };
const dataError = 'terminated/card-data-error';
const missing = 'terminated/card-data-missing';
const badType = 'terminated/cryptogram-type-invalid';
const format2 = (objects: Record<string, string>): string => ok(object('77', tlv(objects)));
const ac = { '9F36': '0002', '9F26': '1122334455667788', '9F10': '06010A03A00000' };
const offlineCard = (ac1: string): Pick<KernelCase, 'card'> => ({ card: { ac1 } });
const onlineCard = (answers: Record<string, string>): Pick<KernelCase, 'card'> => ({
  card: { 'read 1.1': changed(online), ...answers },
});
const deniedCard = (answers: Record<string, string>): Pick<KernelCase, 'card'> => ({
  card: { 'read 1.1': changed(deny), ...answers },
});

/** Area 10. */
export const generateCases: readonly KernelCase[] = [
  { name: 'TC asked, TC answered', expect: { ends: good, arc: 'Y1' } },
  {
    name: 'TC asked, ARQC answered: online',
    ...offlineCard('ac:ARQC'),
    expect: { ends: onlineGood, arc: '00' },
  },
  {
    name: 'TC asked, AAC answered',
    ...offlineCard('ac:AAC'),
    expect: { ends: refused, arc: 'Z1' },
  },
  { name: 'ARQC asked, ARQC answered', ...onlineCard({}), expect: { ends: onlineGood } },
  { name: 'ARQC asked, AAC answered', ...onlineCard({ ac1: 'ac:AAC' }), expect: { ends: refused } },
  { name: 'ARQC asked, TC answered', ...onlineCard({ ac1: 'ac:TC' }), expect: { ends: badType } },
  { name: 'AAC asked, AAC answered', ...deniedCard({}), expect: { ends: refused } },
  { name: 'AAC asked, TC answered', ...deniedCard({ ac1: 'ac:TC' }), expect: { ends: badType } },
  {
    name: 'AAC asked, ARQC answered',
    ...deniedCard({ ac1: 'ac:ARQC' }),
    expect: { ends: badType },
  },
  {
    name: 'reserved type C0 (the referral of old)',
    ...offlineCard(acAnswer('C0')),
    expect: { ends: dataError },
  },
  {
    name: 'advice asked for',
    ...offlineCard(acAnswer('48')),
    expect: { ends: good, advice: true },
  },
  {
    name: 'advice asked for on a refusal',
    ...offlineCard(acAnswer('08')),
    expect: { ends: refused, advice: true },
  },
  { name: 'no advice', ...offlineCard(acAnswer('40')), expect: { ends: good, advice: false } },
  { name: 'reason bits do not matter', ...offlineCard(acAnswer('43')), expect: { ends: good } },
  {
    name: 'format 1 without issuer application data',
    ...offlineCard(ok(object('80', '4000021122334455667788'))),
    expect: { ends: good },
  },
  {
    name: 'format 1 with 32 bytes of it',
    ...offlineCard(ok(object('80', `4000021122334455667788${'00'.repeat(32)}`))),
    expect: { ends: good },
  },
  {
    name: 'format 1 with 33 bytes of it',
    ...offlineCard(ok(object('80', `4000021122334455667788${'00'.repeat(33)}`))),
    expect: { ends: dataError },
  },
  {
    name: 'format 1 too short',
    ...offlineCard(ok(object('80', '40000211223344556677'))),
    expect: { ends: dataError },
  },
  { name: 'format 2', ...offlineCard(format2({ '9F27': '40', ...ac })), expect: { ends: good } },
  {
    name: 'format 2 in another order',
    ...offlineCard(format2({ ...ac, '9F27': '40' })),
    expect: { ends: good },
  },
  {
    name: 'format 2 with unknown objects',
    ...offlineCard(format2({ '9F27': '40', ...ac, '9F55': '01' })),
    expect: { ends: good },
  },
  {
    name: 'format 2 without issuer application data',
    ...offlineCard(format2({ '9F27': '40', '9F36': '0002', '9F26': '1122334455667788' })),
    expect: { ends: good },
  },
  { name: 'format 2 without CID', ...offlineCard(format2(ac)), expect: { ends: missing } },
  {
    name: 'format 2 without ATC',
    ...offlineCard(format2({ '9F27': '40', '9F26': '1122334455667788' })),
    expect: { ends: missing },
  },
  {
    name: 'format 2 without cryptogram',
    ...offlineCard(format2({ '9F27': '40', '9F36': '0002' })),
    expect: { ends: missing },
  },
  {
    name: 'format 2 with a cryptogram of 7 bytes',
    ...offlineCard(format2({ '9F27': '40', '9F36': '0002', '9F26': '11223344556677' })),
    expect: { ends: dataError },
  },
  {
    name: 'format 2 with an ATC of 1 byte',
    ...offlineCard(format2({ '9F27': '40', '9F36': '02', '9F26': '1122334455667788' })),
    expect: { ends: dataError },
  },
  {
    name: 'format 2 with a CID of 2 bytes',
    ...offlineCard(format2({ '9F27': '4000', ...ac })),
    expect: { ends: dataError },
  },
  {
    name: 'format 2 with 33 bytes of issuer application data',
    ...offlineCard(format2({ '9F27': '40', ...ac, '9F10': '00'.repeat(33) })),
    expect: { ends: dataError },
  },
  {
    name: 'format 2 with the CID twice',
    ...offlineCard(ok(object('77', `9F270140${tlv({ '9F27': '40', ...ac })}`))),
    expect: { ends: dataError },
  },
  {
    name: 'signed though not asked for, cryptogram only inside',
    ...offlineCard(format2({ '9F27': '40', '9F36': '0002', '9F4B': '00'.repeat(64) })),
    expect: { ends: missing },
  },
  {
    name: 'another template',
    ...offlineCard(ok(object('70', tlv({ '9F27': '40', ...ac })))),
    expect: { ends: dataError },
  },
  { name: 'empty', ...offlineCard('9000'), expect: { ends: dataError } },
  { name: 'garbage', ...offlineCard('0102030405069000'), expect: { ends: dataError } },
  { name: '6985', ...offlineCard('6985'), expect: { ends: 'terminated/card-status-error' } },
  { name: '6A80', ...offlineCard('6A80'), expect: { ends: 'terminated/card-status-error' } },
  {
    name: '6300 with data',
    ...offlineCard(`${acAnswer('40').slice(0, -4)}6300`),
    expect: { ends: 'terminated/card-status-error' },
  },
  {
    name: 'mute',
    ...offlineCard('fault:timeout'),
    expect: { ends: 'terminated/card-not-responding' },
  },
  {
    name: 'pulled out',
    ...offlineCard('fault:removed'),
    expect: { ends: 'terminated/card-removed' },
  },
  {
    name: 'CDOL 1 asks for the TC hash, TDOL of the card',
    card: { 'read 1.1': changed({ '8C': '9814', '97': '9F0206' }) },
    expect: {
      ends: good,
      tvr: '8000000000',
      sends: ['80AE40001445A3C514854521D90E687340574B79CC326409B100'],
    },
  },
  {
    name: 'CDOL 1 asks for the TC hash, default TDOL',
    card: { 'read 1.1': changed({ '8C': '9814' }) },
    application: { defaultTdol: fromHex('9F0206') },
    expect: { ends: good, tvr: '8000000080' },
  },
  {
    name: 'CDOL 1 asks for the TC hash, no TDOL at all',
    card: { 'read 1.1': changed({ '8C': '9814' }) },
    expect: {
      ends: good,
      tvr: '8000000080',
      sends: ['80AE400014DA39A3EE5E6B4B0D3255BFEF95601890AFD8070900'],
    },
  },
  {
    name: 'a TDOL that is not asked for',
    card: { 'read 1.1': changed({ '97': '9F0206' }) },
    expect: { ends: good, tvr: '8000000000' },
  },
];

// The kernel reads nothing out of the code: the caller says what was decided.
const host = (
  arc: string,
  more: Partial<Extract<KernelAnswer, { result: 'answered' }>> = {},
  decision: IssuerDecision = arc === '00' ? 'approved' : 'declined',
): Pick<KernelCase, 'people'> => ({
  people: { online: { type: 'online', result: 'answered', arc, decision, ...more } },
});
const authentic = { issuerAuthenticationData: fromHex('11223344556677883030') };
const withIssuerBit = { gpo: gpo('1C00', '08010100') };
const cdol2 = (arc: string, tvr = '8000000000', iad = '00'.repeat(10)): string =>
  `${Buffer.from(arc).toString('hex')}${tvr}A5A5A5A5${iad}`.toUpperCase();
const ac2 = (type: '00' | '40', data: string): string => `80AE${type}0015${data}00`;

/** Area 11. */
export const completionCases: readonly KernelCase[] = [
  {
    name: '00 approves',
    ...onlineCard({}),
    ...host('00'),
    expect: { ends: onlineGood, arc: '00', sends: [ac2('40', cdol2('00'))] },
  },
  {
    name: '08 approves with identification',
    ...onlineCard({}),
    ...host('08', {}, 'approved'),
    expect: { ends: onlineGood, arc: '08' },
  },
  {
    name: '10 approves in part',
    ...onlineCard({}),
    ...host('10', {}, 'approved'),
    expect: { ends: onlineGood },
  },
  {
    name: '11 approves',
    ...onlineCard({}),
    ...host('11', {}, 'approved'),
    expect: { ends: onlineGood },
  },
  {
    name: '05 declines',
    ...onlineCard({}),
    ...host('05'),
    expect: { ends: 'declined/online-declined', arc: '05', sends: [ac2('00', cdol2('05'))] },
  },
  {
    name: '51 declines',
    ...onlineCard({}),
    ...host('51'),
    expect: { ends: 'declined/online-declined' },
  },
  {
    name: '55 declines',
    ...onlineCard({}),
    ...host('55'),
    expect: { ends: 'declined/online-declined' },
  },
  {
    name: '91 declines',
    ...onlineCard({}),
    ...host('91'),
    expect: { ends: 'declined/online-declined' },
  },
  {
    name: 'H2 = R18: A2, approved by the table of the caller, is approved',
    ...onlineCard({}),
    ...host('A2', {}, 'approved'),
    expect: { ends: onlineGood, arc: 'A2', sends: [ac2('40', cdol2('A2'))] },
  },
  {
    name: 'H2 = R18: 00 that the caller calls a decline is declined',
    ...onlineCard({}),
    ...host('00', {}, 'declined'),
    expect: { ends: 'declined/online-declined' },
  },
  {
    name: '01 asks for a call: approved',
    ...onlineCard({}),
    ...host('01', {}, 'referral'),
    expect: { ends: onlineGood, arc: '01' },
  },
  {
    name: '02 asks for a call: refused',
    ...onlineCard({}),
    people: {
      online: { type: 'online', result: 'answered', arc: '02', decision: 'referral' },
      referral: { type: 'referral', approved: false },
    },
    expect: { ends: 'declined/referral-declined', arc: '02' },
  },
  {
    name: 'approved, the card refuses: reversal',
    ...onlineCard({ ac2: 'ac:AAC' }),
    ...host('00'),
    expect: { ends: 'declined/card-declined-after-approval', reversal: true },
  },
  {
    name: 'approved, the card answers ARQC: reversal',
    ...onlineCard({ ac2: 'ac:ARQC' }),
    ...host('00'),
    expect: { ends: badType, reversal: true },
  },
  {
    name: 'approved, the card errs: reversal',
    ...onlineCard({ ac2: '6985' }),
    ...host('00'),
    expect: { ends: 'terminated/card-status-error', reversal: true },
  },
  {
    name: 'approved, the card mute: reversal',
    ...onlineCard({ ac2: 'fault:timeout' }),
    ...host('00'),
    expect: { ends: 'terminated/card-not-responding', reversal: true },
  },
  {
    name: 'approved, the card gone: reversal',
    ...onlineCard({ ac2: 'fault:removed' }),
    ...host('00'),
    expect: { ends: 'terminated/card-removed', reversal: true },
  },
  {
    name: 'approved, garbage from the card: reversal',
    ...onlineCard({ ac2: 'FFFF9000' }),
    ...host('00'),
    expect: { ends: dataError, reversal: true },
  },
  {
    name: 'declined, the card answers TC: declined all the same',
    ...onlineCard({ ac2: 'ac:TC' }),
    ...host('05'),
    expect: { ends: 'declined/online-declined', reversal: false },
  },
  {
    name: 'declined, the card errs: declined',
    ...onlineCard({ ac2: '6985' }),
    ...host('05'),
    expect: { ends: 'declined/online-declined', reversal: false },
  },
  {
    name: 'declined, the card gone: declined',
    ...onlineCard({ ac2: 'fault:removed' }),
    ...host('05'),
    expect: { ends: 'declined/online-declined' },
  },
  {
    name: 'issuer data, no bit in the AIP: only in CDOL 2',
    ...onlineCard({}),
    ...host('00', authentic),
    expect: {
      ends: onlineGood,
      tsi: '6800',
      never: ['external'],
      sends: [ac2('40', cdol2('00', '8000000000', '11223344556677883030'))],
    },
  },
  {
    name: 'issuer data accepted',
    ...onlineCard(withIssuerBit),
    ...host('00', authentic),
    expect: {
      ends: onlineGood,
      tvr: '8000000000',
      tsi: '7800',
      asks: ['external', 'ac2'],
      sends: ['008200000A11223344556677883030'],
    },
  },
  {
    name: 'issuer data refused 6300',
    ...onlineCard({ ...withIssuerBit, external: '6300' }),
    ...host('00', authentic),
    expect: {
      ends: onlineGood,
      tvr: '8000000040',
      tsi: '7800',
      sends: [ac2('40', cdol2('00', '8000000040', '11223344556677883030'))],
    },
  },
  {
    name: 'issuer data refused 6985',
    ...onlineCard({ ...withIssuerBit, external: '6985' }),
    ...host('00', authentic),
    expect: { ends: onlineGood, tvr: '8000000040', tsi: '7800' },
  },
  {
    name: 'issuer data: command unknown',
    ...onlineCard({ ...withIssuerBit, external: '6D00' }),
    ...host('00', authentic),
    expect: { ends: onlineGood, tvr: '8000000040' },
  },
  {
    name: 'issuer data absent',
    ...onlineCard(withIssuerBit),
    ...host('00'),
    expect: { ends: onlineGood, tvr: '8000000000', tsi: '6800', never: ['external'] },
  },
  {
    name: 'issuer data of 7 bytes',
    ...onlineCard(withIssuerBit),
    ...host('00', { issuerAuthenticationData: fromHex('11223344556677') }),
    expect: { ends: onlineGood, tvr: '8000000040', tsi: '6800', never: ['external'] },
  },
  {
    name: 'issuer data of 8 bytes',
    ...onlineCard(withIssuerBit),
    ...host('00', { issuerAuthenticationData: fromHex('1122334455667788') }),
    expect: { ends: onlineGood, asks: ['external'] },
  },
  {
    name: 'issuer data of 16 bytes',
    ...onlineCard(withIssuerBit),
    ...host('00', { issuerAuthenticationData: new Uint8Array(16) }),
    expect: { ends: onlineGood, asks: ['external'] },
  },
  {
    name: 'issuer data of 17 bytes',
    ...onlineCard(withIssuerBit),
    ...host('00', { issuerAuthenticationData: new Uint8Array(17) }),
    expect: { ends: onlineGood, tvr: '8000000040', never: ['external'] },
  },
  {
    name: 'issuer data: mute card',
    ...onlineCard({ ...withIssuerBit, external: 'fault:timeout' }),
    ...host('00', authentic),
    expect: { ends: 'terminated/card-not-responding', reversal: true },
  },
  {
    name: 'issuer refused by the card, then AAC',
    ...onlineCard({ ...withIssuerBit, external: '6300', ac2: 'ac:AAC' }),
    ...host('00', authentic),
    expect: { ends: 'declined/card-declined-after-approval', reversal: true },
  },
  {
    name: 'unable: Y3',
    ...onlineCard({}),
    people: { online: { type: 'online', result: 'unable' } },
    expect: {
      ends: 'approved/unable-to-go-online-approved',
      arc: 'Y3',
      sends: [ac2('40', cdol2('Y3'))],
    },
  },
  {
    name: 'unable: Z3',
    card: { 'read 1.1': changed({ ...online, '9F0D': '8000000000' }) },
    people: { online: { type: 'online', result: 'unable' } },
    expect: {
      ends: 'declined/unable-to-go-online-declined',
      arc: 'Z3',
      sends: [ac2('00', cdol2('Z3'))],
    },
  },
  {
    name: 'unable: mute card',
    ...onlineCard({ ac2: 'fault:timeout' }),
    people: { online: { type: 'online', result: 'unable' } },
    expect: { ends: 'terminated/card-not-responding', reversal: false },
  },
  {
    name: 'CDOL 2 malformed',
    card: { 'read 1.1': changed({ ...online, '8D': '8A029F' }) },
    ...host('00'),
    expect: { ends: dataError, reversal: true },
  },
  {
    name: 'CDOL 2 asks for unknown objects',
    card: { 'read 1.1': changed({ ...online, '8D': '8A029F5503' }) },
    ...host('00'),
    expect: { ends: onlineGood, sends: ['80AE400005303000000000'] },
  },
  {
    name: 'advice asked for in the second cryptogram',
    ...onlineCard({ ac2: acAnswer('48') }),
    ...host('00'),
    expect: { ends: onlineGood, advice: true },
  },
];

const id = '01020304';
const unblock = '8424000008AABBCCDDEEFF0011';
const block = '841E000008AABBCCDDEEFF0022';
const script = (tag: '71' | '72', ...commands: readonly string[]): string =>
  object(tag, object('9F18', id) + commands.map((command) => object('86', command)).join(''));
const scripts = (...templates: readonly string[]): Pick<KernelCase, 'people'> =>
  host('00', { scripts: fromHex(templates.join('')) });
const byte5 = (value: string): string => `80000000${value}`;

/** Area 12. */
export const scriptCases: readonly KernelCase[] = [
  {
    name: '71 before the final cryptogram',
    ...onlineCard({}),
    ...scripts(script('71', unblock)),
    expect: {
      ends: onlineGood,
      tvr: byte5('00'),
      tsi: '6C00',
      scripts: `20${id}`,
      asks: ['ac1', 'script', 'ac2'],
      sends: [unblock],
    },
  },
  {
    name: '72 after the final cryptogram',
    ...onlineCard({}),
    ...scripts(script('72', unblock)),
    expect: {
      ends: onlineGood,
      tvr: byte5('00'),
      tsi: '6C00',
      scripts: `20${id}`,
      asks: ['ac1', 'ac2', 'script'],
    },
  },
  {
    name: '71 and 72',
    ...onlineCard({}),
    ...scripts(script('72', unblock), script('71', block)),
    expect: { ends: onlineGood, scripts: `20${id}20${id}`, asks: ['script', 'ac2', 'script'] },
  },
  {
    name: 'two templates 71',
    ...onlineCard({}),
    ...scripts(script('71', unblock), script('71', block)),
    expect: { ends: onlineGood, scripts: `20${id}20${id}`, asks: ['script', 'script', 'ac2'] },
  },
  {
    name: 'two commands in their order',
    ...onlineCard({}),
    ...scripts(script('72', unblock, block)),
    expect: { ends: onlineGood, scripts: `20${id}`, sends: [unblock, block] },
  },
  {
    name: 'first command fails: the second is not sent',
    ...onlineCard({ script: '6985' }),
    ...scripts(script('72', unblock, block)),
    expect: { ends: onlineGood, tvr: byte5('10'), scripts: `11${id}`, sends: [unblock] },
  },
  {
    name: 'second command fails',
    card: { 'read 1.1': changed(online), script: ['9000', '6A80'] },
    ...scripts(script('72', unblock, block)),
    expect: { ends: onlineGood, tvr: byte5('10'), scripts: `12${id}` },
  },
  {
    name: '71 fails: the transaction goes on, the bit is in the final TVR',
    ...onlineCard({ script: '6985' }),
    ...scripts(script('71', unblock)),
    expect: {
      ends: onlineGood,
      tvr: byte5('20'),
      scripts: `11${id}`,
      sends: [ac2('40', cdol2('00', '8000000020'))],
    },
  },
  {
    name: 'one template fails, the next still runs',
    card: { 'read 1.1': changed(online), script: ['6985', '9000'] },
    ...scripts(script('72', unblock), script('72', block)),
    expect: { ends: onlineGood, tvr: byte5('10'), scripts: `11${id}20${id}` },
  },
  {
    name: 'warning 62xx is no failure',
    ...onlineCard({ script: '6282' }),
    ...scripts(script('72', unblock, block)),
    expect: { ends: onlineGood, tvr: byte5('00'), scripts: `20${id}` },
  },
  {
    name: 'warning 63xx is no failure',
    ...onlineCard({ script: '63C2' }),
    ...scripts(script('72', unblock)),
    expect: { ends: onlineGood, tvr: byte5('00'), scripts: `20${id}` },
  },
  {
    name: 'mute card at a 72',
    ...onlineCard({ script: 'fault:timeout' }),
    ...scripts(script('72', unblock)),
    expect: { ends: onlineGood, tvr: byte5('10'), scripts: `11${id}` },
  },
  {
    name: 'command 15 and later are numbered F',
    card: {
      'read 1.1': changed(online),
      script: [...Array.from({ length: 16 }, () => '9000'), '6985'],
    },
    ...scripts(
      script(
        '72',
        ...Array.from({ length: 17 }, (_, i) => `841800${i.toString(16).padStart(2, '0')}`),
      ),
    ),
    expect: { ends: onlineGood, scripts: `1F${id}` },
  },
  {
    name: 'no identifier: zeros',
    ...onlineCard({}),
    ...scripts(object('72', object('86', unblock))),
    expect: { ends: onlineGood, scripts: '2000000000' },
  },
  {
    name: 'identifier of three bytes',
    ...onlineCard({}),
    ...scripts(object('72', object('9F18', '010203') + object('86', unblock))),
    expect: { ends: onlineGood, tvr: byte5('10'), scripts: '1000000000', never: ['script'] },
  },
  {
    name: 'no command',
    ...onlineCard({}),
    ...scripts(script('72')),
    expect: { ends: onlineGood, scripts: `20${id}` },
  },
  {
    name: 'unknown object in the template',
    ...onlineCard({}),
    ...scripts(object('72', `9F5501FF${object('9F18', id)}${object('86', unblock)}`)),
    expect: { ends: onlineGood, scripts: `20${id}`, sends: [unblock] },
  },
  {
    name: 'command shorter than a header',
    ...onlineCard({}),
    ...scripts(script('72', '842400')),
    expect: { ends: onlineGood, tvr: byte5('10'), scripts: `11${id}`, never: ['script'] },
  },
  {
    name: 'command with a wrong Lc',
    ...onlineCard({}),
    ...scripts(script('72', '8424000008AABB')),
    expect: { ends: onlineGood, tvr: byte5('10'), scripts: `11${id}`, never: ['script'] },
  },
  {
    name: 'command of a bare header',
    ...onlineCard({}),
    ...scripts(script('72', '84180000')),
    expect: { ends: onlineGood, scripts: `20${id}`, sends: ['84180000'] },
  },
  {
    name: 'template malformed inside',
    ...onlineCard({}),
    ...scripts('72059F18040102'),
    expect: { ends: onlineGood, tvr: byte5('10'), scripts: '1000000000', never: ['script'] },
  },
  {
    name: 'template cut short',
    ...onlineCard({}),
    ...scripts('72309F1804'),
    expect: { ends: onlineGood, tvr: byte5('10'), scripts: '1000000000' },
  },
  {
    name: 'good template before a cut one',
    ...onlineCard({}),
    ...scripts(script('72', unblock), '7230'),
    expect: { ends: onlineGood, tvr: byte5('10'), scripts: `20${id}1000000000` },
  },
  {
    name: 'over 128 bytes in all: the surplus is not performed',
    ...onlineCard({}),
    ...scripts(script('72', unblock), script('72', `84DA9F5878${'00'.repeat(120)}`)),
    expect: { ends: onlineGood, tvr: byte5('10'), scripts: `20${id}10${id}` },
  },
  {
    name: 'other templates are no scripts',
    ...onlineCard({}),
    ...scripts(object('70', object('86', unblock))),
    expect: { ends: onlineGood, tsi: '6800', scripts: '', never: ['script'] },
  },
  {
    name: 'scripts come with a refusal too',
    ...onlineCard({}),
    ...host('05', { scripts: fromHex(script('72', block)) }),
    expect: { ends: 'declined/online-declined', scripts: `20${id}` },
  },
  {
    name: 'empty script field',
    ...onlineCard({}),
    ...scripts(''),
    expect: { ends: onlineGood, tsi: '6800', scripts: '' },
  },
];
