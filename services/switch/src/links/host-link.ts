// The link to one acquirer host: its lines, what is awaited from it, and what it is told when it asks itself. A host is
// reached over lines that stay, over a connection for each message, or it dials in.
import { type AnswerRules, type IsoMessage, textOf } from '@chipswitch/transaction';
import { type FrameParts, isResponseMti, swapTpdu } from 'iso8583-js';
import type { NetworkMessage } from '../dialects/host-dialect.ts';
import type { Awaiting, HostPort, NotSentReason } from '../in-flight/ports.ts';
import {
  type HostListener,
  type HostTls,
  addressOf,
  dial,
  listenForHost,
  openHostTls,
} from './dial.ts';
import { answerHost } from './host-asks.ts';
import { HostLine, type LineFrame, type LineState } from './host-line.ts';
import type { Heard } from './host-protocol.ts';
import { type LineSettings, linesOf } from './host-settings.ts';
import { lineChooser } from './line-choice.ts';
import type { HostLinkParts, LinkState, LinkStatus } from './link-parts.ts';
import { explainUnmatched } from './match-doctor.ts';
import { MessageCall } from './message-call.ts';
import { MessageCalls } from './message-calls.ts';
import { RepeatedNotes } from './repeated-notes.ts';
import { SealedMessages } from './sealed-messages.ts';
import { type Waiting, WaitingTable, asksPayment, matchKey, waitingFor } from './waiting-table.ts';

/** Over which line, or by which call, an answer is awaited. */
type Way = HostLine | MessageCall;

const stateOrder: readonly LineState[] = [
  'up',
  'signed-off',
  'signing-on',
  'connecting',
  'down',
  'closed',
];
const servedAtOnceMax = 64;

const isFollowUp = ({ mti }: IsoMessage): boolean => mti[2] === '2';

/** A link; `start` connects and keeps connecting until `close`. */
export class HostLink implements HostPort {
  readonly #parts: HostLinkParts;
  readonly #table = new WaitingTable<Way>();
  readonly #keys = new WeakMap<IsoMessage, string>();
  readonly #addresses: readonly LineSettings[];
  readonly #tls: HostTls | undefined;
  readonly #lines: readonly HostLine[];
  readonly #choose: ReturnType<typeof lineChooser>;
  readonly #calls: MessageCalls;
  readonly #listeners: HostListener[] = [];
  readonly #notes: RepeatedNotes;
  readonly #sealed: SealedMessages;
  #isDraining = false;
  #isClosed = false;
  #unmatched = 0;
  #lastUnmatched = '';
  #serving = 0;

