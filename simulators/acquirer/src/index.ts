// Acquirer host and the issuer behind it, with its own book and faults by amount.
export { type AmountWish, type HostFault, wishOfAmount } from './amount-table.ts';
export { type Authorization, type BookEntry, HostBook } from './book.ts';
export { type Acquirer, type AcquirerParts, openAcquirer } from './host.ts';
export { type CardAccount, type Decision, type IssuerConfig, IssuerDesk } from './issuer.ts';
export type { HostTlsFiles } from './transport.ts';
