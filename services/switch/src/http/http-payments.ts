// Payments of the HTTP door: a question is noted under its idempotency key, then goes through the authorize page as
// any terminal's. Whether it is a duplicate is decided by the journal's unique key, here as there.
import { randomUUID } from 'node:crypto';
import { given } from '@chipswitch/bytes';
import { ProblemError } from '@chipswitch/http-service';
import type { PaymentRecord } from '@chipswitch/ledger';
import {
  type IsoMessage,
  type LocalClock,
  kindOf,
  paymentKey,
  paymentKinds,
  textOf,
  yearOfLocalDate,
  approvedMinor,
} from '@chipswitch/transaction';
import type { TerminalConfig } from '../config.ts';
import { type Desk, businessDateNow } from '../desk.ts';
import type { ApiKeyConfig } from '../doors/http-settings.ts';
import { askThrough } from './http-question.ts';
import type { HttpRequest, HttpRequests } from './http-requests.ts';
import type { FollowUpBody, PaymentBody } from './payment-body.ts';
import { type About, drawingMessage, paymentMessage, reversalMessage } from './payment-message.ts';
import { type PaymentResource, paymentResource } from './payment-resource.ts';
import { doorProblems } from './problems.ts';

/** Who asks, and under which key. */
export interface Asker {
  readonly apiKey: ApiKeyConfig;
  readonly idempotencyKey: string;
  readonly isConnected: () => boolean;
}

/** What is answered. */
export interface Answered {
  readonly payment: PaymentResource;
  /** It was asked before: this is what became of it. */
  readonly isReplay: boolean;
}

/** What may be done with a payment. */
const actions = ['refund', 'void', 'completion', 'reversal'] as const;
export type Action = (typeof actions)[number];

interface Work {
  readonly action: 'payment' | Action;
  readonly terminal: TerminalConfig;
  /** What must be the same when the key comes again. */
  readonly contents: object;
  readonly messageOf: (stan: string) => IsoMessage;
  readonly about?: { readonly request: HttpRequest; readonly record: PaymentRecord };
}

const isEnded = (record: PaymentRecord | undefined): record is PaymentRecord =>
  record?.responseCode !== undefined;

/** The payments of the door. */
export class HttpPayments {
  readonly #deskNow: () => Desk;
  readonly #requests: HttpRequests;
  readonly #clock: () => LocalClock;
  /** Questions that are being worked on here: at most as many as the door lets in. */
  readonly #working = new Set<string>();

  constructor(deskNow: () => Desk, requests: HttpRequests, clock: () => LocalClock) {
    this.#deskNow = deskNow;
    this.#requests = requests;
    this.#clock = clock;
  }

