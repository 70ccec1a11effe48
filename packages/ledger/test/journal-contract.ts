// What every payment journal must do, run against each implementation.
import { describe, expect, it } from 'vitest';
import {
  type NewPayment,
  type PaymentJournal,
  type PaymentRecord,
  type PaymentSearch,
  capturePostings,
  minorUnits,
} from '../src/index.ts';

/** A payment with the given key. */
export function newPayment(key: string): NewPayment {
  return {
    key,
    fingerprint: 'f00d',
    businessDate: '2026-11-22',
    kind: 'purchase',
    state: 'SENDING',
    owner: 'switch-1',
    acceptorId: 'MERCHANT0000001',
    terminalId: 'TERM0001',
    amountMinor: 9_007_199_254_740_993n,
    currency: 'CNY',
    panHmac: 'ab'.repeat(32),
    panTruncated: '476173******0119',
    panEncrypted: Uint8Array.of(1, 2, 3),
    host: 'acquirer-a',
    hostReference: `ref-${key}`,
    facts: { stan: '000123' },
  };
}

async function opened(journal: PaymentJournal, key: string): Promise<PaymentRecord> {
  const result = await journal.open(newPayment(key));
  if (!result.ok) throw new Error(result.error.code);
  return result.record;
}

/** The suite; `closeBatch` ends the open batch of a terminal. */
export function journalContract(
  name: string,
  journalOf: () => PaymentJournal,
  closeBatch: (terminalId: string) => Promise<unknown>,
): void {
  describe(`payment journal: ${name}`, () => {
    it('R07: a payment is in the batch that is open when it is approved, and stays in it', async () => {
      const terminalId = 'BATCHED';
      const ids: string[] = [];
      for (const key of ['b1', 'b2', 'b3', 'b4']) {
        const result = await journalOf().open({ ...newPayment(key), terminalId });
        if (!result.ok) throw new Error(result.error.code);
        expect(result.record.batchId).toBeUndefined();
        ids.push(result.record.paymentId);
      }
      const move = (index: number, version: number, state: string): Promise<unknown> =>
        journalOf().step({
          paymentId: ids[index],
          businessDate: '2026-11-22',
          version,
          state,
          event: 'e',
        });
      const batchOf = async (key: string): Promise<string | undefined> =>
        (await journalOf().findByKey(key))?.batchId;
      await move(0, 1, 'APPROVED');
      await move(2, 1, 'DECLINED');
      await closeBatch(terminalId);
      await move(0, 2, 'ANSWERED');
      await move(1, 1, 'ADVICE_DUE');
      await move(3, 1, 'APPROVED_PARTIAL');
      await move(3, 2, 'REVERSAL_DUE');
      const [first, second, third, fourth] = await Promise.all(
        ['b1', 'b2', 'b3', 'b4'].map(batchOf),
      );
      expect(first).toBeDefined();
      expect(second).toBeDefined();
      expect(second).not.toBe(first);
      expect(third).toBeUndefined();
      expect(fourth).toBe(second);
    });
    it('opens a key once and says who holds it', async () => {
      const record = await opened(journalOf(), 'once');
      const again = await journalOf().open({ ...newPayment('once'), amountMinor: 1n });
      expect(again.ok).toBe(false);
      if (again.ok || again.error.code !== 'key-exists') throw new Error('not refused');
      expect(again.error.record).toMatchObject({
        paymentId: record.paymentId,
        amountMinor: 9_007_199_254_740_993n,
        version: 0,
      });
      expect(await journalOf().findByKey('once')).toMatchObject({ key: 'once', state: 'SENDING' });
      expect(await journalOf().findByKey('never')).toBeUndefined();
    });
    it('finds payments by what a later message knows of them, the newest first', async () => {
      const journal = journalOf();
      for (const key of ['s/000777/1', 's/000777/2', 't/000777/2', 's/000778/2']) {
        await journal.open({ ...newPayment(key), terminalId: 'SEARCHED' });
      }
      const keysOf = async (more: Partial<PaymentSearch>): Promise<string[]> => {
        const found = await journal.search({
          terminalIds: ['SEARCHED'],
          businessDates: ['2026-11-22'],
          ...more,
        });
        return found.map(({ key }) => key);
      };
      const keyEndings = ['/000777/2', '/000777/1'];
      expect(await keysOf({ keyEndings })).toEqual(['t/000777/2', 's/000777/2', 's/000777/1']);
      expect(await keysOf({ keyEndings, businessDates: ['2026-11-23'] })).toEqual([]);
      expect(await keysOf({ keyEndings, terminalIds: ['TERM0001'] })).toEqual([]);
      expect(await keysOf({})).toEqual([]);
      const [record] = await journal.search({
        terminalIds: ['SEARCHED'],
        businessDates: ['2026-11-22'],
        keyEndings: ['s/000778/2'],
      });
      const { paymentId, businessDate } = record;
      const answered = { paymentId, businessDate, version: 1, state: 'APPROVED', event: 'e' };
      await journal.step({ ...answered, retrievalReference: '632600000077' });
      expect(await keysOf({ retrievalReference: '632600000077' })).toEqual(['s/000778/2']);
    });
    it('R35: what is opened against an original never takes more than there is, all at once', async () => {
      const journal = journalOf();
      const sold = await journal.open({ ...newPayment('r35'), amountMinor: 1_000n });
      if (!sold.ok) throw new Error(sold.error.code);
      const sale = sold.record;
      const against = (key: string, amountMinor = 100n): NewPayment => ({
        ...newPayment(key),
        kind: 'refund',
        amountMinor,
        original: {
          paymentId: sale.paymentId,
          outcome: 'approved',
          together: ['refund'],
          added: [],
          alone: [],
          percentMax: 50n,
        },
      });
      // Not before the original is approved.
      expect(await journal.open(against('r35-early'))).toMatchObject({
        error: { code: 'original-used-up' },
      });
      const { paymentId, businessDate } = sale;
      await journal.step({ paymentId, businessDate, version: 1, state: 'APPROVED', event: 'e' });
      const results = await Promise.all(
        Array.from({ length: 9 }, (_, i) => journal.open(against(`r35-${i}`))),
      );
      const taken = results.flatMap((result) => (result.ok ? [result.record] : []));
      expect(taken).toHaveLength(5);
      expect(await journal.drawsOn(sale.paymentId)).toEqual([
        { kind: 'refund', isPending: true, amountMinor: 500n, releasedMinor: 0n, endsHold: false },
      ]);
      expect(await journal.drawsOn(taken[0].paymentId)).toEqual([]);
      // What took the last of it is found under its key, not refused.
      expect(await journal.open(against(taken[4].key))).toMatchObject({
        error: { code: 'key-exists', record: { key: taken[4].key } },
      });
      expect(taken[0].originalId).toBe(paymentId);
      // One that is declined gives its part back; the same key again says who has it.
      const declined = { businessDate, version: 1, state: 'DECLINED', event: 'e' };
      await journal.step({ ...declined, paymentId: taken[0].paymentId });
      expect(await journal.open(against('r35-over', 101n))).toMatchObject({ ok: false });
      expect(await journal.open(against('r35-again'))).toMatchObject({ ok: true });
      expect(await journal.findByKey('r35-again')).toMatchObject({ originalId: paymentId });
      const undone = { businessDate, version: 2, state: 'REVERSAL_DUE', event: 'e' };
      await journal.step({ ...undone, paymentId });
      expect(await journal.open(against('r35-late', 1n))).toMatchObject({
        error: { code: 'original-used-up' },
      });
    });
    it('gives one of many parallel openings of a key the payment', async () => {
      const results = await Promise.all(
        Array.from({ length: 20 }, () => journalOf().open(newPayment('race'))),
      );
      expect(results.filter((result) => result.ok)).toHaveLength(1);
    });
    it('moves by version, says so when repeated, refuses a gap', async () => {
      const { paymentId } = await opened(journalOf(), 'steps');
      const step = { paymentId, businessDate: '2026-11-22', event: 'answered' };
      const first = { ...step, version: 1, state: 'APPROVED', responseCode: '00' };
      expect(await journalOf().step(first)).toEqual({ ok: true });
      expect(await journalOf().step(first)).toEqual({ ok: true });
      expect(await journalOf().step({ ...step, version: 1, state: 'DECLINED' })).toMatchObject({
        error: { code: 'version-conflict' },
      });
      expect(await journalOf().step({ ...step, version: 3, state: 'REVERSED' })).toMatchObject({
        error: { code: 'version-conflict' },
      });
      expect(
        await journalOf().step({ ...step, paymentId: '999999', version: 1, state: 'X' }),
      ).toMatchObject({ error: { code: 'version-conflict' } });
      expect(await journalOf().findByKey('steps')).toMatchObject({
        version: 1,
        state: 'APPROVED',
        responseCode: '00',
      });
    });
    it('a step that may be lost is there for whoever asks next, moves by version, and follows what was before', async () => {
      const { paymentId } = await opened(journalOf(), 'notes');
      const of = { paymentId, businessDate: '2026-11-22', event: 'told' };
      const approved = { ...of, version: 1, state: 'APPROVED', responseCode: '00' };
      const note = { ...of, version: 2, state: 'ANSWERED', mayBeLost: true };
      expect(await journalOf().step(note)).toMatchObject({ error: { code: 'version-conflict' } });
      expect(await journalOf().step(approved)).toEqual({ ok: true });
      expect(await journalOf().step(note)).toEqual({ ok: true });
      expect(await journalOf().step(note)).toEqual({ ok: true });
      expect(await journalOf().step({ ...note, state: 'OTHER' })).toMatchObject({
        error: { code: 'version-conflict' },
      });
      expect(await journalOf().findByKey('notes')).toMatchObject({
        version: 2,
        state: 'ANSWERED',
        responseCode: '00',
      });
      const after = { ...of, version: 3, state: 'REVERSAL_DUE' };
      expect(await journalOf().step(after)).toEqual({ ok: true });
    });
    it.each([
      ['another number', { facts: { tries: 1, followUp: { stan: '000002' } } }],
      ['another code', { facts: { tries: 1, followUp: { stan: '000001' } }, responseCode: '91' }],
      ['another reference', { hostReference: 'other' }],
    ])('I1: a step to the same state that says %s is another hand’s', async (what, other) => {
      const { paymentId } = await opened(journalOf(), what);
      const step = { paymentId, version: 1, businessDate: '2026-11-22', event: 'e' };
      const mine = {
        ...step,
        state: 'ADVICE_SENT',
        facts: { tries: 1, followUp: { stan: '000001' } },
      };
      expect(await journalOf().step(mine)).toEqual({ ok: true });
      expect(await journalOf().step({ ...mine, ...other })).toEqual({
        ok: false,
        error: { code: 'version-conflict' },
      });
      expect(await journalOf().step(mine)).toEqual({ ok: true });
      expect(await journalOf().findByKey(what)).toMatchObject({ facts: mine.facts });
    });
    it('books with the step, once', async () => {
      const { paymentId } = await opened(journalOf(), 'books');
      const booking = capturePostings({
        payment: paymentId,
        merchant: 'MERCHANT0000001',
        scheme: 'visa',
        amountMinor: minorUnits(1251n),
        currency: 'CNY',
      });
      const step = {
        paymentId,
        version: 1,
        businessDate: '2026-11-22',
        state: 'APPROVED',
        event: 'e',
      };
      expect(await journalOf().step({ ...step, booking })).toEqual({ ok: true });
      expect(await journalOf().step({ ...step, booking })).toEqual({ ok: true });
    });
    it('R02: refuses a booking that cannot be made, and moves nothing', async () => {
      const { paymentId } = await opened(journalOf(), 'zero');
      const booking = capturePostings({
        payment: paymentId,
        merchant: 'm1',
        scheme: 'visa',
        amountMinor: minorUnits(0n),
        currency: 'CNY',
      });
      const step = { version: 1, businessDate: '2026-11-22', state: 'APPROVED', event: 'e' };
      expect(await journalOf().step({ ...step, paymentId, booking })).toEqual({
        ok: false,
        error: { code: 'not-storable' },
      });
      expect(await journalOf().findByKey('zero')).toMatchObject({ state: 'SENDING', version: 0 });
      expect(await journalOf().step({ ...step, paymentId })).toEqual({ ok: true });
    });
    it('keeps two steps of one payment in order when they come together', async () => {
      const { paymentId } = await opened(journalOf(), 'order');
      const step = { paymentId, businessDate: '2026-11-22', event: 'e' };
      const both = await Promise.all([
        journalOf().step({ ...step, version: 1, state: 'UNKNOWN' }),
        journalOf().step({ ...step, version: 2, state: 'REVERSAL_DUE', facts: { tries: 1 } }),
      ]);
      expect(both).toEqual([{ ok: true }, { ok: true }]);
      expect(await journalOf().findByKey('order')).toMatchObject({
        state: 'REVERSAL_DUE',
        facts: { stan: '000123', tries: 1 },
      });
    });
    it('M12: lists page after page until nothing is left', async () => {
      const keys = ['page-1', 'page-2', 'page-3', 'page-4', 'page-5'];
      for (const key of keys) await journalOf().open({ ...newPayment(key), owner: 'switch-9' });
      const listed: string[] = [];
      let after: string | undefined;
      for (;;) {
        const page = await journalOf().listByState('switch-9', ['SENDING'], 2, after);
        if (page.length === 0) break;
        listed.push(...page.map((record) => record.key));
        after = page.at(-1)?.paymentId;
      }
      expect(listed).toEqual(keys);
    });
    it("lists an owner's payments by state and finds them by host reference", async () => {
      await opened(journalOf(), 'list');
      const listed = await journalOf().listByState('switch-1', ['SENDING'], 100);
      expect(listed.map((record) => record.key)).toContain('list');
      expect(await journalOf().listByState('switch-2', ['SENDING'], 100)).toEqual([]);
      expect(await journalOf().findByHostReference('acquirer-a', 'ref-list')).toMatchObject({
        key: 'list',
      });
    });
  });
}
