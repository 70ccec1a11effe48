// Point of service data code (DE 22 of ISO 8583:1993, twelve positions) out of DE 22 and DE 25 of 1987.
import { type IsoMessage, textOf } from '@chipswitch/transaction';

/** Position 7: how the card was read, by the first two digits of DE 22; `M` and `A` are the networks' contactless. */
const inputModes: Readonly<Record<string, string>> = {
  '01': '6',
  '02': '2',
  '05': '5',
  '07': 'M',
  '79': '6',
  '80': '2',
  '81': '6',
  '90': '2',
  '91': 'A',
  '95': '5',
};

/** Position 1: the best that the terminal could have read. */
const capabilities: Readonly<Record<string, string>> = { '02': '2', '90': '2', '01': '6' };

/** Position 5: where the cardholder is, by DE 25. */
const presence: Readonly<Record<string, string>> = { '01': '1', '08': '2', '59': '5' };

/**
 * The twelve positions; undefined when the message has no DE 22.
 *
 * @example pointOfServiceData({ mti: '0200', de22: '051', de52: new Uint8Array(8) }) // '51010151314C'
 */
export function pointOfServiceData(message: IsoMessage): string | undefined {
  const entry = textOf(message, 22);
  if (entry === undefined) return undefined;
  const [mode, pin] = [entry.slice(0, 2), entry[2]];
  const condition = textOf(message, 25) ?? '00';
  const cardholder = presence[condition] ?? '0';
  return [
    capabilities[mode] ?? '5',
    // Capability: a PIN, or nothing that is known of.
    pin === '1' ? '1' : '0',
    '0', // No capture of cards.
    // On the premises of the acceptor, attended or not; nobody's when the cardholder is away.
    condition === '02' ? '2' : cardholder === '0' ? '1' : '0',
    cardholder,
    // Card present, unless its holder is not.
    cardholder === '0' && condition !== '05' ? '1' : '0',
    inputModes[mode] ?? '0',
    // How the cardholder was verified here, and by whom: an online PIN by the authorizing agent.
    message.de52 === undefined ? '0' : '1',
    message.de52 === undefined ? '0' : '3',
    '1', // No writing of cards.
    '4', // Prints and displays.
    pin === '1' ? 'C' : '1',
  ].join('');
}
