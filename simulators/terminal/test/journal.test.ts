// The journal: what it tells after a restart, sealed on disk, torn by a crash, opened with a wrong key.
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { profiles } from '@chipswitch/card';
import { afterAll, describe, expect, it } from 'vitest';
import { bookOf } from '../src/book.ts';
import { openFileJournal } from '../src/journal-file.ts';
import {
  type JournalEvent,
  abandonedItems,
  createMemoryJournal,
  journalItems,
} from '../src/journal.ts';
import { TerminalFault } from '../src/terminal-fault.ts';
import { testCard, testTerminal } from './device.ts';
import { scriptedIssuer } from './scripted-issuer.ts';

const folder = mkdtempSync(join(tmpdir(), 'journal-'));
afterAll(() => rmSync(folder, { recursive: true }));
const sealingKey = new Uint8Array(32).fill(7);
const name = 'visa-cvn18';

async function written(file: string) {
  const path = join(folder, file);
  const journal = openFileJournal({ path, sealingKey });
  const issuer = scriptedIssuer(profiles[name], { faults: [undefined, 'timed-out', 'timed-out'] });
  const terminal = testTerminal(issuer, { journal });
  const card = testCard(name);
  const cardholder = { pin: '1234' };
  await terminal.pay({ amountMinor: 125_000n, card, cardholder });
  await terminal.pay({ amountMinor: 99_900n, card, cardholder });
  await terminal.pay({ amountMinor: 1_000n, card, cardholder });
  return { path, journal };
}

describe('on disk', () => {
  it('reads back what was written, and goes on counting', async () => {
    const { path, journal } = await written('again.jsonl');
    journal.close();
    const reopened = openFileJournal({ path, sealingKey });
    expect(reopened.events()).toEqual(journal.events());
    expect(journalItems(reopened.events()).map((item) => [item.outcome, item.reversal])).toEqual([
      ['approved', 'none'],
      ['declined', 'done'],
      ['approved', 'none'],
    ]);
    const terminal = testTerminal(scriptedIssuer(profiles[name]), { journal: reopened });
    expect(terminal.memory.nextStan()).toBe('000004');
    reopened.close();
  });

  it('what was due before the restart is sent after it', async () => {
    const path = join(folder, 'due.jsonl');
    const journal = openFileJournal({ path, sealingKey });
    const before = testTerminal(scriptedIssuer(profiles[name]), { journal });
    const card = testCard(name);
    // A new card goes online once; the second payment is approved by the card alone.
    await before.pay({ amountMinor: 1_000n, card, cardholder: { pin: '1234' } });
    await before.pay({ amountMinor: 1_000n, card, cardholder: { pin: '1234' } });
    journal.close();
    const reopened = openFileJournal({ path, sealingKey });
    const issuer = scriptedIssuer(profiles[name]);
    const terminal = testTerminal(issuer, { journal: reopened });
    expect(terminal.memory.debts()).toMatchObject([{ upload: 'due' }]);
    expect(await terminal.settleDebts()).toBe(0);
    const { pan } = profiles[name].applications[0];
    expect(issuer.received).toMatchObject([{ mti: '0220', de2: pan, de39: 'Y1' }]);
    reopened.close();
  });

  it('shows no card number, track or PIN block, and nobody else may read it', async () => {
    const { path } = await written('sealed.jsonl');
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain(profiles[name].applications[0].pan);
    expect(text).not.toContain('49122010');
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('forgets a torn last line and writes behind the whole ones', async () => {
    const { path, journal } = await written('torn.jsonl');
    journal.close();
    appendFileSync(path, '{"type":"asked","key":"0000');
    const reopened = openFileJournal({ path, sealingKey });
    expect(reopened.events()).toEqual(journal.events());
    reopened.append({ type: 'batch-closed', batch: '000001', balanced: true });
    reopened.close();
    const last = openFileJournal({ path, sealingKey });
    expect(last.events().at(-1)).toEqual({ type: 'batch-closed', batch: '000001', balanced: true });
    last.close();
  });

  it.each([
    ['another key', new Uint8Array(32).fill(8), undefined],
    ['a damaged line', sealingKey, 'no json\n'],
    ['a key of a wrong length', new Uint8Array(16), undefined],
  ])('%s: refused by name, without the line itself', async (what, key, damage) => {
    const { path, journal } = await written(`${what}.jsonl`);
    journal.close();
    if (damage !== undefined) writeFileSync(path, damage + readFileSync(path, 'utf8'));
    expect(() => openFileJournal({ path, sealingKey: key })).toThrow(TerminalFault);
  });
});

describe('what it tells', () => {
  const asked: JournalEvent = {
    type: 'asked',
    key: '000001/000001',
    for: 'purchase',
    message: {
      mti: '0200',
      de4: '000000001000',
      de41: 'T0000001',
      de42: 'M00000000000001',
      de49: '156',
    },
  };

  it('a question without an end is abandoned, one with an end is not', () => {
    expect(abandonedItems(journalItems([asked]))).toHaveLength(1);
    const completed: JournalEvent = { type: 'completed', key: asked.key, outcome: 'declined' };
    expect(abandonedItems(journalItems([asked, completed]))).toHaveLength(0);
  });

  it('an answer alone is no end: the card had not agreed yet', () => {
    const answered: JournalEvent = { type: 'answered', key: asked.key, responseCode: '00' };
    expect(abandonedItems(journalItems([asked, answered]))).toHaveLength(1);
  });

  it('events of a payment that never began change nothing', () => {
    expect(journalItems([{ type: 'reversed', key: 'none', responseCode: '00' }])).toEqual([]);
  });

  it('the book says who may keep what', async () => {
    const journal = createMemoryJournal();
    const issuer = scriptedIssuer(profiles[name], {
      faults: [undefined, 'timed-out', 'timed-out'],
    });
    const terminal = testTerminal(issuer, { journal });
    const card = testCard(name);
    await terminal.pay({ amountMinor: 125_000n, card, cardholder: { pin: '1234' } });
    await terminal.pay({ amountMinor: 99_900n, card, cardholder: { pin: '1234' } });
    expect(bookOf(journal.events())).toMatchObject([
      { stan: '000001', paid: true, amountMinor: 125_000n, retrievalReference: '000000000001' },
      { stan: '000002', paid: false, reversal: 'done' },
    ]);
  });
});
