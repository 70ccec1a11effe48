// One payment terminal: kernel, PIN pad, line, journal and slip put together. One payment at a time.
import { randomBytes } from 'node:crypto';
import { type AuthorityPublicKey } from '@chipswitch/card';
import {
  type ContactlessConfig,
  type KernelEnvironment,
  type TerminalConfig,
  type TransactionInput,
} from '@chipswitch/emv';
import type { IsoMessage } from '@chipswitch/transaction';
import { endsTerminalReversal, textOf } from '@chipswitch/transaction';
import { type BatchClose, closeBatch } from './batch.ts';
import { DeviceMemory } from './device-memory.ts';
import { type FollowUpOrder, type FollowUpResult, followUp } from './follow-up.ts';
import type { HostLink } from './host-link.ts';
import { type TerminalJournal, abandonedItems, createMemoryJournal } from './journal.ts';
import { contactlessConfig, kernelConfig } from './kernel-config.ts';
import { loadKeysFrom } from './key-exchange.ts';
import {
  type NetworkFunction,
  type PlainFacts,
  buildNetworkManagement,
  buildReversal,
} from './messages.ts';
import { type PaymentParts, type TornLog, pay } from './pay.ts';
import type { PaymentOrder, PaymentResult } from './payment.ts';
import { PinPad, type PinPadKeys } from './pin-pad.ts';
import type { TerminalProfile } from './profile.ts';
import { type TerminalClock, localTime, systemClock } from './terminal-clock.ts';

/** What a terminal is put together from. */
export interface TerminalParts {
  readonly profile: TerminalProfile;
  readonly link: HostLink;
  /** CA public keys for offline data authentication. */
  readonly caKeys: readonly AuthorityPublicKey[];
  readonly pinPad?: PinPadKeys;
  readonly journal?: TerminalJournal;
  readonly clock?: TerminalClock;
  readonly random?: KernelEnvironment['random'];
  /** Minutes east of UTC of the terminal's clock. Default 480, China. */
  readonly utcOffsetMinutes?: number;
  /** First trace number of a fresh journal. Default 1. */
  readonly firstStan?: number;
}

/** What came of a message without a card. */
export type NetworkResult =
  | { readonly ok: true; readonly responseCode: string }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: 'not-sent' | 'timed-out' | 'link-lost' | 'undecodable' | 'bad-key';
      };
    };

/** A running terminal. Its calls queue up: a device does one thing at a time. */
export interface Terminal {
  readonly profile: TerminalProfile;
  /** Makes a payment, with everything that belongs to it: repeat, reversal, slip. */
  pay(order: PaymentOrder): Promise<PaymentResult>;
  /** Asks or tells about a payment that was made before: completes, voids, refunds, tips, reverses a part. */
  followUp(order: FollowUpOrder): Promise<FollowUpResult>;
  /** 0800. A sign-on or key exchange may bring a new PIN key. */
  network(what: NetworkFunction): Promise<NetworkResult>;
  /** Sends due reversals and uploads; returns how many are still due. */
  settleDebts(): Promise<number>;
  /** Uploads, then 0500; on different totals 0320 for each item and a second 0500. */
  closeBatch(): Promise<BatchClose>;
  readonly memory: DeviceMemory;
}

class SimulatedTerminal implements Terminal {
  readonly profile: TerminalProfile;
  readonly memory: DeviceMemory;
  readonly #parts: TerminalParts;
  readonly #config: TerminalConfig;
  readonly #contactless: ContactlessConfig;
  readonly #pinPad: PinPad;
  readonly #clock: TerminalClock;
  readonly #torn: TornLog = { records: [] };
  readonly #recent: NonNullable<TransactionInput['log']>[number][] = [];
  #lane: Promise<unknown> = Promise.resolve();

  constructor(parts: TerminalParts) {
    this.#parts = parts;
    this.profile = parts.profile;
    this.memory = new DeviceMemory(parts.journal ?? createMemoryJournal(), parts.firstStan);
    this.#config = kernelConfig(parts.profile, parts.caKeys);
    this.#contactless = contactlessConfig(parts.profile, parts.caKeys);
    this.#pinPad = new PinPad(parts.pinPad ?? {});
    this.#clock = parts.clock ?? systemClock;
    for (const item of abandonedItems(this.memory.items())) {
      this.#owe(item.key, item.message, 'no-answer');
    }
  }

