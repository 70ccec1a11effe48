// What a host does with a message, whatever line it came by: it decides, moves the account, and writes its book. Every
// message has one effect however often it comes, and a reversal that overtook its original keeps it from having any.
import { given } from '@chipswitch/bytes';
import { maskPan } from '@chipswitch/cardholder-data';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { findResponseCode, verdictOf } from 'iso8583-js';
import { wishOfAmount } from './amount-table.ts';
import { type Authorization, type BookEntry, HostBook } from './book.ts';
import { type HostKind, hostKindOf, isNotLast, originalOf, staysMinor } from './host-kind.ts';
import type { Decision, IssuerDesk } from './issuer.ts';

/** What a host's decisions are made of. */
export interface AuthorizationParts {
  readonly name: string;
  readonly issuers: IssuerDesk;
  readonly book: HostBook;
}

/** A completion may take so many hundredths of what is authorised. */
const completionPercentMax = 120n;

const amountOf = (message: IsoMessage): bigint => BigInt(textOf(message, 4) ?? '0');

/** What an approval of this kind does to the balance and to what is held. */
function effectOf(
  kind: HostKind,
  amountMinor: bigint,
  message: IsoMessage,
  original: Authorization | undefined,
): { movedMinor: bigint; heldMinor: bigint } {
  const open = original?.openMinor ?? 0n;
  switch (kind) {
    case 'sale':
    case 'unload':
      return { movedMinor: -amountMinor, heldMinor: 0n };
    case 'credit':
    case 'load':
      return { movedMinor: amountMinor, heldMinor: 0n };
    case 'adjustment':
      return { movedMinor: (original?.amountMinor ?? 0n) - amountMinor, heldMinor: 0n };
    case 'hold':
    case 'increment':
      return { movedMinor: 0n, heldMinor: amountMinor };
    case 'completion': {
      const ends = isNotLast(message) && amountMinor < open ? amountMinor : open;
      return { movedMinor: -amountMinor, heldMinor: -ends };
    }
    case 'hold-void':
      return { movedMinor: 0n, heldMinor: -open };
    case 'inquiry':
    case 'status':
      return { movedMinor: 0n, heldMinor: 0n };
  }
}

const worksOnHold: ReadonlySet<HostKind> = new Set(['increment', 'completion', 'hold-void']);

/** The authorizations of one host. */
export class HostAuthorizations {
  readonly #parts: AuthorizationParts;

  constructor(parts: AuthorizationParts) {
    this.#parts = parts;
  }

