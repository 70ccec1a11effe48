// A card that answers with the terminal's own objects changes nothing: not the amount, not the TVR, not the TTQ.
import { toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  type ContactlessCase,
  kernel2Record,
  offlineCard,
  quick,
  runContactlessCase,
} from './contactless-fixture.ts';
import {
  type KernelCase,
  changed,
  object,
  ok,
  record,
  cardObjects,
  runCase,
  tlv,
} from './kernel-fixture.ts';

const lies: Readonly<Record<string, string>> = {
  '9F02': '000000000001',
  '9F03': '000000000009',
  '9F37': '01020304',
  '9F1A': '0840',
  '5F2A': '0840',
  '9A': '200101',
  '9C': '20',
  '95': 'FFFFFFFFFF',
  '9B': 'FFFF',
  '9F34': '1F0002',
  '9F33': '000000',
  '8A': '3030',
  '9F1B': 'FFFFFFFF',
};

/** What the terminal's objects are at the end, in the words of `lies`. */
function ownObjects(data: ReadonlyMap<number, Uint8Array>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.keys(lies).map((tag) => {
      const value = data.get(Number.parseInt(tag, 16));
      return [tag, value === undefined ? undefined : toHex(value)];
    }),
  );
}

describe('contact', () => {
  const plain: KernelCase = { name: 'plain', expect: { ends: '' } };
  const honest = ownObjects(runCase(plain).outcome.data);
  const answer = tlv({
    '9F27': '40',
    '9F36': '0002',
    '9F26': '1122334455667788',
    '9F10': '06010A03A00000',
    ...lies,
  });

  it.each<[string, KernelCase['card']]>([
    ['in a record', { 'read 1.1': changed(lies) }],
    [
      'in GET PROCESSING OPTIONS',
      { gpo: ok(object('77', tlv({ '82': '1800', '94': '08010100', ...lies }))) },
    ],
    ['in GENERATE AC', { ac1: ok(object('77', answer)) }],
    [
      'in a second record',
      {
        gpo: ok(object('77', tlv({ '82': '1800', '94': '08010200' }))),
        'read 1.1': record(cardObjects),
        'read 1.2': record(lies),
      },
    ],
  ])('%s', (_, card) => {
    const { outcome } = runCase({ ...plain, ...(card === undefined ? {} : { card }) });
    expect(outcome.reason).toBe('offline-approved');
    expect(ownObjects(outcome.data)).toEqual(honest);
  });
});

it('a record replaces nothing that selection or GPO gave', () => {
  const own = { '82': '5C00', '94': '10010100', '84': 'A0000000041010', '9F38': '9F0206' };
  const { outcome } = runCase({
    name: 'own',
    expect: { ends: '' },
    card: { 'read 1.1': changed(own) },
  });
  const text = (tag: number): string => toHex(outcome.data.get(tag) ?? new Uint8Array(0));
  expect(outcome.reason).toBe('offline-approved');
  expect([text(0x82), text(0x94), text(0x84)]).toEqual(['1800', '08010100', 'A0000000031010']);
});

describe('contactless', () => {
  const visa: ContactlessCase = { name: 'visa', expect: { ends: '' } };
  const mastercard: ContactlessCase = { ...visa, base: 'mastercard' };
  const withTtq = { ...lies, '9F66': 'FFFFFFFF' };
  const inRecord = { ...withTtq, '82': '0000', '9F26': '0000000000000000', '9F6C': '00FF' };

  it('kernel 3: in the quick answer', () => {
    const honest = runContactlessCase(visa).outcome;
    const { outcome } = runContactlessCase({ ...visa, card: { gpo: quick(withTtq) } });
    expect(outcome.reason).toBe(honest.reason);
    expect(ownObjects(outcome.data)).toEqual(ownObjects(honest.data));
    expect(outcome.data.get(0x9f66)).toEqual(honest.data.get(0x9f66));
  });

  it('kernel 3: in a record', () => {
    const honest = runContactlessCase({ ...visa, card: offlineCard() }).outcome;
    const card = offlineCard();
    const lying = { ...card, 'read 2.1': String(card['read 2.1']).slice(4, -4) };
    const merged = ok(object('70', `${lying['read 2.1']}${tlv(inRecord)}`));
    const { outcome } = runContactlessCase({ ...visa, card: { ...card, 'read 2.1': merged } });
    expect(outcome.reason).toBe('offline-approved');
    expect(ownObjects(outcome.data)).toEqual(ownObjects(honest.data));
    for (const tag of [0x9f66, 0x82, 0x9f26, 0x9f6c]) {
      expect(outcome.data.get(tag)).toEqual(honest.data.get(tag));
    }
  });

  it('kernel 2: in options, record and cryptogram', () => {
    const honest = runContactlessCase(mastercard).outcome;
    const answer = { '9F27': '40', '9F36': '0002', '9F26': '1122334455667788', ...lies };
    const { outcome } = runContactlessCase({
      ...mastercard,
      card: {
        gpo: ok(object('77', tlv({ '82': '1880', '94': '10010100', ...lies }))),
        'read 2.1': kernel2Record(lies),
        ac1: ok(object('77', tlv(answer))),
      },
    });
    expect(outcome.reason).toBe(honest.reason);
    expect(ownObjects(outcome.data)).toEqual(ownObjects(honest.data));
  });
});
