// The chip's part of a payment: the kernel driven against the card, the cardholder and the host.
import { toHex, toLatin1, given } from '@chipswitch/bytes';
import {
  type IssuerDecision,
  type KernelAnswer,
  type KernelOutcome,
  type KernelRun,
  type PersonRequest,
  type ReadonlyTagMap,
} from '@chipswitch/emv';
import { findResponseCode } from 'iso8583-js';
import { type CardPort, type ApduTrace, readCard } from './card-reader.ts';
import type { HostDecision } from './host-conversation.ts';
import { readIssuerResponse } from './icc-data.ts';
import type { Cardholder, ChipResult } from './payment.ts';
import type { PinPad } from './pin-pad.ts';

/** What happened on the line while the kernel ran. */
export type LineOutcome =
  | { readonly type: 'none' }
  | { readonly type: 'decided'; readonly decision: HostDecision }
  | { readonly type: 'not-sent' }
  | { readonly type: 'unknown' };

/** Asks the host with the kernel's data; the caller builds and sends the message. */
export type AskHost = (data: ReadonlyTagMap) => Promise<LineOutcome>;

/** How a chip payment ended on the card's side and on the line. */
export interface ChipPayment {
  readonly kernel: KernelOutcome;
  readonly line: LineOutcome;
}

class Person {
  readonly #cardholder: Cardholder;
  readonly #pinPad: PinPad;
  #pinsTyped = 0;

  constructor(cardholder: Cardholder, pinPad: PinPad) {
    this.#cardholder = cardholder;
    this.#pinPad = pinPad;
  }

  #nextPin(): string | undefined {
    const { pin, pinEntry } = this.#cardholder;
    if (pinEntry !== undefined || pin === undefined) return undefined;
    const list = typeof pin === 'string' ? [pin] : pin;
    return list[Math.min(this.#pinsTyped++, list.length - 1)];
  }

  onlinePin(): KernelAnswer {
    const pin = this.#nextPin();
    if (pin === undefined) {
      return { type: 'pin', result: this.#cardholder.pinEntry ?? 'bypassed' };
    }
    // The pad keeps the PIN until the card's number is at hand for the block.
    return { type: 'pin', result: this.#pinPad.capture(pin) ? 'entered' : 'pad-failed' };
  }

  offlinePin(): KernelAnswer {
    const pin = this.#nextPin();
    if (pin === undefined) {
      return { type: 'offline-pin', result: this.#cardholder.pinEntry ?? 'bypassed' };
    }
    return { type: 'offline-pin', result: 'entered', pin };
  }

  get cardholder(): Cardholder {
    return this.#cardholder;
  }
}

/** What the issuer decided, by the table of response codes: the kernel has none. */
function decisionOf({ responseCode, approved }: HostDecision): IssuerDecision {
  if (approved) return 'approved';
  return findResponseCode(responseCode)?.class === 'referral' ? 'referral' : 'declined';
}

/** The kernel's word for what came back from the host. */
function onlineAnswer(line: LineOutcome): KernelAnswer {
  if (line.type !== 'decided') return { type: 'online', result: 'unable' };
  const { decision } = line;
  const issuer = decision.iccData === undefined ? {} : readIssuerResponse(decision.iccData);
  const { issuerAuthenticationData, scripts } = issuer ?? {};
  // DE 39 is the switch's word; 8A of the issuer only refines a decline of its own kind.
  return {
    type: 'online',
    result: 'answered',
    arc: decision.responseCode,
    decision: decisionOf(decision),
    ...given({ issuerAuthenticationData, scripts }),
    ...(decision.approvalCode === undefined
      ? {}
      : { authorizationCode: decision.approvalCode.padEnd(6).slice(0, 6) }),
  };
}

/** Runs a kernel to its end. */
export async function payByChip(parts: {
  readonly run: KernelRun;
  readonly card: CardPort;
  readonly cardMs: number;
  readonly cardholder: Cardholder;
  readonly pinPad: PinPad;
  readonly askHost: AskHost;
  readonly onApdu?: ((exchange: ApduTrace) => void) | undefined;
}): Promise<ChipPayment> {
  const { pinPad, askHost } = parts;
  const person = new Person(parts.cardholder, pinPad);
  let line: LineOutcome = { type: 'none' };
  const answer = async (request: PersonRequest): Promise<KernelAnswer> => {
    switch (request.type) {
      case 'pin':
        return person.onlinePin();
      case 'offline-pin':
        return person.offlinePin();
      case 'choose-application':
        return { type: 'choose-application', index: person.cardholder.chooses ?? 0 };
      case 'confirm-application':
        return { type: 'confirm-application', confirmed: person.cardholder.confirms ?? true };
      case 'referral':
        return { type: 'referral', approved: person.cardholder.referralApproved ?? false };
      case 'online':
        line = await askHost(request.data);
        return onlineAnswer(line);
    }
  };
  try {
    const reader = readCard(parts.card, parts.cardMs, parts.onApdu);
    let step = parts.run.next();
    while (step.done !== true) {
      const request = step.value;
      step = parts.run.next(
        request.type === 'apdu' ? await reader(request.command) : await answer(request),
      );
    }
    return { kernel: step.value, line };
  } finally {
    pinPad.clear();
  }
}

/** The kernel's end as a result shows it. */
export function chipResult(kernel: KernelOutcome): ChipResult {
  const { data } = kernel;
  const hex = (tag: number): string => toHex(data.get(tag) ?? new Uint8Array(0));
  const label = data.get(0x9f12) ?? data.get(0x50) ?? new Uint8Array(0);
  return {
    aid: hex(0x84),
    label: toLatin1(label),
    tvr: toHex(kernel.tvr),
    tsi: toHex(kernel.tsi),
    cvmResults: toHex(kernel.cvmResults),
    acType: kernel.cryptogram?.type ?? '',
    ac: kernel.cryptogram === undefined ? '' : toHex(kernel.cryptogram.ac),
    atc: kernel.cryptogram === undefined ? '' : toHex(kernel.cryptogram.atc),
    arc: kernel.arc,
    scriptResults: toHex(kernel.scriptResults),
    decisions: kernel.log,
  };
}