  /** @throws SettingError for TLS files that cannot be used. */
  constructor(parts: HostLinkParts) {
    const { config } = parts;
    this.#parts = parts;
    this.#addresses = linesOf(config);
    this.#tls = openHostTls(config.tls, `config.hosts.${config.name}`);
    this.#notes = new RepeatedNotes(parts.onNote);
    this.#sealed = new SealedMessages({
      authentication: parts.authentication,
      isClosed: () => this.#isClosed,
      onForeign: (note) => {
        parts.counters.add('macFailures');
        this.#fault(note);
      },
      onFault: (note) => this.#fault(note),
    });
    this.#choose = lineChooser(this.#addresses, config.lineChoice);
    this.#calls = new MessageCalls({
      protocol: parts.protocol,
      dial: (onConnected) =>
        dial(this.#addresses[this.#choose(() => true) ?? 0], this.#tls, onConnected),
      onUp: () => parts.onUp(),
      onNote: (note) => this.#notes.say(note),
    });
    this.#lines = this.#perMessage ? [] : this.#addresses.map((at) => this.#lineTo(at));
  }

  get name(): string {
    return this.#parts.config.name;
  }

  get state(): LinkState {
    if (this.#isClosed) return 'closed';
    if (this.#perMessage) return this.#calls.failure === '' ? 'up' : 'down';
    return stateOrder.find((state) => this.#lines.some((line) => line.state === state)) ?? 'down';
  }

  get inFlight(): number {
    return this.#table.size;
  }

  get answerRules(): AnswerRules {
    return this.#parts.protocol;
  }

  get #perMessage(): boolean {
    return this.#parts.config.connection === 'per-message';
  }

  status(): LinkStatus {
    const { state } = this;
    const reasons = this.#lines.map(({ name, reason }) => `${name}: ${reason}`);
    return {
      state,
      reason: state === 'up' ? '' : [...reasons, this.#calls.failure].filter(Boolean).join('; '),
      isDraining: this.#isDraining,
      inFlight: this.inFlight,
      lines: this.#lines.map(({ name, state: own, reason, breaker }) => ({
        name,
        state: own,
        reason,
        breaker: breaker.state,
      })),
      unmatched: this.#unmatched,
      lastUnmatched: this.#lastUnmatched,
    };
  }

  start(): void {
    if (this.#isClosed) return;
    for (const line of this.#lines) line.start();
    if (this.#parts.config.connection !== 'dials-in') return;
    for (const [index, line] of this.#lines.entries())
      this.#listenFor(line, this.#addresses[index]);
  }

  /** Stops for good; whoever still waits hears that the link is lost. */
  close(): void {
    this.#isClosed = true;
    for (const listener of this.#listeners) listener.close();
    this.#calls.close();
    for (const line of this.#lines) line.close();
    this.#lose(this.#table.takeAll());
  }

  /** Tells the host over each line that nothing more comes; ends when it has answered, or after `ms`. */
  async signOff(ms: number): Promise<void> {
    const { signOff } = this.#parts.protocol;
    const up = this.#lines.filter((line) => line.state === 'up');
    if (signOff === undefined || up.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    const told = up.map(
      (line) =>
        new Promise((done) => {
          this.#ask(line, signOff, done);
        }),
    );
    await Promise.race([Promise.all(told), late]);
    clearTimeout(timer);
  }

  /** No more requests for now; reversals and advices still go out, and what waits is still answered. */
  drain(): void {
    this.#isDraining = true;
  }

  resume(): void {
    this.#isDraining = false;
  }

  /**
   * Writes a message whose answer is awaited.
   *
   * @returns why nothing was written, or undefined once the message may have left.
   */
  send(message: IsoMessage, awaiting: Awaiting): NotSentReason | undefined {
    if (this.#isClosed) return 'link-down';
    const isRequest = asksPayment(message);
    if (isRequest && this.#isDraining) return 'draining';
    const line = this.#lineFor(isRequest);
    if (typeof line === 'string' && line !== 'call') return line;
    if (line !== 'call' && line.isClogged) return 'overloaded';
    const { config, followUpPlaces, protocol } = this.#parts;
    const places = config.inFlightMax + (isFollowUp(message) ? followUpPlaces : 0);
    if (this.#table.size >= places) return 'overloaded';
    const written = protocol.write(message);
    if (!written.ok) {
      this.#fault(written.error.problem);
      return 'does-not-fit';
    }
    const key = matchKey(written.wire, protocol.matchOn, 'asked');
    if (this.#table.has(key)) return 'key-in-flight';
    this.#keys.set(message, key);
    const wait = (way: Way): void =>
      this.#table.add(
        waitingFor({
          key,
          wire: written.wire,
          message,
          awaiting,
          line: way,
          matchOn: protocol.matchOn,
        }),
      );
    if (line === 'call') {
      // A call is opened with the bytes that it carries.
      this.#sealed.send(written, (body) => wait(this.#call(key, body)));
      return undefined;
    }
    wait(line);
    if (isRequest) line.breaker.onSent();
    this.#sealed.send(
      written,
      (body) => line.write(body),
      () => this.#notSent(key),
    );
    return undefined;
  }

  /** Nobody waits for this message's answer any longer: one that comes is an orphan. */
  forget(message: IsoMessage): void {
    const key = this.#keys.get(message) ?? this.#keyOf(message);
    const waiting = key === undefined ? undefined : this.#table.take(key, 'forgotten');
    if (waiting === undefined) return;
    if (waiting.line instanceof MessageCall) return waiting.line.close();
    const nowMs = performance.now();
    const waitedMs = nowMs - waiting.remembered.askedAtMs;
    // One that is given up before its time says nothing of the host.
    if (!waiting.isRequest || waitedMs < this.#parts.config.timers.answerMs * 0.9) return;
    waiting.line.onUnanswered(nowMs);
  }

  #lineFor(isRequest: boolean): HostLine | 'call' | NotSentReason {
    if (this.#perMessage) return 'call';
    const nowMs = performance.now();
    const isUp = (index: number): boolean => this.#lines[index].state === 'up';
    const chosen = this.#choose(
      (index) => isUp(index) && (!isRequest || this.#lines[index].breaker.allows(nowMs)),
    );
    if (chosen !== undefined) return this.#lines[chosen];
    return [...this.#lines.keys()].some(isUp) ? 'breaker-open' : 'link-down';
  }

  #lineTo(at: LineSettings): HostLine {
    const { config, protocol, onUp } = this.#parts;
    const line: HostLine = new HostLine({
      name: `${at.host}:${at.port}`,
      protocol,
      settings: config,
      ...(config.connection === 'dials-in'
        ? {}
        : { dial: (onConnected) => dial(at, this.#tls, onConnected) }),
      ask: (to, message, done) => this.#ask(to, message, done),
      onFrame: (from, frame) => this.#onFrame(from, frame),
      onUp,
      onLost: (lost) => this.#lose(this.#table.takeAll(lost)),
      onFault: (note) => this.#fault(note),
      onNote: (note) => this.#notes.say(note),
    });
    return line;
  }

  #listenFor(line: HostLine, at: LineSettings): void {
    const { allowFrom } = this.#parts.config;
    this.#listeners.push(
      listenForHost(at, this.#tls, {
        onSocket: (socket) => {
          const from = addressOf(socket);
          if (allowFrom === undefined || allowFrom.includes(from)) return line.accept(socket);
          this.#notes.say(`${line.name}: nobody may dial in from ${from}`);
          socket.destroy();
        },
        onError: (error) => this.#notes.say(`${line.name}: ${error.message}`),
      }),
    );
  }

  #call(key: string, body: Uint8Array): MessageCall {
    return this.#calls.open(body, {
      onFrame: (call, frame) => this.#onFrame(call, frame),
      onEnd: (written) => {
        const waiting = this.#table.take(key, 'forgotten');
        if (waiting === undefined) return;
        if (written || waiting.awaiting.onNotSent === undefined) this.#lose([waiting]);
        else waiting.awaiting.onNotSent('link-down');
      },
    });
  }

  #keyOf(message: IsoMessage): string | undefined {
    const { protocol } = this.#parts;
    const written = protocol.write(message);
    return written.ok ? matchKey(written.wire, protocol.matchOn, 'asked') : undefined;
  }

  #onFrame(way: Way, frame: LineFrame): void {
    const { protocol } = this.#parts;
    const heard = protocol.read(frame.body);
    if (!heard.ok) {
      // What cannot be read answers nobody: its payment times out and is reversed.
      this.#fault(`undecodable answer: ${heard.error.problem}`);
      if (way instanceof HostLine) way.onUnreadable(heard.error.problem);
      return;
    }
    this.#sealed.take(heard, frame.body, () => this.#onHeard(way, frame, heard));
  }

  // Nothing of it was written: the payment may take another way.
  #notSent(key: string): void {
    const waiting = this.#table.take(key, 'forgotten');
    if (waiting === undefined) return;
    const { onNotSent } = waiting.awaiting;
    if (onNotSent === undefined) this.#lose([waiting]);
    else onNotSent('does-not-fit');
  }

  #onHeard(way: Way, frame: LineFrame, heard: Extract<Heard, { ok: true }>): void {
    const { protocol } = this.#parts;
    const { wire, message, unread } = heard;
    if (unread.length > 0) this.#notes.say(`DE ${unread.join(', ')} cannot be read: kept as bytes`);
    if (!isResponseMti(wire.mti)) {
      if (way instanceof HostLine) this.#onAsked(way, frame, wire, message);
      return;
    }
    const waiting = this.#table.take(matchKey(wire, protocol.matchOn, 'answer'), 'answered');
    if (waiting === undefined) return this.#onUnmatched(wire, message);
    if (waiting.line instanceof HostLine && wire.mti[1] !== '8') waiting.line.breaker.onAnswered();
    const { amount } = waiting;
    const repeats = amount.wire !== amount.ours && message.de4 === amount.wire;
    const answer = repeats ? { ...message, de4: amount.ours } : message;
    if (this.#tell(waiting, answer) === 'wait') this.#table.putBack(waiting);
    else if (waiting.line instanceof MessageCall) waiting.line.close();
  }

  // A fault over one answer is that payment's: it times out. The line goes on.
  #tell({ awaiting }: Waiting<Way>, message: IsoMessage): 'wait' | undefined {
    try {
      return awaiting.onAnswer(message);
    } catch (error) {
      this.#fault(`an answer was not taken: ${error instanceof Error ? error.message : 'fault'}`);
      return 'wait';
    }
  }

  #onUnmatched(wire: IsoMessage, message: IsoMessage): void {
    const { matchOn } = this.#parts.protocol;
    this.#unmatched++;
    if (this.#notes.mayLook()) {
      this.#lastUnmatched = explainUnmatched(wire, this.#table, matchOn, performance.now());
      this.#notes.say(`unmatched answer: ${this.#lastUnmatched}`);
    }
    // What the host does not echo is known of what was asked under the same key.
    const reference = this.#table.remembered(matchKey(wire, matchOn, 'answer'))?.reference;
    this.#parts.onOrphan({ ...reference, ...message });
  }

  #onAsked(line: HostLine, frame: LineFrame, wire: IsoMessage, message: IsoMessage): void {
    if (this.#serving >= servedAtOnceMax) return this.#notes.say('the host asks too much at once');
    this.#serving++;
    const served = this.#parts.onHostMessage?.(message) ?? Promise.resolve(undefined);
    served
      .then((values) => {
        const answered = values === undefined ? answerHost(message) : { values, note: '' };
        if (answered.note !== '') this.#notes.say(answered.note);
        if ('line' in answered && answered.line === 'sign-on') line.signOnByHost();
        if ('line' in answered && answered.line === 'sign-off') line.signOffByHost();
        this.#answer(line, frame, wire, answered.values);
      })
      .catch((error: unknown) => {
        this.#fault(`a ${message.mti} of the host: ${error instanceof Error ? error.message : ''}`);
      })
      .finally(() => this.#serving--);
  }

  #answer(line: HostLine, frame: LineFrame, wire: IsoMessage, values: Partial<IsoMessage>): void {
    const answer = this.#parts.protocol.answer(wire, values);
    if (answer === undefined) return;
    if (!answer.ok) return this.#fault(answer.error.problem);
    const { tpdu, header } = frame;
    const parts: FrameParts = { ...(tpdu && { tpdu: swapTpdu(tpdu) }), ...(header && { header }) };
    this.#sealed.send(answer, (body) => line.write(body, parts));
  }

  // A network message of ours: its place and trace number are given back with the answer, with the line, or when none comes.
  #ask(line: HostLine, network: NetworkMessage, done: (code: string | undefined) => void): void {
    const { traceNumbers, protocol, config, transmission } = this.#parts;
    const stan = traceNumbers.take();
    if (stan === undefined) return done(undefined);
    const message: IsoMessage = {
      mti: network.mti,
      de7: transmission(),
      de11: stan,
      de70: network.code,
    };
    const written = protocol.write(message);
    if (!written.ok) {
      traceNumbers.release(stan);
      this.#fault(written.error.problem);
      return done(undefined);
    }
    const key = matchKey(written.wire, protocol.matchOn, 'asked');
    const giveBack = (code: string | undefined): void => {
      clearTimeout(unanswered);
      this.#table.take(key, 'forgotten');
      traceNumbers.release(stan);
      done(code);
    };
    const unanswered = setTimeout(() => giveBack(undefined), config.timers.answerMs);
    const awaiting: Awaiting = {
      onAnswer: (answer) => {
        giveBack(textOf(answer, 39) ?? '');
        return undefined;
      },
      onLinkLost: () => giveBack(undefined),
    };
    const { matchOn } = protocol;
    this.#table.add(waitingFor<Way>({ key, wire: written.wire, message, awaiting, line, matchOn }));
    this.#sealed.send(written, (body) => line.write(body));
  }

  #lose(lost: readonly Waiting<Way>[]): void {
    for (const { awaiting, line } of lost) {
      if (line instanceof MessageCall) line.close();
      awaiting.onLinkLost();
    }
  }

  #fault(note: string): void {
    this.#parts.counters.add('hostFaults');
    this.#notes.say(note);
  }
}
