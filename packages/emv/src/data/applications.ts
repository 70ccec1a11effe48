// Registered application providers and applications by AID prefix (ISO/IEC 7816-5; scheme
// documents).

/** Schemes, as this package names them. */
export type Scheme =
  | 'visa'
  | 'mastercard'
  | 'amex'
  | 'jcb'
  | 'discover'
  | 'unionpay'
  | 'cb'
  | 'interac'
  | 'dankort'
  | 'girocard'
  | 'eftpos'
  | 'rupay'
  | 'mir'
  | 'verve'
  | 'meeza'
  | 'gim-uemoa'
  | 'bancontact'
  | 'pagobancomat'
  | 'troy'
  | 'private';

/**
 * One prefix of an AID per line, longest match wins: prefix | scheme | product | product in
 * Chinese.
 */
export const applicationRows = `
A000000003|visa|Visa|维萨
A0000000031010|visa|Visa Credit or Debit|维萨信用卡或借记卡
A0000000032010|visa|Visa Electron|维萨电子卡
A0000000032020|visa|V PAY|
A0000000033010|visa|Visa Interlink|
A0000000038010|visa|Visa Plus|
A0000000038002|visa|Visa Authentication|
A000000098|visa|Visa U.S. common debit|
A0000000980840|visa|Visa U.S. common debit|
A000000004|mastercard|Mastercard|万事达
A0000000041010|mastercard|Mastercard Credit or Debit|万事达信用卡或借记卡
A0000000042203|mastercard|Mastercard U.S. common debit|
A0000000043060|mastercard|Maestro|万事顺
A0000000046000|mastercard|Cirrus|
A0000000048002|mastercard|Mastercard SecureCode authentication|
A000000005|mastercard|Maestro UK|
B012345678|mastercard|Mastercard test card|
A000000025|amex|American Express|美国运通
A00000002501|amex|American Express Credit or Debit|美国运通卡
A000000790|amex|American Express China|美国运通（连通）
A000000065|jcb|JCB|JCB 卡
A0000000651010|jcb|JCB J/Speedy|JCB 卡
A000000152|discover|Discover|发现卡
A0000001523010|discover|Discover or Diners Club (D-PAS)|发现卡或大来卡
A0000001524010|discover|Discover U.S. common debit|
A000000324|discover|Discover Zip|
A000000333|unionpay|UnionPay|银联
A000000333010101|unionpay|UnionPay Debit|银联借记卡
A000000333010102|unionpay|UnionPay Credit|银联贷记卡
A000000333010103|unionpay|UnionPay Quasi Credit|银联准贷记卡
A000000333010106|unionpay|UnionPay Electronic Cash|银联电子现金
A000000333010108|unionpay|UnionPay U.S. common debit|
A000000042|cb|Cartes Bancaires|
A0000000421010|cb|CB Credit or Debit|
A0000000422010|cb|CB Debit|
A000000277|interac|Interac|
A0000002771010|interac|Interac Debit|
A000000121|dankort|Dankort|
A0000001214711|dankort|Visa/Dankort|
A0000001214712|dankort|Dankort (J/Speedy)|
A000000359|girocard|girocard|
A0000003591010028001|girocard|girocard|
A000000384|eftpos|eftpos Australia|
A00000038410|eftpos|eftpos savings|
A00000038420|eftpos|eftpos cheque|
A000000524|rupay|RuPay|
A000000658|mir|Mir|
A0000006581010|mir|Mir Credit|
A0000006582010|mir|Mir Debit|
A000000371|verve|Verve|
A000000732|meeza|Meeza|
A000000337|gim-uemoa|GIM-UEMOA|
D056000666|bancontact|Bancontact|
A000000141|pagobancomat|PagoBANCOMAT|
A000000672|troy|Troy|
315041592E5359532E4444463031|private|PSE (1PAY.SYS.DDF01)|支付系统环境
325041592E5359532E4444463031|private|PPSE (2PAY.SYS.DDF01)|近场支付系统环境
`;
