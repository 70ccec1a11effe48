// Merchant category codes (ISO 18245): name by code, else by range.
import { merchantCodes, merchantRanges } from '../data/merchant-categories.ts';
import type { NameLocale } from './names.ts';

/** A merchant category. */
export interface MerchantCategory {
  readonly code: string;
  readonly name: string;
  readonly nameZh: string;
  /** True when the code has no line of its own and the name is that of its range. */
  readonly byRange: boolean;
}

let codes: Map<string, MerchantCategory> | undefined;

function codeIndex(): Map<string, MerchantCategory> {
  if (codes !== undefined) return codes;
  codes = new Map();
  for (const line of merchantCodes.trim().split('\n')) {
    const [code, name, nameZh] = line.split('|');
    codes.set(code, { code, name, nameZh, byRange: false });
  }
  return codes;
}

/**
 * The category of a four-digit code.
 *
 * @returns undefined when the code is not four digits or lies in no range.
 * @example findMerchantCategory('5411')?.name // 'Grocery stores and supermarkets'
 */
export function findMerchantCategory(code: string): MerchantCategory | undefined {
  if (!/^\d{4}$/.test(code)) return undefined;
  const own = codeIndex().get(code);
  if (own !== undefined) return own;
  for (const line of merchantRanges.trim().split('\n')) {
    const [first, last, name, nameZh] = line.split('|');
    if (code >= first && code <= last) return { code, name, nameZh, byRange: true };
  }
  return undefined;
}

/**
 * All categories that have a line of their own, in order of code.
 *
 * @example listMerchantCategories()[0].code // '0742'
 */
export function listMerchantCategories(): MerchantCategory[] {
  return [...codeIndex().values()];
}

/**
 * The name in a language.
 *
 * @example merchantCategoryName(findMerchantCategory('5812')!, 'zh') // '餐馆'
 */
export function merchantCategoryName(
  category: MerchantCategory,
  locale: NameLocale = 'en',
): string {
  return locale === 'zh' && category.nameZh !== '' ? category.nameZh : category.name;
}
