// The page's words and amounts: both languages whole, every outcome named, no float on the way.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { outcomeOf, outcomes } from '../src/index.ts';

interface Words {
  readonly words: Readonly<Record<'en' | 'zh', Readonly<Record<string, string>>>>;
  readonly wordOf: (language: string, key: string, blanks?: object) => string;
  readonly moneyText: (language: string, money: object) => string;
}
const address = new URL('../page/words.js', import.meta.url).href;
const { words, wordOf, moneyText } = (await import(/* @vite-ignore */ address)) as Words;
const page = (name: string) => readFileSync(new URL(`../page/${name}`, import.meta.url), 'utf8');

describe('words', () => {
  it('are the same in both languages, blanks included', () => {
    expect(Object.keys(words.zh)).toEqual(Object.keys(words.en));
    for (const [key, text] of Object.entries(words.en)) {
      const blanks = (one: string) => [...one.matchAll(/\{\w+\}/g)].map(String).sort();
      expect(blanks(words.zh[key]), key).toEqual(blanks(text));
      expect(words.zh[key], key).not.toBe('');
    }
  });
  it('are there for every outcome and every place of the page', () => {
    for (const outcome of outcomes) expect(words.en).toHaveProperty([`outcome.${outcome}`]);
    const used = [...page('index.html').matchAll(/data-word="(\w+)"/g)].map((match) => match[1]);
    const asked = [...page('console.js').matchAll(/\bword\('(\w+)'/g)].map((match) => match[1]);
    expect(used.length + asked.length).toBeGreaterThan(20);
    for (const key of [...used, ...asked]) expect(words.en).toHaveProperty([key]);
  });
  it('fill blanks, and show what they do not know', () => {
    expect(wordOf('en', 'paymentTitle', { id: 7 })).toBe('Payment 7');
    expect(wordOf('zh', 'kind.something-new')).toBe('something-new');
    expect(wordOf('en', 'toString')).toBe('toString');
  });
});

describe('amounts', () => {
  it.each([
    ['123450', 'CNY', 2, '1,234.50 CNY'],
    ['5', 'EUR', 2, '0.05 EUR'],
    ['-12345', 'KWD', 3, '−12.345 KWD'],
    ['1980', 'JPY', 0, '1,980 JPY'],
    ['9007199254740993', 'CNY', 2, '90,071,992,547,409.93 CNY'],
    ['7', 'XXX', null, '7 XXX'],
  ])('%s %s is %s', (minor, currency, minorDigits, text) => {
    expect(moneyText('en', { minor, currency, minorDigits })).toBe(text);
  });
});

describe('outcomes', () => {
  it.each([
    ['ANSWERED', 'capture', 'approved'],
    ['APPROVED_PARTIAL', 'capture', 'approved'],
    ['ANSWERED', null, 'approved'],
    ['DECLINED', null, 'declined'],
    ['REFUSED', null, 'declined'],
    ['SENDING', null, 'pending'],
    ['REVERSAL_SENT', 'capture-reversal', 'reversing'],
    ['REVERSED', 'capture-reversal', 'reversed'],
    ['REVERSED', null, 'reversed'],
    ['ADVICE_DUE', 'capture', 'advising'],
    ['ADVICE_ACKED', 'capture', 'approved'],
    ['MANUAL', null, 'manual'],
    ['MANUAL', 'capture', 'manual'],
  ])('%s with %s booked is %s', (state, booked, outcome) => {
    expect(outcomeOf(state, booked)).toBe(outcome);
  });
});
