// Private data of a payment: DE 48 as subelements of two digits, two digits of length and a value, as at Mastercard
// (22 who began it by a stored credential, 61 which of several clearings, 63 the scheme's id of the payment), 90 for
// instalments; DE 62 of the POS dialect for instalments (UnionPay); twelve digits in DE 48 for the tip of an adjustment.
import { given } from '@chipswitch/bytes';
import { type IsoMessage, textOf } from './iso-message.ts';

/** What private elements say of a payment; none of it is card data. A type, as it is kept as JSON. */
export type PrivateData = {
  /** Payments of the holder to its issuer, and under which plan. */
  readonly installments?: { readonly count: number; readonly plan?: string };
  /** Who began it by a stored credential: C101 first use by the holder, M101 to M104 the merchant, C102 to C104 … */
  readonly initiator?: string;
  /** The scheme's id: of this payment, or, in what follows it, of the first one. */
  readonly schemeTransactionId?: string;
  /** Which of how many clearings of one hold; the last one ends the hold. */
  readonly clearing?: { readonly number: number; readonly count: number };
};

/** What cannot be read. */
export interface PrivateDataError {
  readonly code: 'bad-element';
  readonly path: string;
}

const forms: Readonly<Record<string, RegExp>> = {
  '22': /^[CM]\d{3}$/,
  '61': /^\d{4}$/,
  '63': /^[0-9A-Za-z]{1,20}$/,
  '90': /^\d{2}[ -~]{0,30}$/,
};
const subelementsMax = 20;

// Terminals and hosts put much in DE 48 that is no subelement of this form: it is another's, and not passed on.
const anothers: ReadonlyMap<string, string> = new Map();

function subelementsOf(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  let at = 0;
  while (at < text.length && found.size < subelementsMax) {
    const head = /^(\d{2})(\d{2})$/.exec(text.slice(at, at + 4));
    if (head === null) return anothers;
    const [, id, digits] = head;
    const value = text.slice(at + 4, at + 4 + Number(digits));
    if (value.length !== Number(digits)) return anothers;
    // What no form is known of is another's and is not passed on.
    if (forms[id] !== undefined) {
      if (!forms[id].test(value)) return undefined;
      found.set(id, value);
    }
    at += 4 + value.length;
  }
  return found;
}

function installmentsOf(text: string | undefined): PrivateData['installments'] {
  const count = Number(text?.slice(0, 2));
  if (text === undefined || count < 2) return undefined;
  const plan = text.slice(2).trim();
  return plan === '' ? { count } : { count, plan };
}

/** The tip that an adjustment states (DE 48 of the POS dialect, twelve digits). */
export function statedTip(message: IsoMessage): bigint | undefined {
  const text = textOf(message, 48);
  return text !== undefined && /^\d{12}$/.test(text) ? BigInt(text) : undefined;
}

/**
 * Reads the private elements of a message.
 *
 * @example readPrivateData({ mti: '0200', de48: '2204M1036309MCC123456' }) // { ok: true, data: { initiator: 'M103', … } }
 */
export function readPrivateData(
  message: IsoMessage,
):
  | { readonly ok: true; readonly data: PrivateData }
  | { readonly ok: false; readonly error: PrivateDataError } {
  const no = (path: string) => ({ ok: false, error: { code: 'bad-element', path } }) as const;
  const text = textOf(message, 48);
  const isTip = text !== undefined && statedTip(message) !== undefined;
  const found = text === undefined || isTip ? new Map<string, string>() : subelementsOf(text);
  if (found === undefined) return no('48');
  // DE 62 of the POS dialect speaks of instalments only where DE 25 says so.
  const posInstallments = textOf(message, 25) === '64' ? textOf(message, 62) : undefined;
  if (posInstallments !== undefined && !forms['90'].test(posInstallments)) return no('62');
  const clearing = found.get('61');
  const [number, count] = [Number(clearing?.slice(0, 2)), Number(clearing?.slice(2))];
  if (clearing !== undefined && !(number >= 1 && number <= count)) return no('48');
  const data: PrivateData = {
    ...given({
      installments: installmentsOf(found.get('90') ?? posInstallments),
      initiator: found.get('22'),
      schemeTransactionId: found.get('63'),
      clearing: clearing === undefined ? undefined : { number, count },
    }),
  };
  return { ok: true, data };
}

/** DE 48 for a host or a terminal; undefined when there is nothing to say. */
export function privateDataText(data: PrivateData): string | undefined {
  const { installments, initiator, schemeTransactionId, clearing } = data;
  const two = (value: number): string => String(value).padStart(2, '0');
  const values: readonly (readonly [string, string | undefined])[] = [
    ['22', initiator],
    ['61', clearing && two(clearing.number) + two(clearing.count)],
    ['63', schemeTransactionId],
    ['90', installments && two(installments.count) + (installments.plan ?? '')],
  ];
  const text = values
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([id, value]) => `${id}${two(value.length)}${value}`)
    .join('');
  return text === '' ? undefined : text;
}
