// Countries, currencies and languages by code; names in English, Chinese or any language Intl
// knows.
import { countryCodes } from '../data/countries.ts';
import { currencyCodes } from '../data/currencies.ts';

/** A country of ISO 3166-1. */
export interface Country {
  readonly numeric: string;
  readonly alpha2: string;
  readonly alpha3: string;
}

/** A currency of ISO 4217. */
export interface Currency {
  readonly numeric: string;
  readonly alpha: string;
  /**
   * Decimals of the minor unit; undefined where ISO 4217 says there is none (gold, testing, no
   * currency).
   */
  readonly exponent: number | undefined;
}

function entriesOf(table: string): string[] {
  return table.trim().split(/\s+/);
}

let countries: Map<string, Country> | undefined;
let currencies: Map<string, Currency> | undefined;

function countryIndex(): Map<string, Country> {
  if (countries !== undefined) return countries;
  countries = new Map();
  for (const entry of entriesOf(countryCodes)) {
    const numeric = entry.slice(0, 3);
    const alpha2 = entry.slice(3, 5);
    const alpha3 = entry.slice(5);
    const country = { numeric, alpha2, alpha3 };
    for (const key of [numeric, alpha2, alpha3]) countries.set(key, country);
  }
  return countries;
}

function currencyIndex(): Map<string, Currency> {
  if (currencies !== undefined) return currencies;
  currencies = new Map();
  for (const entry of entriesOf(currencyCodes)) {
    const numeric = entry.slice(0, 3);
    const alpha = entry.slice(3, 6);
    const decimals = entry.slice(6);
    const exponent = decimals === '-' ? undefined : Number(decimals);
    const currency = { numeric, alpha, exponent };
    for (const key of [numeric, alpha]) currencies.set(key, currency);
  }
  return currencies;
}

/**
 * A country by its three digits, two letters or three letters (letters in either case).
 *
 * @example findCountry('156')?.alpha2 // 'CN'
 */
export function findCountry(code: string): Country | undefined {
  return countryIndex().get(code.toUpperCase());
}

/**
 * A currency by its three digits or three letters (letters in either case).
 *
 * @example findCurrency('JPY')?.exponent // 0
 */
export function findCurrency(code: string): Currency | undefined {
  return currencyIndex().get(code.toUpperCase());
}

/**
 * All countries, in numeric order.
 *
 * @example listCountries().length // 249
 */
export function listCountries(): Country[] {
  return [...new Set(countryIndex().values())];
}

/**
 * All currencies, in numeric order.
 *
 * @example listCurrencies().some((currency) => currency.alpha === 'CNY') // true
 */
export function listCurrencies(): Currency[] {
  return [...new Set(currencyIndex().values())];
}

/** The names of one kind in one language, each asked of Intl once: at most the 18,252 codes of two or three letters. */
interface KnownNames {
  readonly names: Intl.DisplayNames;
  readonly byCode: Map<string, string>;
}

const knownNames = new Map<string, KnownNames>();

function nameOf(type: 'region' | 'currency' | 'language', code: string, locale: string): string {
  const key = `${type} ${locale}`;
  let known = knownNames.get(key);
  if (known === undefined) {
    const names = new Intl.DisplayNames([locale], { type, fallback: 'code' });
    known = { names, byCode: new Map() };
    knownNames.set(key, known);
  }
  let name = known.byCode.get(code);
  if (name === undefined) {
    name = known.names.of(code) ?? code;
    known.byCode.set(code, name);
  }
  return name;
}

/** Languages in which names are given. */
export type NameLocale = 'en' | 'zh';

/**
 * Name of a country.
 *
 * @example countryName({ numeric: '156', alpha2: 'CN', alpha3: 'CHN' }, 'zh') // '中国'
 */
export function countryName(country: Country, locale: NameLocale = 'en'): string {
  return nameOf('region', country.alpha2, locale);
}

/**
 * Name of a currency; the code itself where Intl knows none.
 *
 * @example currencyName(findCurrency('978')!) // 'Euro'
 */
export function currencyName(currency: Currency, locale: NameLocale = 'en'): string {
  return nameOf('currency', currency.alpha, locale);
}

/**
 * Name of a language by its two (or three) letters, or undefined when there is no such language.
 *
 * @example languageName('fr') // 'French'
 */
export function languageName(code: string, locale: NameLocale = 'en'): string | undefined {
  const lower = code.toLowerCase();
  if (!/^[a-z]{2,3}$/.test(lower)) return undefined;
  const name = nameOf('language', lower, locale);
  return name === lower ? undefined : name;
}
