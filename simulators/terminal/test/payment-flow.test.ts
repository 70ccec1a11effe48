// What becomes of a payment when host or card misbehave: repeats, reversals, offline approvals.
import { concatBytes, fromHex } from '@chipswitch/bytes';
import { issuerMasterKeys, profiles } from '@chipswitch/card';
import { type SoftModule, createSoftModule } from '@chipswitch/security-module';
import { encodeTlv } from '@chipswitch/tlv';
import { describe, expect, it } from 'vitest';
import { createMemoryJournal } from '../src/journal.ts';
import { testCard, testTerminal } from './device.ts';
import { type IssuerScript, scriptedIssuer } from './scripted-issuer.ts';

const name = 'visa-cvn18';
const profile = profiles[name];
const order = (more: object = {}) => ({
  amountMinor: 125_000n,
  card: testCard(name),
  cardholder: { pin: '1234' },
  ...more,
});

function set(script: IssuerScript = {}, device: object = {}) {
  const issuer = scriptedIssuer(profile, script);
  const journal = createMemoryJournal();
  const terminal = testTerminal(issuer, { journal, profile: device });
  const types = (): string[] => issuer.received.map((message) => message.mti);
  return { issuer, journal, terminal, types };
}

describe('no answer', () => {
  it('is repeated with the same trace number, and the repeat is as good as the answer', async () => {
    const { issuer, terminal, types } = set({ faults: ['timed-out'] });
    const result = await terminal.pay(order());
    expect(types()).toEqual(['0200', '0201']);
    expect(issuer.received[1]['de11']).toBe(issuer.received[0]['de11']);
    expect(result).toMatchObject({ outcome: 'approved', reversal: 'none' });
  });

  it('is reversed when the repeat is not answered either', async () => {
    const { issuer, terminal, types } = set({ faults: ['timed-out', 'link-lost'] });
    const result = await terminal.pay(order());
    expect(types()).toEqual(['0200', '0201', '0400']);
    expect(issuer.received[2]['de11']).toBe(issuer.received[0]['de11']);
    expect(result).toMatchObject({ outcome: 'declined', reason: 'no-answer', reversal: 'done' });
    expect(result.chip?.arc).toBe('Z3');
    expect(terminal.memory.totals().debitCount).toBe(0);
  });

  it('keeps the reversal due, pays nothing until it is answered, then goes on', async () => {
    const faults = Array.from({ length: 6 }, () => 'timed-out' as const);
    const { terminal, types } = set({ faults });
    const first = await terminal.pay(order());
    expect(first.reversal).toBe('pending');
    const second = await terminal.pay(order());
    expect(second).toMatchObject({ outcome: 'failed', reason: 'reversal-pending' });
    const third = await terminal.pay(order());
    expect(third.outcome).toBe('approved');
    expect(types().filter((mti) => mti === '0200')).toHaveLength(2);
  });

  it('that never left the terminal owes nothing', async () => {
    const { terminal, types } = set({ faults: ['not-sent', 'not-sent'] });
    const result = await terminal.pay(order());
    expect(result).toMatchObject({ outcome: 'declined', reason: 'not-sent', reversal: 'none' });
    expect(types()).not.toContain('0400');
  });

  it('because of a fault of our own: the fault is heard, and the reversal is owed', async () => {
    const { issuer, journal } = set();
    let broken = true;
    const terminal = testTerminal(
      {
        exchange: (message, timeoutMs) => {
          if (broken) throw new RangeError('a fault');
          return issuer.exchange(message, timeoutMs);
        },
      },
      { journal },
    );
    await expect(terminal.pay(order())).rejects.toThrow('a fault');
    expect(terminal.memory.debts()).toMatchObject([{ reversal: 'due' }]);
    broken = false;
    expect(await terminal.pay(order())).toMatchObject({ outcome: 'approved' });
    expect(issuer.received.map((message) => message.mti)).toEqual(['0400', '0200']);
  });

  it('is found again after a restart, from the journal alone', async () => {
    const { journal, terminal } = set({
      faults: ['timed-out', 'timed-out', 'timed-out', 'timed-out'],
    });
    await terminal.pay(order());
    // The process dies before the outcome of the last question is known.
    const cut = createMemoryJournal();
    for (const event of journal.events()) {
      if (event.type === 'asked') cut.append(event);
    }
    const issuer = scriptedIssuer(profile);
    const again = testTerminal(issuer, { journal: cut });
    expect(await again.settleDebts()).toBe(0);
    expect(issuer.received.map((message) => message.mti)).toEqual(['0400']);
    expect(again.memory.nextStan()).toBe('000002');
  });
});

