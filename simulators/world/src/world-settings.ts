// What every instance of a world's switch is given alike: its configuration, the calendar, a vault without ciphers.
import { type Pan, parsePan } from '@chipswitch/cardholder-data';
import type { BusinessCalendar } from '@chipswitch/ledger';
import { type CardVault, type SwitchConfig, parseSwitchConfig } from '@chipswitch/switch';

/** The merchant of every terminal. */
export const acceptorId = 'CHIPSWITCH00001';

/** Identification of a terminal by its number. */
export const terminalIdOf = (number: number): string => `TERM${String(number).padStart(4, '0')}`;

/** How long a terminal waits for an answer; longer than the switch for its hosts. */
export const terminalAnswerMs = 6_000;

/** Names of the hosts, the first to be tried first. */
export const hostNames = ['first', 'second'] as const;

/** Names of the instances of the switch, on one journal. */
export const instanceNames = ['one', 'two'] as const;

/** The configuration of one instance. */
export function worldConfig(of: {
  readonly instance: number;
  readonly terminals: number;
  readonly triesMax: number;
  /** Requests awaiting an answer of one host, at the most. */
  readonly inFlightMax: number;
}): SwitchConfig {
  const { instance, terminals, triesMax, inFlightMax } = of;
  const timers = { answerMs: 1_500, acknowledgeMs: 1_400, retryMs: 200, retryMsMax: 2_000 };
  return parseSwitchConfig({
    instance: instanceNames[instance],
    node: instance,
    acquirerId: '12345678901',
    listen: { host: 'virtual', port: 0, terminalMs: terminalAnswerMs - 500 },
    businessDay: { timeZone: 'UTC', cutOff: '23:00:00' },
    hosts: hostNames.map((name) => ({
      name,
      dialect: 'iso1987Ascii',
      host: 'virtual',
      port: 1,
      timers: { ...timers, triesMax },
      echoMs: 2_000,
      inFlightMax,
    })),
    routes: [{ prefix: '4', scheme: 'visa', hosts: hostNames, cryptogram: 'pass-through' }],
    terminals: Array.from({ length: terminals }, (_, number) => ({
      terminalId: terminalIdOf(number),
      acceptorId,
      name: 'World',
      city: 'Nowhere',
      country: 'CN',
      // A grocery, and a restaurant that may be tipped.
      merchantCategory: number % 2 === 0 ? '5411' : '5812',
      currencyNumeric: '156',
    })),
    security: { kind: 'soft', keyFile: 'none' },
  });
}

const [firstDay, secondDay] = ['2026-11-22', '2026-11-23'] as const;

/** The instant at which a world begins: the day is cut in the middle of the storm. */
export const worldBeginsMs = Date.parse('2026-11-22T22:59:30Z');
const cutOffMs = Date.parse('2026-11-22T23:00:00Z');

/** Two days, and the cut-off between them. */
export const worldCalendar: BusinessCalendar = {
  cutOffMs: (date) => (date === firstDay ? cutOffMs : undefined),
  businessDate: (instantMs) => (instantMs < cutOffMs ? firstDay : secondDay),
};

const reversed = (digits: string): string => digits.split('').toReversed().join('');

/** Nothing is secret in a world; a number still comes back only under the key that it was put away with. */
export const openVault: CardVault = {
  panHmac: (pan: Pan) => `hmac-of-${reversed(pan)}`,
  digest: (text) => `digest of ${text}`,
  encipherPan: (pan, context) => new TextEncoder().encode(`${context} ${reversed(pan)}`),
  decipherPan: (bytes, context) => {
    const [key, digits] = new TextDecoder().decode(bytes).split(' ');
    return key === context ? parsePan(reversed(digits ?? '')) : undefined;
  },
};