  // The configuration may have changed since the door was opened.
  get #desk(): Desk {
    return this.#deskNow();
  }

  /** A payment that stands by itself. */
  pay(asker: Asker, body: PaymentBody): Promise<Answered> {
    const terminal = this.#terminalOf(asker.apiKey, body.terminalId);
    const made = paymentMessage(body, terminal, '000000');
    if (!made.ok) {
      const { parameter, detail } = made;
      throw new ProblemError('invalid-body', [{ parameter, detail }]);
    }
    return this.#work(asker, {
      action: 'payment',
      terminal,
      contents: { ...body, amountMinor: String(body.amountMinor) },
      messageOf: (stan) => ({ ...made.message, de11: stan }),
    });
  }

  /** Refunds, voids, completes or reverses a payment of this client. */
  async follow(asker: Asker, id: string, action: Action, body: FollowUpBody): Promise<Answered> {
    const { request, record } = await this.#find(asker.apiKey, id);
    const terminal = this.#terminalOf(asker.apiKey, request.terminalId);
    const about = this.#aboutOf(record, action === 'void' || action === 'reversal' ? {} : body);
    const kind = action === 'void' && record.kind === 'preauthorisation' ? 'hold-void' : action;
    const messageOf = (stan: string): IsoMessage | undefined =>
      action === 'reversal'
        ? reversalMessage(about, terminal, stan)
        : drawingMessage(kind, about, terminal, stan);
    if (action !== 'reversal') {
      const isFor = kindOf(paymentKinds, kind).original?.kinds.includes(record.kind) === true;
      if (!isFor || messageOf('000000') === undefined)
        throw new ProblemError(doorProblems.notPossible);
    }
    return this.#work(asker, {
      action,
      terminal,
      contents: {
        action,
        id,
        ...(body.amountMinor === undefined ? {} : { amountMinor: String(body.amountMinor) }),
      },
      messageOf: (stan) => messageOf(stan) as IsoMessage,
      about: { request, record },
    });
  }

  /** A payment as it stands. */
  async show(apiKey: ApiKeyConfig, id: string): Promise<PaymentResource> {
    const { request, record } = await this.#find(apiKey, id);
    return paymentResource(id, record, request.about);
  }

  #terminalOf(apiKey: ApiKeyConfig, terminalId: string): TerminalConfig {
    const terminal = apiKey.terminals.includes(terminalId)
      ? this.#desk.terminals.get(terminalId)
      : undefined;
    if (terminal !== undefined) return terminal;
    const detail = 'is none of the terminals of this API key';
    throw new ProblemError('invalid-body', [{ parameter: 'terminalId', detail }]);
  }

  async #find(
    apiKey: ApiKeyConfig,
    id: string,
  ): Promise<{ readonly request: HttpRequest; readonly record: PaymentRecord }> {
    const request = await this.#requests.find(apiKey.id, id);
    const record = request && (await this.#desk.journal.findByKey(request.paymentKey));
    if (request === undefined || record === undefined) throw new ProblemError('not-found');
    return { request, record };
  }

  // The card number of a payment that this client made: it need not keep it to give money back.
  #aboutOf(record: PaymentRecord, body: FollowUpBody): About {
    const { panEncrypted, key, currency } = record;
    const pan = panEncrypted && this.#desk.vault.decipherPan(panEncrypted, key);
    if (pan === undefined) throw new ProblemError(doorProblems.notPossible);
    const [stan, messageClass] = key.split('/').slice(-2);
    const amountMinor =
      body.amountMinor === undefined ? approvedMinor(record) : BigInt(body.amountMinor);
    return { pan, stan, messageClass, amountMinor, currency };
  }

  async #work(asker: Asker, work: Work): Promise<Answered> {
    const { request, isFirst } = await this.#claim(asker, work);
    if (this.#working.has(request.requestId)) throw new ProblemError(doorProblems.inFlight);
    this.#working.add(request.requestId);
    try {
      const before = isFirst ? undefined : await this.#recordOf(request, work);
      // Another process is working on it.
      if (before !== undefined && !isEnded(before)) throw new ProblemError(doorProblems.inFlight);
      return await this.#ask(asker, work, request, before !== undefined);
    } finally {
      this.#working.delete(request.requestId);
    }
  }

  async #recordOf(request: HttpRequest, work: Work): Promise<PaymentRecord | undefined> {
    return work.action === 'reversal'
      ? undefined
      : this.#desk.journal.findByKey(request.paymentKey);
  }

  async #ask(asker: Asker, work: Work, request: HttpRequest, isReplay: boolean): Promise<Answered> {
    const { requestId, stan, localDate, localTime, paymentKey: key } = request;
    const answer = await askThrough(this.#desk, {
      message: work.messageOf(stan),
      bytes: 0,
      clock: { localDate, localTime, keyTime: key.split('/').at(-3) ?? '' },
      isConnected: asker.isConnected,
      ...given({ originalKey: work.about?.record.key }),
    });
    if (answer === undefined) throw new ProblemError(doorProblems.noAnswer);
    const code = textOf(answer, 39) ?? '';
    const record = await this.#desk.journal.findByKey(
      work.action === 'reversal' ? (work.about?.record.key ?? '') : key,
    );
    const isRecorded = work.action === 'reversal' ? code === '00' : isEnded(record);
    if (record === undefined || !isRecorded) throw refusedWith(code);
    const name = work.action === 'reversal' ? (work.about?.request.requestId ?? '') : requestId;
    const about =
      work.action === 'reversal' ? work.about?.request.about : work.about?.request.requestId;
    return { payment: paymentResource(name, record, about), isReplay };
  }

  async #claim(
    { apiKey, idempotencyKey }: Asker,
    { action, terminal, contents, messageOf, about }: Work,
  ): Promise<{ readonly request: HttpRequest; readonly isFirst: boolean }> {
    const { vault } = this.#desk;
    const idempotencyHash = vault.digest(`idempotency key/${apiKey.id}/${idempotencyKey}`);
    const bodyHash = vault.digest(`request/${sortedJson(contents)}`);
    const stan = String((Number.parseInt(idempotencyHash.slice(0, 8), 16) % 999_999) + 1).padStart(
      6,
      '0',
    );
    const clock = this.#clock();
    const parts = {
      acceptorId: terminal.acceptorId,
      terminalId: terminal.terminalId,
      stan,
      localDate: clock.localDate,
      // The key's hash is what tells one question from another.
      localTime: `H${idempotencyHash.slice(0, 32)}`,
      messageClass: messageOf(stan).mti.slice(1, 2),
    };
    const year = yearOfLocalDate(clock.localDate, businessDateNow(this.#desk));
    const claimed = await this.#requests.claim({
      requestId: `pay_${randomUUID().replaceAll('-', '')}`,
      apiKey: apiKey.id,
      idempotencyHash,
      bodyHash,
      terminalId: terminal.terminalId,
      paymentKey: paymentKey(parts, year),
      stan,
      localDate: clock.localDate,
      localTime: clock.localTime,
      isPayment: action !== 'reversal',
      ...given({ about: about?.request.requestId }),
    });
    if (claimed.request.bodyHash !== bodyHash) throw new ProblemError(doorProblems.keyReused);
    return claimed;
  }
}

/** A refusal of which nothing is recorded: the same request may be sent again under another key. */
function refusedWith(responseCode: string): ProblemError {
  if (responseCode === '96') return new ProblemError('overloaded');
  return new ProblemError(doorProblems.refused, [
    { parameter: 'responseCode', detail: responseCode },
  ]);
}

/** JSON whose properties are in order, however the client wrote them. */
function sortedJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${sortedJson(one)}`).join(',')}}`;
}