describe('an answer that is none', () => {
  it.each([
    ['another trace number', { de11: '999999' }],
    ['another terminal', { de41: 'T9999999' }],
    ['another amount', { de4: '000000000001' }],
    ['no response code', { de39: undefined }],
    ['more than was asked, as part', { de4: '000000999999', de39: '10' }],
  ])('%s: not believed, reversed', async (_, change) => {
    const { terminal } = set({
      alter: (answer) => (answer.mti === '0210' ? { ...answer, ...change } : answer),
    });
    const result = await terminal.pay(order());
    expect(result).toMatchObject({ outcome: 'declined', reason: 'no-answer', reversal: 'done' });
  });

  it('a DE 55 that is no TLV: the card gets none of it, the payment stands', async () => {
    const { terminal } = set({
      alter: (answer) => (answer['de55'] ? { ...answer, de55: fromHex('910A00') } : answer),
    });
    expect(await terminal.pay(order())).toMatchObject({ outcome: 'approved' });
  });
});

describe('the host declines', () => {
  it.each(['05', '51', '55', '91'])('%s', async (code) => {
    const { terminal } = set({ responseCodes: [code] });
    const result = await terminal.pay(order());
    expect(result).toMatchObject({
      outcome: 'declined',
      reason: 'online-declined',
      responseCode: code,
      reversal: 'none',
    });
    expect(result.chip?.acType).toBe('AAC');
  });

  it('a partial approval pays the smaller amount', async () => {
    const { terminal } = set({
      responseCodes: ['10'],
      alter: (answer) => (answer.mti === '0210' ? { ...answer, de4: '000000100000' } : answer),
    });
    const result = await terminal.pay(order());
    expect(result).toMatchObject({ outcome: 'approved', amountMinor: 100_000n });
    expect(terminal.memory.totals().debitMinor).toBe(100_000n);
  });

  it('a referral is the attendant’s to decide', async () => {
    const refused = set({ responseCodes: ['01'] });
    expect(await refused.terminal.pay(order())).toMatchObject({ reason: 'referral-declined' });
    const called = set({ responseCodes: ['01'] });
    const result = await called.terminal.pay(
      order({ cardholder: { pin: '1234', referralApproved: true } }),
    );
    expect(result.chip?.acType).toBe('TC');
  });
});

describe('the card refuses after the host approved', () => {
  it('a wrong ARPC: the card declines, the host is told to undo it', async () => {
    const { terminal, types, issuer } = set({ wrongArpc: true });
    const result = await terminal.pay(order());
    expect(result).toMatchObject({
      outcome: 'declined',
      reason: 'card-declined-after-approval',
      reversal: 'done',
    });
    expect(types()).toEqual(['0200', '0400']);
    expect(issuer.received[1]['de39']).toBe('06');
    // Issuer authentication failed: TVR byte 5 bit 7.
    expect(Number.parseInt(result.chip?.tvr.slice(8) ?? '', 16) & 0x40).toBe(0x40);
  });

  it('a card that takes any ARPC stays approved', async () => {
    const { terminal } = set({ wrongArpc: true });
    const card = testCard(name, { behaviour: { acceptAnyArpc: true } });
    expect(await terminal.pay(order({ card }))).toMatchObject({ outcome: 'approved' });
  });

  it('the card is pulled out before it could agree', async () => {
    const { terminal, types } = set();
    const card = testCard(name, {
      faults: [{ on: 'generate-ac', occurrence: 2, effect: { type: 'mute' } }],
    });
    const result = await terminal.pay(order({ card }));
    expect(result.outcome).toBe('failed');
    expect(result.reversal).toBe('done');
    expect(types()).toEqual(['0200', '0400']);
  });
});

