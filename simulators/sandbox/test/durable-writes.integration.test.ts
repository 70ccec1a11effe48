// What a payment costs the disk: two commits that are waited for, its opening and its outcome with what it books.
import type { TerminalLink } from '@chipswitch/terminal';
import { textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stand, openStand, purchase } from './switch-stand.ts';

let stand: Stand;
const durable: string[] = [];
const notes: string[] = [];
beforeAll(async () => {
  stand = await openStand();
  // Every statement of the journal is a commit of its own: counted as it leaves.
  const query = stand.pool.query.bind(stand.pool) as (...words: unknown[]) => unknown;
  const counting = (...words: unknown[]): unknown => {
    const [statement] = words as [string | { readonly text: string }];
    const text = typeof statement === 'string' ? statement : statement.text;
    if (/^\s*(?:insert|update|delete)\b/im.test(text)) {
      if (text.includes(`set_config('synchronous_commit', 'off', true)`)) notes.push(text);
      else durable.push(text);
    }
    return query(...words);
  };
  Object.assign(stand.pool, { query: counting });
});
afterAll(() => stand.close());

async function pay(link: TerminalLink, amountMinor: number): Promise<void> {
  const answer = await link.exchange(purchase(amountMinor), 10_000);
  expect(answer.ok && textOf(answer.message, 39)).toBe(amountMinor % 100 === 51 ? '51' : '00');
}

async function untilAnswered(amountMinor: number, count: number): Promise<void> {
  const answered = `select count(*)::int as count from payment
    where amount_minor = ${amountMinor} and state in ('ANSWERED', 'DECLINED')`;
  await expect
    .poll(async () => (await stand.pool.query(answered)).rows, { timeout: 10_000 })
    .toEqual([{ count }]);
}

describe('two durable writes for each payment', () => {
  it('one after the other: its opening and its outcome, nothing else', async () => {
    const link = stand.link();
    await pay(link, 40_000); // Opens the terminal's first batch.
    await untilAnswered(40_000, 1);
    durable.length = 0;
    for (let i = 0; i < 20; i++) await pay(link, 40_100);
    await untilAnswered(40_100, 20);
    expect(durable).toHaveLength(40);
  });
  it('a decline, too', async () => {
    const link = stand.link();
    durable.length = 0;
    for (let i = 0; i < 5; i++) await pay(link, 40_251);
    await untilAnswered(40_251, 5);
    expect(durable).toHaveLength(10);
  });
  it('many at once share them, and the notes that their terminals were told', async () => {
    const links = Array.from({ length: 40 }, () => stand.link());
    durable.length = 0;
    notes.length = 0;
    await Promise.all(links.map((link) => pay(link, 40_300)));
    await untilAnswered(40_300, 40);
    expect(durable.length).toBeLessThan(40);
    expect(notes.length).toBeLessThan(20);
  });
});
