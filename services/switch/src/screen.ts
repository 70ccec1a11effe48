// Stage 4: what the switch itself refuses: cards, amounts, currencies, swiped chip cards.
import { isExpired, parseTrack2, serviceCodeSaysChip } from '@chipswitch/cardholder-data';
import { type RefusalReason, kindOf, paymentKinds } from '@chipswitch/transaction';
import type { Asked } from './asked.ts';
import type { Desk } from './desk.ts';
import type { Opening } from './open-payment.ts';

// DE 22, first two digits: 80 is a stripe read after the chip failed, 90 and 02 a stripe read at once.
const stripeWithoutChip = new Set(['90', '02']);

function cardHasChip(track2: string | undefined): boolean {
  const read = track2 === undefined ? undefined : parseTrack2(track2);
  return read?.ok === true && serviceCodeSaysChip(read.track.serviceCode);
}

/** Goes on, or the first reason to refuse. */
export function screen(
  desk: Desk,
  asked: Asked,
  opening: Opening,
):
  | { readonly ok: true }
  | { readonly ok: false; readonly error: { readonly code: RefusalReason } } {
  const { request, terminal } = asked;
  const no = (code: RefusalReason) => ({ ok: false, error: { code } }) as const;
  if (request.currencyNumeric !== terminal.currencyNumeric) return no('currency-not-allowed');
  // An advice tells what has happened: it is never declined on business grounds (ISO 8583:1987 4.1.3).
  const { host, givesBack } = kindOf(paymentKinds, request.kind);
  if (host === 'advice') return { ok: true };
  if (desk.blockedPanHmacs.has(opening.panHmac)) return no('card-blocked');
  const limit = terminal.amountMinorMax;
  if (limit !== undefined && request.amountMinor > limit) return no('over-terminal-limit');
  if (desk.limits(request) !== undefined) return no('over-terminal-limit');
  // Money back goes to a card that has expired since as well.
  if (givesBack !== true && isExpired(request.expiry ?? '', opening.businessDate))
    return no('expired-card');
  if (stripeWithoutChip.has(request.entryMode.slice(0, 2)) && cardHasChip(request.track2)) {
    return no('chip-card-swiped');
  }
  return { ok: true };
}
