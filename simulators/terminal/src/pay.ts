// One payment from the card's insertion to the slip.
import { equalBytes, given } from '@chipswitch/bytes';
import { serviceCodeAsksForPin } from '@chipswitch/cardholder-data';
import {
  type KernelEnvironment,
  type KernelOutcome,
  type KernelRun,
  type LogEntry,
  type TornRecord,
  addTorn,
  type ReadonlyTagMap,
  type TerminalConfig,
  type TransactionInput,
  type ContactlessConfig,
  runContact,
  removeTorn,
  runContactless,
} from '@chipswitch/emv';
import type { IsoMessage } from '@chipswitch/transaction';
import type { CardPort } from './card-reader.ts';
import { type ChipPayment, type LineOutcome, payByChip } from './chip-payment.ts';
import type { DeviceMemory } from './device-memory.ts';
import { type EntryMethod, decideSwipe, entryMode, readStripe } from './entry.ts';
import { converse } from './host-conversation.ts';
import type { HostLink } from './host-link.ts';
import { cardDataOf, iccData, requestTags, reversalTags } from './icc-data.ts';
import {
  type Elements,
  type RequestFacts,
  buildOfflineAdvice,
  buildRequest,
  buildReversal,
} from './messages.ts';
import { type Ending, failedEnding, lineReasons, refusals, writeResult } from './payment-result.ts';
import type { PaymentOrder, PaymentResult } from './payment.ts';
import type { PinPad } from './pin-pad.ts';
import type { TerminalProfile } from './profile.ts';
import { requestKinds } from './request-kinds.ts';
import { type TerminalClock, localTime } from './terminal-clock.ts';

/** What a payment needs of its terminal. */
export interface PaymentParts {
  readonly profile: TerminalProfile;
  readonly config: TerminalConfig;
  readonly contactless: ContactlessConfig;
  readonly link: HostLink;
  readonly pinPad: PinPad;
  readonly memory: DeviceMemory;
  readonly clock: TerminalClock;
  readonly environment: KernelEnvironment;
  readonly utcOffsetMinutes: number;
  /** Torn transactions of this reader (kernel 2). Replaced. */
  readonly torn: TornLog;
  /** Latest payments, for the floor limit of split sales. Changed. */
  readonly recent: LogEntry[];
  /** Sends due reversals; false when one stays due. */
  readonly settleReversals: () => Promise<boolean>;
}

/** Records of torn transactions, oldest first; bounded by the kernel package. */
export interface TornLog {
  records: readonly TornRecord[];
}

/** Taps of one payment: a card that slipped is held to the reader again. */
const tapsMax = 3;

/** Split sales are looked for among so many latest payments. */
const recentMax = 100;

class Payment {
  readonly #parts: PaymentParts;
  readonly #order: PaymentOrder;
  readonly #startedMs: number;
  readonly #local: ReturnType<typeof localTime>;
  #stan: string | undefined;
  #asked: IsoMessage | undefined;
  #askedKey: string | undefined;

  constructor(parts: PaymentParts, order: PaymentOrder) {
    this.#parts = parts;
    this.#order = order;
    this.#startedMs = parts.clock.monotonicMs();
    this.#local = localTime(parts.clock.now(), parts.utcOffsetMinutes);
  }

  async run(): Promise<PaymentResult> {
    try {
      return await this.#run();
    } catch (fault) {
      // A fault of our own in mid-payment: what was asked may have arrived, so it owes a reversal.
      const item =
        this.#askedKey === undefined ? undefined : this.#parts.memory.item(this.#askedKey);
      if (item?.outcome === 'open') this.#completeUndecided({ type: 'unknown' });
      throw fault;
    }
  }

  async #run(): Promise<PaymentResult> {
    // A payment may not overtake the reversal of an earlier one (switch notes b 2).
    if (!(await this.#parts.settleReversals())) return this.#end(failedEnding('reversal-pending'));
    const { card, track2, keyed } = this.#order;
    if (keyed !== undefined) return this.#keyedIn(keyed);
    if (!card)
      return track2 === undefined
        ? this.#end(failedEnding('card-number-missing'))
        : this.#swipe(false);
    const chip = await this.#chip(card);
    if (chip.kernel.type === 'fallback' && track2 !== undefined) return this.#swipe(true);
    return this.#end(this.#chipEnding(chip));
  }

  get #kind(): NonNullable<PaymentOrder['kind']> {
    return this.#order.kind ?? 'purchase';
  }

