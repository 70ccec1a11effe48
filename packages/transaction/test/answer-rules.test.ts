// How one host's answers are taken: its own DE 37, what it adds for the terminal, tags of its issuers.
import { toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  type AnswerRules,
  type IsoMessage,
  type OutgoingFacts,
  answerVerdict,
  readHostAnswer,
  terminalAnswer,
} from '../src/index.ts';

const outgoing: OutgoingFacts = {
  mti: '0200',
  stan: '000001',
  transmission: '1122021107',
  acquirerId: '12345678901',
  retrievalReference: '632600000001',
  processingCode: '000000',
  entryMode: '051',
  localTime: '101107',
  localDate: '1122',
  terminalId: 'TERM0001',
  acceptorId: 'ACCEPTOR0000001',
  currencyNumeric: '156',
};
const asked = { outgoing, pan: '4761739001010119', amountMinor: 1_000n };
const plain: AnswerRules = { numbering: 'ours', passedOn: [], issuerTags: [] };
const taken = (answer: Partial<IsoMessage>, rules?: Partial<AnswerRules>) =>
  readHostAnswer(
    { mti: '0210', de39: '00', ...answer },
    { ...asked, ...(rules && { rules: { ...plain, ...rules } }) },
  );

describe('DE 37', () => {
  it.each([
    ['of a host that must repeat ours', 'ours', 'HOST00000001', undefined],
    ['of a host that repeats ours', 'ours', '632600000001', '632600000001'],
    ['of a host that numbers itself', 'host', 'HOST00000001', 'HOST00000001'],
    ['that such a host leaves out', 'host', undefined, '632600000001'],
    ['that such a host leaves blank', 'host', ' '.repeat(12), '632600000001'],
    ['that such a host writes badly', 'host', 'HOST\u00000000001', '632600000001'],
  ] as const)('%s', (_what, numbering, de37, wanted) => {
    const read = taken({ de37 }, { numbering });
    if (wanted === undefined)
      expect(read).toEqual({ ok: false, error: { code: 'other-reference' } });
    else expect(read.ok && read.answer.retrievalReference).toBe(wanted);
  });
});

describe('I10: what a host adds reaches the terminal', () => {
  const added = { de44: '0102', de48: 'STORE 7', de60: '22000001', de61: 'A', de63: 'CUP' };
  it('as the host’s settings say, and no more', () => {
    const read = taken(added, { passedOn: [44, 48, 63] });
    if (!read.ok) throw new Error(read.error.code);
    expect(read.answer.passedOn).toEqual({ 44: '0102', 48: 'STORE 7', 63: 'CUP' });
    const answer = terminalAnswer({ mti: '0200', de11: '000009' }, '00', read.answer);
    expect(answer).toMatchObject({ mti: '0210', de11: '000009', de44: '0102', de63: 'CUP' });
    expect(answer).not.toHaveProperty('de61');
  });
  it.each([
    ['nothing where nothing is named', added, []],
    ['nothing where the host added nothing', {}, [44]],
    ['no card number', { de48: 'CARD 4761739001010119' }, [48]],
    [
      'no element that the switch reads itself',
      { de38: 'ABC123', de2: '4761739001010119' },
      [2, 38],
    ],
    ['no bytes that nobody could read', { de48: Uint8Array.of(0xe9) }, [48]],
  ])('%s', (_what, answer, passedOn) => {
    const read = taken(answer, { passedOn });
    expect(read.ok && read.answer.passedOn).toBeUndefined();
  });
});

describe('tags of a host’s issuers', () => {
  const icc = Uint8Array.of(0x91, 2, 0, 0, 0xdf, 0x32, 1, 7);
  it.each([
    [[], '91020000'],
    [[0xdf32], '91020000DF320107'],
  ])('%o', (issuerTags, wanted) => {
    const read = taken({ de55: icc }, { issuerTags });
    expect(read.ok && read.answer.iccDataHex).toBe(wanted);
  });
  it('never one that holds the card number', () => {
    const pan = [0x47, 0x61, 0x73, 0x90, 0x01, 0x01, 0x01, 0x19];
    const read = taken(
      { de55: Uint8Array.from([0xdf, 0x32, 8, ...pan]) },
      { issuerTags: [0xdf32] },
    );
    expect(read.ok && read.answer.iccDataHex).toBeUndefined();
    expect(toHex(Uint8Array.from(pan))).toBe('4761739001010119');
  });
});

describe('a code of another edition', () => {
  it.each(['000', '116', '400', '501', '0000', ''])('%s says nothing of a payment', (code) => {
    expect(answerVerdict(code)).toBe('unknown');
    expect(taken({ de39: code }).ok).toBe(false);
  });
  it.each([
    ['00', 'approved'],
    ['51', 'declined'],
    ['09', 'in-process'],
    ['QQ', 'unknown'],
  ])('%s: %s', (code, verdict) => {
    expect(answerVerdict(code)).toBe(verdict);
  });
});
