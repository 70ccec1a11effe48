// What the judge refuses: vectors that mean nothing, that say too little, or that say it otherwise.
import { describe, expect, it } from 'vitest';
import { type Family, families, judge, vectorOf } from '../src/index.ts';
import { ownFiles } from './vector-files.ts';

/** A vector of a file, by its id or its kind, with another input or expectation. */
async function reasonWith(
  family: Family,
  kind: string,
  change: { readonly input?: object; readonly expect?: unknown },
): Promise<string | undefined> {
  const file = ownFiles.find((one) => one.family === family);
  const vector = file?.vectors.find((one) => one.kind === kind);
  if (file === undefined || vector === undefined) throw new Error('no such vector');
  const changed = {
    ...vector,
    input: { ...(vector.input as object), ...change.input },
    wanted: 'expect' in change ? change.expect : vector.wanted,
  };
  return judge(changed, families[family], file.document);
}

const netInput = {
  currency: 'EUR',
  reserveRate: '0',
  rounding: 'half-up',
  items: [{ kind: 'sale', amount: '1000', fee: '6' }],
};
const netExpect = {
  gross: '1000',
  refunds: '0',
  reversals: '0',
  chargebacks: '0',
  fees: '6',
  reserveHeld: '0',
  reserveReleased: '0',
  adjustments: '0',
  net: '994',
  payout: '994',
  carryForward: '0',
};
const netReason = (input: object, expected: unknown) => {
  const entry = { id: 'N', kind: 'net', title: 't', why: 'w', input, expect: expected };
  return judge(vectorOf('settlement', entry), families.settlement, {});
};

describe('F4: a settlement vector that means nothing fails', () => {
  it('while the one that means something passes', async () => {
    expect(await netReason(netInput, netExpect)).toBeUndefined();
  });
  it.each([
    ['values under names of nothing', { bananas: '1000', theColourOfMoney: '994', wetness: '6' }],
    ['zeros under names of nothing', { chargebackFeesPaidToTheMoon: '0', refundsOfTomorrow: '0' }],
    ['a name beside the right ones', { ...netExpect, bananas: '1000' }],
    ['a number where text belongs', { gross: 1000 }],
    ['one figure of all', { net: '994' }],
    ['another figure', { ...netExpect, net: '993' }],
    ['a needless zero', { ...netExpect, net: '0994' }],
    ['another sign', { ...netExpect, fees: '-6' }],
    ['nothing', {}],
    ['null', null],
    ['a list', [netExpect]],
    ['an error that no kind has', { error: 'weather-is-bad' }],
    ['an error beside figures', { error: 'x', net: '1', gross: '7' }],
    ['a refusal in other words', { ok: false, net: '12345' }],
    [
      'the money brought forward under the name of what is carried on',
      { ...netExpect, carriedForward: '0' },
    ],
  ])('F4: %s', async (_name, expected) => {
    expect(await netReason(netInput, expected)).toBeTypeOf('string');
  });
  it.each([
    ['a rounding that is none', { rounding: 'bananas' }],
    ['a misspelt name', { reserveRat: '0.5' }],
    ['another name for the money carried', { broughtForward: '5' }],
    ['an item of a kind nobody knows', { items: [{ kind: 'purchase', amount: '1000' }] }],
    ['an item with a status', { items: [{ kind: 'sale', amount: '1000', status: 'moon' }] }],
    ['a rate as a number', { reserveRate: 0 }],
    ['a rate with a needless zero', { reserveRate: '0.0' }],
  ])('F4: an input with %s', async (_name, change) => {
    const reason = await netReason({ ...netInput, ...change }, netExpect);
    expect(reason).toMatch(/^input > /);
  });
  it('F4: totals that agree by another name', async () => {
    for (const expected of [{ agree: false }, { disagreed: false }, { agreed: true }]) {
      expect(await reasonWith('settlement', 'totals', { expect: expected })).toBeTypeOf('string');
    }
  });
  it('F4: the days of a reserve under any name that sounds like days', async () => {
    for (const name of ['theWeatherAfterTheHoliday', 'shelfLagOfBananas', 'holdDays']) {
      const reason = await reasonWith('settlement', 'reserve', { input: { [name]: 7 } });
      expect(reason).toContain(name);
    }
  });
});