  /** Decides a request. */
  request(message: IsoMessage): Decision {
    const { book, issuers } = this.#parts;
    const key = this.#key(message);
    const known = book.find(key);
    if (known !== undefined) {
      // A repeat, or the original of a reversal that overtook it: no second effect either way.
      const responseCode = known === 'reversed-before' ? '94' : known.responseCode;
      this.#enter(message, { effect: 'repeated', responseCode });
      return { responseCode };
    }
    const original = this.#original(message);
    const kind = hostKindOf(message, original !== undefined);
    const refused = this.#refusalOf(message, kind, original);
    const wish = refused ?? wishOfAmount(amountOf(message)).responseCode;
    const decision = issuers.decide(message, { wish, kind: kind ?? 'status' });
    const approved = verdictOf(decision.responseCode) === 'approved';
    const asked = amountOf(message);
    const isPart = findResponseCode(decision.responseCode)?.class === 'approved-partial';
    const amountMinor = isPart ? asked / 2n : asked;
    this.#apply(key, message, {
      kind: kind ?? 'status',
      amountMinor,
      approved,
      responseCode: decision.responseCode,
      effect: approved ? 'approved' : 'declined',
      ...given({ original }),
    });
    const answered = isPart ? { ...decision, amountMinor } : decision;
    if (!approved || kind !== 'inquiry') return answered;
    return { ...answered, additionalAmounts: issuers.balances(message) };
  }

  /** Takes an advice: it has happened, and is never declined. */
  advice(message: IsoMessage): string {
    const key = this.#key(message);
    if (this.#parts.book.find(key) !== undefined) {
      this.#enter(message, { effect: 'repeated', responseCode: '00' });
      return '00';
    }
    const original = this.#original(message);
    this.#apply(key, message, {
      kind: hostKindOf(message, original !== undefined) ?? 'status',
      amountMinor: amountOf(message),
      approved: true,
      responseCode: '00',
      effect: 'advised',
      ...given({ original }),
    });
    return '00';
  }

  /** Takes a reversal, of the whole or, with DE 95, of a part. */
  reversal(message: IsoMessage): string {
    const { book, name } = this.#parts;
    const named = originalOf(message);
    if (named === undefined) return '30';
    const key = HostBook.key({ ...named, host: name });
    const known = book.find(key);
    const stays = staysMinor(message);
    if (typeof known === 'object' && known.approved && !known.reversed) {
      if (stays === undefined) this.#undo(message, known);
      else this.#undoPart(message, known, stays);
      return '00';
    }
    if (known === undefined && stays === undefined) book.keep(key, 'reversed-before');
    this.#enter(message, { effect: 'nothing-to-reverse', responseCode: '00' });
    return '00';
  }

  #key(message: IsoMessage): string {
    const [stan, transmission] = [11, 7].map((element) => textOf(message, element) ?? '');
    // Two hosts of one process share the book, not the numbers.
    return HostBook.key({
      host: this.#parts.name,
      messageClass: message.mti[1],
      stan,
      transmission,
    });
  }

  /** The approved authorization that DE 90 names. */
  #original(message: IsoMessage): Authorization | undefined {
    const named = originalOf(message);
    if (named === undefined) return undefined;
    const known = this.#parts.book.find(HostBook.key({ ...named, host: this.#parts.name }));
    return typeof known === 'object' && known.approved && !known.reversed ? known : undefined;
  }

  #refusalOf(
    message: IsoMessage,
    kind: HostKind | undefined,
    original: Authorization | undefined,
  ): string | undefined {
    if (kind === undefined) return '12';
    const isNamed = originalOf(message) !== undefined;
    if (worksOnHold.has(kind) && original?.kind !== 'hold') return '25';
    if (original === undefined) return isNamed ? '25' : undefined;
    const amount = amountOf(message);
    if (kind === 'completion' && amount * 100n > original.openMinor * completionPercentMax) {
      return '64';
    }
    const left = -original.movedMinor - original.creditedMinor;
    return kind === 'credit' && amount > left ? '64' : undefined;
  }

  #apply(
    key: string,
    message: IsoMessage,
    what: Pick<Authorization, 'kind' | 'amountMinor' | 'approved' | 'responseCode' | 'original'> &
      Pick<BookEntry, 'effect'>,
  ): void {
    const { effect, ...rest } = what;
    const { kind, approved, amountMinor, original } = rest;
    const none = { movedMinor: 0n, heldMinor: 0n };
    const moves = approved ? effectOf(kind, amountMinor, message, original) : none;
    const hold = worksOnHold.has(kind) ? original : undefined;
    const authorization: Authorization = {
      ...rest,
      ...moves,
      ...given({ hold }),
      panDigits: textOf(message, 2) ?? '',
      openMinor: kind === 'hold' ? moves.heldMinor : 0n,
      creditedMinor: 0n,
      reversed: false,
    };
    this.#parts.book.keep(key, authorization);
    this.#move(authorization, moves);
    this.#enter(message, { effect, kind, responseCode: rest.responseCode, ...moves });
  }

  // The balance, and what else knows of it: the hold that is raised or taken, the sale that is given back or raised.
  #move(
    { panDigits, hold, original, kind }: Authorization,
    moves: { readonly movedMinor: bigint; readonly heldMinor: bigint },
  ): void {
    this.#parts.issuers.move(panDigits, moves);
    if (hold !== undefined) hold.openMinor += moves.heldMinor;
    if (original === undefined) return;
    if (kind === 'credit') original.creditedMinor += moves.movedMinor;
    if (kind === 'adjustment') original.movedMinor += moves.movedMinor;
  }

  #undo(message: IsoMessage, known: Authorization): void {
    known.reversed = true;
    const isHold = known.kind === 'hold';
    const moves = {
      movedMinor: -known.movedMinor,
      heldMinor: isHold ? -known.openMinor : -known.heldMinor,
    };
    if (isHold) known.openMinor = 0n;
    this.#move(known, moves);
    this.#enter(message, { effect: 'reversed', kind: known.kind, responseCode: '00', ...moves });
  }

  #undoPart(message: IsoMessage, known: Authorization, stays: bigint): void {
    const taken = known.amountMinor - stays;
    const isHold = known.kind === 'hold';
    const moves = isHold
      ? { movedMinor: 0n, heldMinor: -taken }
      : { movedMinor: taken, heldMinor: 0n };
    if (isHold) known.openMinor -= taken;
    known.movedMinor += moves.movedMinor;
    this.#parts.issuers.move(known.panDigits, moves);
    this.#enter(message, {
      effect: 'partly-reversed',
      kind: known.kind,
      responseCode: '00',
      ...moves,
    });
  }

  #enter(
    message: IsoMessage,
    what: Pick<BookEntry, 'effect' | 'responseCode'> & {
      readonly kind?: BookEntry['kind'];
      readonly movedMinor?: bigint;
      readonly heldMinor?: bigint;
    },
  ): void {
    const { movedMinor = 0n, heldMinor = 0n, kind = 'none' } = what;
    const text = (element: number): string => (textOf(message, element) ?? '').trim();
    this.#parts.book.write({
      at: new Date().toISOString(),
      host: this.#parts.name,
      effect: what.effect,
      mti: message.mti,
      stan: text(11),
      transmission: text(7),
      terminalId: text(41),
      retrievalReference: text(37),
      pan: maskPan(text(2)),
      amountMinor: String(amountOf(message)),
      responseCode: what.responseCode,
      kind,
      movedMinor: String(movedMinor),
      heldMinor: String(heldMinor),
    });
  }
}