  #owe(key: string, message: IsoMessage, reason: 'no-answer' | 'card-declined'): void {
    this.memory.append({ type: 'reversal-due', key, message: buildReversal(message, reason) });
  }

  #inLane<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#lane.then(work);
    // The lane goes on whatever happened; the caller of `work` hears of it through `result`.
    this.#lane = result.catch(() => undefined);
    return result;
  }

  #facts(): PlainFacts {
    const local = localTime(this.#clock.now(), this.#parts.utcOffsetMinutes ?? 480);
    return {
      terminal: this.profile,
      stan: this.memory.nextStan(),
      localTime: local.time,
      localDate: local.monthDay,
      batch: this.memory.batch,
    };
  }

  #paymentParts(): PaymentParts {
    return {
      profile: this.profile,
      config: this.#config,
      contactless: this.#contactless,
      link: this.#parts.link,
      pinPad: this.#pinPad,
      memory: this.memory,
      clock: this.#clock,
      environment: {
        random: this.#parts.random ?? ((count) => Uint8Array.from(randomBytes(count))),
      },
      utcOffsetMinutes: this.#parts.utcOffsetMinutes ?? 480,
      torn: this.#torn,
      recent: this.#recent,
      settleReversals: () => this.#settleReversals(),
    };
  }

  pay(order: PaymentOrder): Promise<PaymentResult> {
    return this.#inLane(() => pay(this.#paymentParts(), order));
  }

  followUp(order: FollowUpOrder): Promise<FollowUpResult> {
    return this.#inLane(async () => {
      const local = localTime(this.#clock.now(), this.#parts.utcOffsetMinutes ?? 480);
      return followUp(
        {
          profile: this.profile,
          link: this.#parts.link,
          memory: this.memory,
          local,
          settleUploads: () => this.#settleUploads(),
          settleReversals: () => this.#settleReversals(),
        },
        order,
      );
    });
  }

  network(what: NetworkFunction): Promise<NetworkResult> {
    return this.#inLane(async () => {
      const message = buildNetworkManagement(this.#facts(), what);
      const result = await this.#parts.link.exchange(message, this.profile.timers.answerMs);
      if (!result.ok) return { ok: false, error: { code: result.error.code } };
      const code = textOf(result.message, 39);
      if (code === undefined) return { ok: false, error: { code: 'undecodable' } };
      const loaded = code === '00' ? loadKeysFrom(result.message, this.#pinPad) : true;
      return loaded ? { ok: true, responseCode: code } : { ok: false, error: { code: 'bad-key' } };
    });
  }

  settleDebts(): Promise<number> {
    return this.#inLane(async () => {
      await this.#settleReversals();
      await this.#settleUploads();
      return this.memory.debts().length;
    });
  }

  closeBatch(): Promise<BatchClose> {
    return this.#inLane(async () => {
      await this.#settleReversals();
      await this.#settleUploads();
      return closeBatch({
        memory: this.memory,
        link: this.#parts.link,
        timers: this.profile.timers,
        facts: () => this.#facts(),
      });
    });
  }

  /** Sends one due message until it is answered; true when the debt is paid. */
  async #send(message: IsoMessage, tries: number): Promise<string | undefined> {
    for (let attempt = 0; attempt < tries; attempt++) {
      const result = await this.#parts.link.exchange(message, this.profile.timers.answerMs);
      const code = result.ok ? textOf(result.message, 39) : undefined;
      if (code !== undefined) return code;
    }
    return undefined;
  }

  /** Reversals first in, first out; one that nobody answers stops the rest of its lane. */
  async #settleReversals(): Promise<boolean> {
    for (const item of this.memory.debts()) {
      if (item.reversal !== 'due' || item.reversalMessage === undefined) continue;
      const code = await this.#send(item.reversalMessage, this.profile.timers.reversalTries);
      if (code === undefined || !endsTerminalReversal(code)) return false;
      this.memory.append({ type: 'reversed', key: item.key, responseCode: code });
    }
    return true;
  }

  async #settleUploads(): Promise<boolean> {
    for (const item of this.memory.debts()) {
      if (item.upload !== 'due') continue;
      const code = await this.#send(item.message, this.profile.timers.repeats + 1);
      if (code === undefined) return false;
      this.memory.append({ type: 'uploaded', key: item.key, responseCode: code });
    }
    return true;
  }
}

/**
 * Puts a terminal together.
 *
 * @example
 * const terminal = createTerminal({ profile, link, caKeys, pinPad: { pinKey } });
 * const result = await terminal.pay({ amountMinor: 1251n, card: createCard(profiles['visa-cvn10']), cardholder: { pin: '1234' } });
 */
export function createTerminal(parts: TerminalParts): Terminal {
  return new SimulatedTerminal(parts);
}