  #facts(
    entry: EntryMethod,
    card: RequestFacts['card'],
    more: Pick<RequestFacts, 'pinBlock' | 'iccData'>,
  ): RequestFacts {
    const { memory, profile, pinPad } = this.#parts;
    this.#stan ??= memory.nextStan();
    return {
      terminal: profile,
      stan: this.#stan,
      localTime: this.#local.time,
      localDate: this.#local.monthDay,
      amountMinor: this.#order.amountMinor,
      card,
      entryMode: entryMode(entry, pinPad.kcv !== undefined),
      batch: memory.batch,
      fallback: entry === 'fallback',
      conditionCode: this.#order.conditionCode,
      elements: { ...this.#cashElements(), ...this.#order.elements },
      ...more,
    };
  }

  // Account type 00, amount type 40 (cash), a debit (ISO 8583:1987, additional amounts).
  #cashElements(): Elements {
    const { cashMinor } = this.#order;
    if (cashMinor === undefined) return {};
    const digits = cashMinor.toString().padStart(12, '0');
    return { de54: `0040${this.#parts.profile.currency}D${digits}` };
  }

  async #ask(message: IsoMessage): Promise<LineOutcome> {
    const { memory, link, profile } = this.#parts;
    const key = memory.keyOf(this.#stan ?? '');
    this.#asked = message;
    this.#askedKey = key;
    return converse({ link, journal: memory, timers: profile.timers }, key, this.#kind, message);
  }

  async #askWithChip(data: ReadonlyTagMap, entry: EntryMethod): Promise<LineOutcome> {
    const { pinPad } = this.#parts;
    const card = cardDataOf(data);
    if (!card) return { type: 'not-sent' };
    const pin = pinPad.hasCaptured ? pinPad.encipherCaptured(card.pan) : undefined;
    // A PIN that cannot be sent must not be left out: the issuer would take the card for unverified.
    if (pin && !pin.ok) return { type: 'not-sent' };
    const facts = this.#facts(entry, card, {
      pinBlock: pin?.block,
      iccData: iccData(data, requestTags),
    });
    return this.#ask(buildRequest(this.#kind, facts));
  }

  #input(): TransactionInput {
    const { profile, memory, recent } = this.#parts;
    const order = this.#order;
    return {
      amountMinor: order.amountMinor,
      ...given({ otherAmountMinor: order.cashMinor }),
      currency: profile.currency,
      transactionType: requestKinds[this.#kind].transactionType,
      date: this.#local.date,
      time: this.#local.time,
      sequence: memory.sequence,
      forceOnline: order.forceOnline ?? this.#kind !== 'purchase',
      log: recent,
    };
  }

  /** How the chip is read, for DE 22 and the slip. */
  get #chipEntry(): 'chip' | 'contactless' {
    return this.#order.interface === 'contactless' ? 'contactless' : 'chip';
  }

  #chip(card: CardPort): Promise<ChipPayment> {
    return this.#chipEntry === 'contactless' ? this.#taps(card) : this.#insert(card);
  }

  #insert(card: CardPort): Promise<ChipPayment> {
    const { config, environment } = this.#parts;
    return this.#drive(card, runContact({ config, input: this.#input(), environment }));
  }

  /** Taps until the card was held long enough, or the holder gives up. */
  async #taps(card: CardPort): Promise<ChipPayment> {
    const { contactless, environment, clock, torn } = this.#parts;
    const input = this.#input();
    for (let tap = 1; ; tap++) {
      const config = { ...contactless, tornLog: torn.records, nowMs: clock.monotonicMs() };
      const payment = await this.#drive(card, runContactless({ config, input, environment }));
      const { kernel } = payment;
      const record = kernel.contactless?.torn;
      if (record !== undefined) torn.records = addTorn(torn.records, record);
      else this.#forgetTorn(kernel);
      if (kernel.type !== 'try-again' || tap === tapsMax) return payment;
      await card.reset?.();
    }
  }

  /** A card that gave its cryptogram owes none any more. */
  #forgetTorn({ data, cryptogram }: KernelOutcome): void {
    const { torn } = this.#parts;
    const pan = data.get(0x5a);
    const done = torn.records.find(
      (record) => cryptogram !== undefined && pan !== undefined && equalBytes(record.pan, pan),
    );
    if (done !== undefined) torn.records = removeTorn(torn.records, done);
  }

  #drive(card: CardPort, run: KernelRun): Promise<ChipPayment> {
    const { profile, pinPad } = this.#parts;
    return payByChip({
      run,
      card,
      cardMs: profile.timers.cardMs,
      cardholder: this.#order.cardholder ?? {},
      pinPad,
      askHost: (data) => this.#askWithChip(data, this.#chipEntry),
      onApdu: this.#order.onApdu,
    });
  }

  #chipEnding({ kernel, line }: ChipPayment): Ending {
    const card = cardDataOf(kernel.data);
    const decided = line.type === 'decided';
    const offline = kernel.type === 'approved' && !decided;
    // A card may approve a purchase by itself; nothing else can be uploaded afterwards.
    const approved = kernel.type === 'approved' && (decided || this.#kind === 'purchase');
    if (approved && card) this.#remember(card.pan, card.sequenceNumber);
    if (decided) this.#completeDecided(kernel, approved);
    else this.#completeUndecided(line);
    const uploadDue = offline && approved && this.#approveOffline(kernel);
    return {
      outcome: approved ? 'approved' : refusals[kernel.type],
      reason: approved ? kernel.reason : (lineReasons[line.type] ?? kernel.reason),
      entry: this.#chipEntry,
      stan: this.#stan,
      pan: card?.pan,
      line,
      kernel,
      pinEntered: kernel.cvm.onlinePin || kernel.cvm.offlinePin,
      uploadDue,
    };
  }

  #remember(pan: string, psn: string | undefined): void {
    const { recent } = this.#parts;
    recent.push({ pan, psn: psn?.slice(-2), amountMinor: this.#order.amountMinor });
    if (recent.length > recentMax) recent.shift();
  }

  /** The host decided: what it approved and the card refused is undone. */
  #completeDecided(kernel: KernelOutcome | undefined, approved: boolean): void {
    const { memory } = this.#parts;
    const key = memory.keyOf(this.#stan ?? '');
    const mustReverse = kernel?.reversalRequired === true;
    if (mustReverse && this.#asked) {
      const reversal = buildReversal(this.#asked, 'card-declined', {
        iccData: iccData(kernel.data, reversalTags),
      });
      memory.append({ type: 'reversal-due', key, message: reversal });
    }
    memory.append({ type: 'completed', key, outcome: approved ? 'approved' : 'declined' });
  }

  /** The host did not decide: an unknown outcome is undone, an unsent request was nothing. */
  #completeUndecided(line: LineOutcome): void {
    if (!this.#asked || this.#stan === undefined) return;
    const { memory } = this.#parts;
    const key = memory.keyOf(this.#stan);
    if (line.type === 'unknown') {
      const message = buildReversal(this.#asked, 'no-answer');
      memory.append({ type: 'reversal-due', key, message });
    }
    memory.append({ type: 'completed', key, outcome: 'declined' });
  }

  /** The card approved without the host: a payment of its own, uploaded later. */
  #approveOffline(kernel: KernelOutcome): boolean {
    const { memory } = this.#parts;
    const card = cardDataOf(kernel.data);
    if (!card) return false;
    // A request that went out before keeps its own trace number; its reversal must not meet this one.
    this.#stan = memory.nextStan();
    const facts = this.#facts(this.#chipEntry, card, {
      iccData: iccData(kernel.data, requestTags),
    });
    const message = buildOfflineAdvice(facts, { arc: kernel.arc ?? 'Y1' });
    memory.append({ type: 'approved-offline', key: memory.keyOf(this.#stan), message });
    return true;
  }

  async #swipe(chipFailed: boolean): Promise<PaymentResult> {
    const { profile, pinPad } = this.#parts;
    const track = readStripe(this.#order.track2 ?? '');
    if (!track) return this.#end(failedEnding('track-unreadable', 'swipe'));
    const decision = decideSwipe(track, chipFailed, profile.fallback);
    if (!decision.allowed) {
      return this.#end({ ...failedEnding(decision.reason, 'swipe'), pan: track.pan });
    }
    const entry = decision.method;
    const pin = this.#typedPin();
    if (pin === undefined && serviceCodeAsksForPin(track.serviceCode) && pinPad.kcv !== undefined) {
      return this.#end({ ...failedEnding('pin-not-entered', entry), pan: track.pan });
    }
    const block = this.#swipePin(pin, track.pan);
    // A typed PIN that cannot be sent must not be left out.
    if (block === 'impossible') {
      return this.#end({ ...failedEnding('pin-not-entered', entry), pan: track.pan });
    }
    const facts = this.#facts(
      entry,
      { pan: track.pan, expiry: track.expiry, sequenceNumber: undefined, track2: track.text },
      { pinBlock: block },
    );
    return this.#askWithNumber(facts, { entry, pinEntered: block !== undefined });
  }

  #keyedIn({ pan, expiry }: NonNullable<PaymentOrder['keyed']>): Promise<PaymentResult> {
    // Kept on file with the merchant, or told by mail or telephone (DE 22 10 or 01).
    const entry = this.#kind === 'recurring' ? 'on-file' : 'manual';
    const card = { pan, expiry, sequenceNumber: undefined, track2: undefined };
    return this.#askWithNumber(this.#facts(entry, card, {}), { entry, pinEntered: false });
  }

  /** Without a chip the host alone decides. */
  async #askWithNumber(
    facts: RequestFacts,
    { entry, pinEntered }: { readonly entry: EntryMethod; readonly pinEntered: boolean },
  ): Promise<PaymentResult> {
    const line = await this.#ask(buildRequest(this.#kind, facts));
    const approved = line.type === 'decided' && line.decision.approved;
    if (line.type === 'decided') this.#completeDecided(undefined, approved);
    else this.#completeUndecided(line);
    const reasons = { none: 'not-sent', 'not-sent': 'not-sent', unknown: 'no-answer' } as const;
    return this.#end({
      outcome: approved ? 'approved' : 'declined',
      reason:
        line.type === 'decided'
          ? approved
            ? 'host-approved'
            : 'host-declined'
          : reasons[line.type],
      entry,
      stan: this.#stan,
      pan: facts.card.pan,
      line,
      pinEntered,
    });
  }

  #swipePin(pin: string | undefined, pan: string): Uint8Array | 'impossible' | undefined {
    const { pinPad } = this.#parts;
    if (pin === undefined || pinPad.kcv === undefined) return undefined;
    const result = pinPad.capture(pin) ? pinPad.encipherCaptured(pan) : undefined;
    return result?.ok === true ? result.block : 'impossible';
  }

  #typedPin(): string | undefined {
    const { pin, pinEntry } = this.#order.cardholder ?? {};
    if (pinEntry !== undefined) return undefined;
    return typeof pin === 'string' ? pin : pin?.[0];
  }

  /** Tries the reversals that are due by now, then writes result and slip. */
  async #end(ending: Ending): Promise<PaymentResult> {
    const { memory, profile, clock } = this.#parts;
    const { batch } = memory;
    const settled = await this.#parts.settleReversals();
    return writeResult(ending, {
      profile,
      kind: this.#kind,
      amountMinor: this.#order.amountMinor,
      batch,
      time: this.#local.text,
      durationMs: clock.monotonicMs() - this.#startedMs,
      asked: this.#askedKey === undefined ? undefined : memory.item(this.#askedKey),
      settled,
    });
  }
}

/** Makes a payment. */
export function pay(parts: PaymentParts, order: PaymentOrder): Promise<PaymentResult> {
  return new Payment(parts, order).run();
}
