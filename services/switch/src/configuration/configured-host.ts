// One host as the configuration changes while payments are on their way to it: its link, the one that is to follow,
// and those that only wait for what they have sent.
import type { IsoMessage } from '@chipswitch/transaction';
import type { HostConfig } from '../config.ts';
import type { Awaiting, Clock, HostPort, NotSentReason } from '../in-flight/ports.ts';
import type { LinkState, LinkStatus } from '../links/link-parts.ts';

/** A link as the configuration sees it. */
export interface ConfiguredLink extends HostPort {
  readonly state: LinkState;
  /** Messages whose answer is awaited. */
  readonly inFlight: number;
  /** Connects, and keeps connecting until `close`. */
  readonly start: () => void;
  /** Stops for good; whoever still waits hears that the link is lost. */
  readonly close: () => void;
  readonly status?: () => LinkStatus;
  /** Takes no more requests, and takes them again. */
  readonly drain?: () => void;
  readonly resume?: () => void;
  /** Tells the host that we go, within a time. */
  readonly signOff?: (ms: number) => Promise<void>;
}

/** What a host works with. */
export interface ConfiguredHostParts {
  readonly clock: Clock;
  /** Makes a link; `onUp` is called whenever it is signed on. */
  readonly open: (config: HostConfig, onUp: () => void) => ConfiguredLink;
  /** The host can be written to. */
  readonly onUp: (host: string) => void;
  readonly onNote: (host: string, event: string) => void;
}

/** How long a link that follows may take before it follows anyway: the host may want one connection only. */
const changeOverMs = 10_000;
const drainLookMs = 50;

/** Whether a change of the configuration asks for another link: what only routing or security reads does not. */
function needsLink(before: HostConfig, after: HostConfig): boolean {
  const ofLink = ({ drain: _drain, pinKey: _pinKey, ...rest }: HostConfig): string =>
    JSON.stringify(rest);
  return ofLink(before) !== ofLink(after);
}

/** The host. */
export class ConfiguredHost implements HostPort {
  readonly #parts: ConfiguredHostParts;
  readonly #draining = new Set<ConfiguredLink>();
  #config: HostConfig;
  #link: ConfiguredLink;
  #following: ConfiguredLink | undefined;
  #endWait = (): void => undefined;
  #isStarted = false;
  /** No longer configured: it only ends what is open there. */
  isRetired = false;

  constructor(config: HostConfig, parts: ConfiguredHostParts) {
    this.#parts = parts;
    this.#config = config;
    this.#link = this.#open(config);
  }

  get name(): string {
    return this.#config.name;
  }

  get config(): HostConfig {
    return this.#config;
  }

  get state(): LinkState {
    return this.#link.state;
  }

  get inFlight(): number {
    return [...this.#links()].reduce((sum, link) => sum + link.inFlight, 0);
  }

  get answerRules(): HostPort['answerRules'] {
    return this.#link.answerRules;
  }

  status(): LinkStatus | undefined {
    return this.#link.status?.();
  }

  drain(): void {
    this.#link.drain?.();
  }

  resume(): void {
    this.#link.resume?.();
  }

  async signOff(ms: number): Promise<void> {
    await this.#link.signOff?.(ms);
  }

  start(): void {
    this.#isStarted = true;
    this.#link.start();
  }

  send(message: IsoMessage, awaiting: Awaiting): NotSentReason | undefined {
    return this.#link.send(message, awaiting);
  }

  // Whoever waits may have written to a link that is draining by now.
  forget(message: IsoMessage): void {
    for (const link of this.#links()) link.forget(message);
  }

  /** Goes over to what is configured now: the link that is there carries on until another one is signed on. */
  change(config: HostConfig): void {
    const before = this.#config;
    const isSame = !needsLink(before, config);
    this.#config = config;
    if (isSame) return;
    this.#following?.close();
    this.#endWait();
    this.#parts.onNote(this.name, 'link follows the configuration');
    // Two cannot wait at one address: where the host dials in the old link ends before the new one begins.
    const dialsIn = [before, config].some(({ connection }) => connection === 'dials-in');
    if (dialsIn) this.#link.close();
    this.#following = this.#open(config);
    if (!this.#isStarted) return this.#changeOver();
    this.#following.start();
    // A link that carries nothing is not waited for.
    if (this.#link.state !== 'up') return this.#changeOver();
    this.#endWait = this.#parts.clock.after(changeOverMs, () => this.#changeOver());
  }

  close(): void {
    this.#endWait();
    for (const link of this.#links()) link.close();
    this.#draining.clear();
    this.#following = undefined;
  }

  #open(config: HostConfig): ConfiguredLink {
    const link = this.#parts.open(config, () => {
      if (link === this.#following) this.#changeOver();
      if (link === this.#link) this.#parts.onUp(this.name);
    });
    return link;
  }

  *#links(): Generator<ConfiguredLink> {
    yield this.#link;
    if (this.#following !== undefined) yield this.#following;
    yield* this.#draining;
  }

  #changeOver(): void {
    const before = this.#link;
    if (this.#following === undefined) return;
    this.#endWait();
    this.#link = this.#following;
    this.#following = undefined;
    this.#draining.add(before);
    const { answerMs, acknowledgeMs } = this.#config.timers;
    this.#drain(before, Math.ceil((answerMs + acknowledgeMs) / drainLookMs));
  }

  // What was sent over the old link is answered over it; whoever waits longer hears that it is lost.
  #drain(link: ConfiguredLink, looksLeft: number): void {
    if (!this.#draining.has(link)) return;
    if (link.inFlight === 0 || looksLeft <= 0) {
      this.#draining.delete(link);
      link.close();
      return;
    }
    this.#parts.clock.after(drainLookMs, () => this.#drain(link, looksLeft - 1));
  }
}
