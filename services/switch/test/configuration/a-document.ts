// A whole configuration for the tests of its rows, changes and versions.

/** One host. */
export const host = (name: string, more: object = {}): object => ({
  name,
  dialect: 'iso1987Ascii',
  host: '127.0.0.1',
  port: 9000,
  ...more,
});

/** One row of the BIN table. */
export const route = (
  prefix: string,
  hosts: readonly string[] = ['a'],
  more: object = {},
): object => ({
  prefix,
  scheme: 'visa',
  hosts,
  cryptogram: 'pass-through',
  ...more,
});

/** One terminal of the merchant. */
export const terminal = (terminalId: string, more: object = {}): object => ({
  terminalId,
  acceptorId: 'MERCHANT0000001',
  ...more,
});

/** One merchant. */
export const merchant = (acceptorId = 'MERCHANT0000001', more: object = {}): object => ({
  acceptorId,
  name: 'SHOP',
  city: 'SHANGHAI',
  country: 'CN',
  merchantCategory: '5411',
  currencyNumeric: '156',
  ...more,
});

/** A document with something in every section. */
export const aDocument = (more: object = {}): Record<string, unknown> => ({
  merchants: [merchant()],
  terminals: [terminal('TERM0001'), terminal('TERM0002')],
  hosts: [host('a'), host('b')],
  routes: [route('4'), route('476173', ['b', 'a'])],
  rules: [
    { name: 'refunds', when: { kinds: ['refund'] }, hosts: ['b'] },
    { name: 'large', when: { currencies: ['156'], amountMinorMin: '100000' }, hosts: ['a'] },
  ],
  costs: [{ host: 'a', currency: '156', fixedMinor: '0', partsPerMillion: 6000 }],
  limits: [{ name: 'cash', kind: 'cash-advance', currency: '156', amountMinorMax: '200000' }],
  hotCards: [{ panHmac: 'ab'.repeat(32), reason: 'stolen' }],
  ...more,
});

/** What a process has for itself. */
export const aProcess = {
  instance: 'sw-1',
  acquirerId: '12345678901',
  listen: { host: '127.0.0.1', port: 0 },
  businessDay: { timeZone: 'Asia/Shanghai', cutOff: '23:00:00' },
  security: { kind: 'soft', keyFile: 'keys.json' },
};
