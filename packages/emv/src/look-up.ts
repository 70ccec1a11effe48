// The look-up tables on their own (`@chipswitch/emv/look-up`): tags, countries, currencies, merchant
// categories, without the kernel and its cryptography, for programs that must start at once.
export {
  type TagFormat,
  type TagInfo,
  type TagScope,
  type TagSource,
  findTagInfo,
  searchTags,
  tagDictionary,
} from './dictionary/tag-info.ts';
export {
  type Country,
  type Currency,
  type NameLocale,
  countryName,
  currencyName,
  findCountry,
  findCurrency,
  languageName,
  listCountries,
  listCurrencies,
} from './dictionary/names.ts';
export {
  type MerchantCategory,
  findMerchantCategory,
  listMerchantCategories,
  merchantCategoryName,
} from './dictionary/merchant-category.ts';