describe('F4: a vector of another family that means nothing fails', () => {
  it.each([
    ['emv', 'iad', { moon: '0A' }],
    ['emv', 'iad', { format: 'visa-0-1-3', dki: '01', cvn: '0A', cvr: '03A40000' }],
    ['emv', 'gpo', { x: '7800' }],
    ['emv', 'gpo', { error: '6985' }],
    ['emv', 'tag-bits', {}],
    ['emv', 'tag-bits', { bananas: ['sda', 'cardholder-verification'] }],
    ['emv', 'cvm-list', { weather: 'format' }],
    ['emv', 'cvm-list', { error: 'length' }],
    ['emv', 'afl', { error: 'the-moon' }],
    ['emv', 'emvqr-mpm', { error: 'crc' }],
    ['security', 'kcv', { weather: '212CF9158251CDD3' }],
    ['security', 'kcv', {}],
    ['security', 'kcv', { kcv: '212cf9158251cdd3' }],
    ['security', 'payshield.decode', {}],
    ['security', 'payshield.decode', { error: 'any' }],
    ['security', 'payshield.encode', { error: 'any' }],
    ['security', 'payshield.frame', {}],
    ['security', 'payshield.frame', { error: 'header' }],
    ['security', 'tr31.header.error', { error: 'the-moon' }],
    ['security', 'tr31.header.error', { error: 'block-length' }],
    ['security', 'tr31.unwrap.error', { error: 'length-digits' }],
    ['security', 'tr31.unwrap.error', { error: 'mac' }],
    ['security', 'tr31.header', {}],
    ['security', 'cvc3', { cvc3: '518' }],
    [
      'iso8583',
      'field',
      { expect: { value: 'x' }, error: 'truncated', at: { field: 'F', offset: 0 } },
    ],
    ['iso8583', 'frame', { expect: { length: 115, bananas: 1 } }],
    ['iso8583', 'prefix', { expect: { length: 256, used: 2, bananas: 1 }, roundtrip: true }],
    ['iso8583', 'prefix', { error: 'truncated' }],
  ] as const)('F4: %s %s expects %j', async (family, kind, expected) => {
    expect(await reasonWith(family, kind, { expect: expected })).toBeTypeOf('string');
  });
  it('F4: names of verification in other words', async () => {
    const expected = {
      x: 100000,
      y: 1000,
      rules: [
        { method: 'signature', condition: 'required-supported-amount', continueIfFailed: false },
      ],
    };
    expect(await reasonWith('emv', 'cvm-list', { expect: expected })).toContain('condition');
  });
});

describe('the rest of a vector', () => {
  const entry = { id: 'R', source: 's', input: { hex: '9C00' }, expect: { tree: [['9C', '']] } };
  const reasonOf = (change: object) =>
    judge(vectorOf('emv', { kind: 'tlv-parse', ...entry, ...change }), families.emv, {});
  it('passes as it is', async () => {
    expect(await reasonOf({})).toBeUndefined();
  });
  it.each([
    ['a kind nobody implements', { kind: 'dispute' }, /nobody implements/],
    ['a kind by a name of every object', { kind: 'toString' }, /nobody implements/],
    ['a property nobody knows beside', { expects: {} }, /expects/],
    ['no source', { source: undefined }, /source/],
    ['no expectation', { expect: undefined }, /expect/],
    ['a text as the expectation', { expect: '9C00' }, /expect/],
    ['no input', { input: undefined }, /input/],
    ['lower-case hex', { input: { hex: '9c00' } }, /upper-case/],
    ['an input beside', { input: { hex: '9C00', hexes: [] } }, /hexes/],
    ['a refusal of what is read', { expect: { error: 'tag-truncated', at: 0 } }, /error/],
    ['a refusal without its place', { expect: { error: 'tag-truncated' } }, /at/],
  ])('%s fails', async (_name, change, reason) => {
    expect(await reasonOf(change)).toMatch(reason);
  });
  it('of merchant, which nobody implements, counts as failed', async () => {
    const vector = vectorOf('merchant', { id: 'W', kind: 'wallet.code', input: {}, expect: {} });
    expect(await judge(vector, families.merchant, {})).toMatch('nobody implements');
  });
});