describe('offline', () => {
  const small = (more: object = {}) => order({ amountMinor: 1_000n, ...more });

  it('a small amount is approved by the card and uploaded later', async () => {
    const { terminal, types, issuer } = set();
    const card = testCard(name);
    // New cards go online once; the second payment is the card's own.
    await terminal.pay(small({ card }));
    const result = await terminal.pay(small({ card }));
    expect(result).toMatchObject({
      outcome: 'approved',
      reason: 'offline-approved',
      online: false,
      uploadDue: true,
    });
    expect(result.chip).toMatchObject({ acType: 'TC', arc: 'Y1' });
    expect(types()).toEqual(['0200']);
    expect(await terminal.settleDebts()).toBe(0);
    expect(types()).toEqual(['0200', '0220']);
    expect(issuer.received[1]['de39']).toBe('Y1');
    expect(terminal.memory.totals()).toMatchObject({ debitCount: 2, debitMinor: 2_000n });
  });

  it('the card’s own limits send it online again', async () => {
    const { terminal } = set({}, { floorLimitMinor: 1_000_000 });
    const card = testCard(name);
    await terminal.pay(small({ card }));
    const ways: boolean[] = [];
    for (let i = 0; i < 5; i++) ways.push((await terminal.pay(small({ card }))).online);
    // Three in a row are allowed, the fourth asks.
    expect(ways).toEqual([false, false, false, true, false]);
  });

  it('an approval after a call that failed is a payment of its own beside the reversal', async () => {
    const { terminal, types, issuer } = set(
      { faults: ['timed-out', 'timed-out'] },
      {
        applications: [
          {
            aid: 'A000000003',
            floorLimitMinor: 1_000_000,
            tac: { denial: '0000000000', online: 'FFFFFFFFFF', default: '0000000000' },
          },
        ],
      },
    );
    const result = await terminal.pay(order({ amountMinor: 10_000n }));
    expect(result).toMatchObject({ outcome: 'approved', uploadDue: true });
    expect(result.chip?.arc).toBe('Y3');
    await terminal.settleDebts();
    expect(types()).toEqual(['0200', '0201', '0400', '0220']);
    const [asked, , reversal, upload] = issuer.received;
    expect(reversal['de11']).toBe(asked['de11']);
    expect(upload['de11']).not.toBe(asked['de11']);
  });
});

describe('issuer scripts', () => {
  const module: SoftModule = createSoftModule({ allowClearKeysInProcess: true });
  const macKey = module.loadClearKey({
    id: 'smi',
    usage: 'E2',
    algorithm: '2TDEA',
    bytes: fromHex(issuerMasterKeys(profile).secureMessagingIntegrity),
  });

  function script(
    header: string,
    options: { spoil?: boolean; data?: string } = {},
  ): NonNullable<IssuerScript['scripts']> {
    return ({ arqc, atc }) => {
      const { pan, panSequenceNumber } = profile.applications[0];
      const data = fromHex(options.data ?? '');
      const made = module.scriptMac({
        key: macKey,
        pan,
        panSequenceNumber,
        sessionKey: 'visa-sm',
        diversifier: atc,
        message: concatBytes(fromHex(header), atc, arqc, data),
      });
      if (!made.ok) throw new Error(made.error.code);
      if (options.spoil === true) made.mac[0] ^= 1;
      return encodeTlv([[0x72, [[0x86, concatBytes(fromHex(header), data, made.mac)]]]]);
    };
  }

  it('PIN unblock: the card checks the MAC and restores the tries', async () => {
    const card = testCard(name);
    const blocked = set({ responseCodes: ['05'], scripts: script('8424000008') });
    card.state.pinTriesLeft = 0;
    const result = await blocked.terminal.pay(order({ card }));
    expect(card.state.pinTriesLeft).toBe(3);
    // Second nibble pair of 9F5B: script processed successfully.
    expect(result.chip?.scriptResults.startsWith('2')).toBe(true);
  });

  it('application block: the next payment finds it blocked', async () => {
    const card = testCard(name);
    const first = set({ responseCodes: ['05'], scripts: script('841E000008') });
    await first.terminal.pay(order({ card }));
    const second = await set().terminal.pay(order({ card }));
    expect(second.outcome).not.toBe('approved');
    expect(card.state.applications['A0000000031010'].blocked).toBe(true);
  });

  it('card block: nothing answers any more', async () => {
    const card = testCard(name);
    await set({ scripts: script('8416000008') }).terminal.pay(order({ card }));
    expect((await set().terminal.pay(order({ card }))).reason).toBe('card-blocked');
  });

  it('PUT DATA: a new limit holds from the next payment on', async () => {
    const card = testCard(name);
    const { terminal } = set({ scripts: script('04DA9F5809', { data: '00' }) });
    await terminal.pay(order({ card, amountMinor: 1_000n }));
    expect(card.state.applications['A0000000031010'].limits.lowerConsecutive).toBe(0);
    // No offline payment in a row is allowed any more.
    expect(await set().terminal.pay(order({ card, amountMinor: 1_000n }))).toMatchObject({
      online: true,
      outcome: 'approved',
    });
  });

  it.each([
    ['a tag nobody may write', '04DA5F2409', '00'],
    ['a value of another length', '04DA9F580A', '0000'],
    ['a record that is not there', '04DC091C0A', '7000'],
    ['a record that is none', '04DC021C0A', '1234'],
  ])('%s is refused, and the failure is reported', async (_, header, data) => {
    const card = testCard(name);
    const before = JSON.stringify(card.state.applications['A0000000031010'].limits);
    const result = await set({ scripts: script(header, { data }) }).terminal.pay(order({ card }));
    expect(result.chip?.scriptResults.startsWith('1')).toBe(true);
    expect(JSON.stringify(card.state.applications['A0000000031010'].limits)).toBe(before);
    expect(card.state.applications['A0000000031010'].updatedRecords).toEqual({});
  });

  it('UPDATE RECORD: the terminal reads the new one', async () => {
    const card = testCard(name);
    // File 1 record 1 with nothing but a cardholder name: track 2 is gone from the next request.
    const record = '70075F2004414C4C45';
    const { terminal } = set({ scripts: script('04DC010C11', { data: record }) });
    await terminal.pay(order({ card }));
    const next = set();
    await next.terminal.pay(order({ card }));
    expect(next.issuer.received[0]['de35']).toBeUndefined();
    expect(next.issuer.received[0]['de2']).toBe(profile.applications[0].pan);
  });

  it('a wrong MAC changes nothing and is reported', async () => {
    const card = testCard(name);
    const { terminal } = set({ scripts: script('841E000008', { spoil: true }) });
    const result = await terminal.pay(order({ card }));
    expect(result.outcome).toBe('approved');
    expect(card.state.applications['A0000000031010'].blocked).toBe(false);
    // TVR byte 5 bit 5: script processing failed after the final GENERATE AC.
    expect(Number.parseInt(result.chip?.tvr.slice(8) ?? '', 16) & 0x10).toBe(0x10);
  });
});

