// The page's words and amounts: both languages whole, every outcome named, no float on the way.
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { outcomeOf, outcomes } from '../src/index.ts';

interface Language {
  readonly name: string;
  readonly locale: string;
  readonly words: Readonly<Record<string, string>>;
}
interface Words {
  readonly wordOf: (language: Language, key: string, blanks?: object) => string;
  readonly moneyText: (language: Language, money: object) => string;
}
const folder = new URL('../page/', import.meta.url);
const load = (name: string): Promise<unknown> =>
  import(/* @vite-ignore */ new URL(name, folder).href);
const { wordOf, moneyText } = (await load('words.js')) as Words;
const codes = readdirSync(new URL('words/', folder)).map((name) => name.slice(0, -3));
const languages = await Promise.all(
  codes.map(async (code) => [code, (await load(`words/${code}.js`)) as Language] as const),
);
const { en, zh } = Object.fromEntries(languages);
const page = (name: string) => readFileSync(new URL(name, folder), 'utf8');

describe('words', () => {
  it.each(languages)('in %s are as many as in English, blanks included', (code, language) => {
    expect(Object.keys(language.words)).toEqual(Object.keys(en.words));
    expect(Intl.getCanonicalLocales(language.locale)).toEqual([language.locale]);
    expect(language.locale.split('-')[0]).toBe(code);
    for (const [key, text] of Object.entries(en.words)) {
      const blanks = (one: string) => [...one.matchAll(/\{\w+\}/g)].map(String).sort();
      expect(blanks(language.words[key]), key).toEqual(blanks(text));
      expect(language.words[key], key).not.toBe('');
    }
  });
  it('are there for every outcome and every place of the page', () => {
    for (const outcome of outcomes) expect(en.words).toHaveProperty([`outcome.${outcome}`]);
    const used = [...page('index.html').matchAll(/data-word="(\w+)"/g)].map((match) => match[1]);
    const asked = [...page('console.js').matchAll(/\bword\('(\w+)'/g)].map((match) => match[1]);
    expect(used.length + asked.length).toBeGreaterThan(20);
    for (const key of [...used, ...asked]) expect(en.words).toHaveProperty([key]);
  });
  it('fill blanks, and show what they do not know', () => {
    expect(wordOf(en, 'paymentTitle', { id: 7 })).toBe('Payment 7');
    expect(wordOf(zh, 'kind.something-new')).toBe('something-new');
    expect(wordOf(en, 'toString')).toBe('toString');
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
    expect(moneyText(en, { minor, currency, minorDigits })).toBe(text);
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
