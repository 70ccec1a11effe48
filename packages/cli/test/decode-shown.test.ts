// What `decode` shows whole, and says so: values whose meaning is known to hold no card number.
import { describe, expect, it } from 'vitest';
import { runHere, runJson } from './support/run-here.ts';

const labels = [
  'VISA CREDIT',
  'VISA DEBIT',
  'UNIONPAY CREDIT',
  'JCB CREDIT',
  'MC CREDIT',
  'VISA ELECTRON',
];
const text = (value: string): string => Buffer.from(value).toString('hex').toUpperCase();

describe('D1: what is shown beside a meaning that is known', () => {
  it.each([
    ...labels.map((label) => ['50', text(label)] as const),
    ['9F12', text('CREDITO DE VISA')] as const,
    ...['10000402', '46200143', '60110009'].map((id) => ['9F1C', text(id)] as const),
    ['9F16', text('461173900101005')],
    ['8E', '0000000000000000410342031E035E031F00'],
  ] as const)('%s %s is whole', async (tag, value) => {
    const input = `${tag}${(value.length / 2).toString(16).padStart(2, '0')}${value}`;
    for (const words of [
      ['d', 'tlv', input],
      ['d', 'tag', tag, value],
    ])
      expect((await runHere(words)).out).toContain(value);
    const { document } = await runJson(['d', 'tlv', input]);
    expect(document['objects']).toMatchObject([{ value, masked: false }]);
  });
});