describe('other kinds of payment', () => {
  it.each([
    ['preauthorisation', '0100', '030000', 10_000n],
    ['balance-inquiry', '0200', '310000', 0n],
    ['refund', '0200', '200000', 10_000n],
  ] as const)('%s goes online as %s with %s', async (kind, mti, processingCode, amountMinor) => {
    const { terminal, issuer } = set();
    const result = await terminal.pay(order({ kind, amountMinor }));
    expect(issuer.received[0]).toMatchObject({ mti, de3: processingCode });
    expect(result).toMatchObject({ outcome: 'approved', online: true, kind });
  });

  it('a pre-authorisation is no sale: it is counted apart', async () => {
    const { terminal } = set();
    await terminal.pay(order({ kind: 'preauthorisation' }));
    expect(terminal.memory.totals()).toMatchObject({ debitCount: 0, authorisationCount: 1 });
  });

  it('what only a purchase may be: approved by the card alone', async () => {
    const { terminal, types } = set(
      { faults: ['not-sent', 'not-sent'] },
      {
        applications: [
          {
            aid: 'A000000003',
            floorLimitMinor: 1_000_000,
            tac: { denial: '0000000000', online: 'FFFFFFFFFF', default: '0000000000' },
          },
        ],
      },
    );
    const result = await terminal.pay(
      order({ kind: 'preauthorisation', amountMinor: 10_000n, forceOnline: false }),
    );
    expect(result).toMatchObject({ outcome: 'declined', reason: 'not-sent', uploadDue: false });
    expect(types()).toEqual(['0100', '0100']);
  });
});

describe('a lying card', () => {
  it('whose cryptogram is wrong is found out by the issuer', async () => {
    const { terminal, issuer } = set();
    const card = testCard(name, { behaviour: { wrongCryptogram: true } });
    await terminal.pay(order({ card }));
    expect(issuer.verdicts[0]).not.toBe('ok');
  });

  it('that declines everything never sees the host', async () => {
    const { terminal, types } = set();
    const card = testCard(name, { behaviour: { declineAlways: true } });
    expect(await terminal.pay(order({ card }))).toMatchObject({ outcome: 'declined' });
    expect(types()).toEqual([]);
  });

  it.each([
    ['garbage for its records', { on: 'read-record', effect: { type: 'garbage' } }],
    ['too much at the start', { on: 'get-processing-options', effect: { type: 'too-long' } }],
    ['nothing at the cryptogram', { on: 'generate-ac', effect: { type: 'mute' } }],
    [
      'a spoilt CDA signature',
      { on: 'generate-ac', occurrence: 1, effect: { type: 'flip', offset: 40 } },
    ],
    ['everything too late', { on: 'any', effect: { type: 'slow', delayMs: 60_000 } }],
  ] as const)('that answers %s pays nothing', async (_, fault) => {
    const { terminal, types } = set();
    const card = testCard(name, { faults: [fault] });
    const result = await terminal.pay(order({ card }));
    expect(result.outcome).not.toBe('approved');
    expect(types()).toEqual([]);
  });
});
