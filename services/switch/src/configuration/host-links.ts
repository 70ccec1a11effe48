// The hosts of a running switch: those that are configured, and those that are not any more but are still owed
// something. A host leaves when nothing is open there.
import type { HostConfig } from '../config.ts';
import type { LinkState } from '../links/link-parts.ts';
import { ConfiguredHost, type ConfiguredHostParts } from './configured-host.ts';

/** What the hosts work with. */
export interface HostLinksParts extends ConfiguredHostParts {
  /** No payment in flight here is at this host. */
  readonly isIdle: (host: string) => boolean;
}

/** The hosts by name. */
export class HostLinks {
  readonly #parts: HostLinksParts;
  readonly #hosts = new Map<string, ConfiguredHost>();
  #isStarted = false;

  constructor(parts: HostLinksParts) {
    this.#parts = parts;
  }

  get(name: string): ConfiguredHost | undefined {
    return this.#hosts.get(name);
  }

  values(): Iterable<ConfiguredHost> {
    return this.#hosts.values();
  }

  /** Every configured host is signed on. */
  areUp(): boolean {
    return [...this.#hosts.values()].every(({ isRetired, state }) => isRetired || state === 'up');
  }

  states(): Readonly<Record<string, LinkState>> {
    return Object.fromEntries([...this.#hosts].map(([name, { state }]) => [name, state]));
  }

  start(): void {
    this.#isStarted = true;
    for (const host of this.#hosts.values()) host.start();
  }

  /** Takes up what is configured now. */
  configure(configs: readonly HostConfig[]): void {
    const named = new Set(configs.map(({ name }) => name));
    for (const config of configs) {
      const host = this.#hosts.get(config.name);
      if (host === undefined) this.#add(config);
      else {
        host.isRetired = false;
        host.change(config);
      }
    }
    for (const [name, host] of this.#hosts) {
      if (named.has(name) || host.isRetired) continue;
      host.isRetired = true;
      this.#parts.onNote(name, 'no longer configured: ends what is open there');
    }
  }

  /** Opens hosts again that are not configured and are owed something; closes those that are not owed any more. */
  settle(owed: readonly HostConfig[]): void {
    for (const config of owed) {
      if (this.#hosts.has(config.name)) continue;
      this.#add(config).isRetired = true;
      this.#parts.onNote(config.name, 'opened again: something is still owed there');
    }
    const names = new Set(owed.map(({ name }) => name));
    for (const [name, host] of this.#hosts) {
      if (!host.isRetired || names.has(name)) continue;
      if (host.inFlight > 0 || !this.#parts.isIdle(name)) continue;
      this.#hosts.delete(name);
      host.close();
      this.#parts.onNote(name, 'closed: nothing is open there');
    }
  }

  close(): void {
    for (const host of this.#hosts.values()) host.close();
  }

  #add(config: HostConfig): ConfiguredHost {
    const host = new ConfiguredHost(config, this.#parts);
    this.#hosts.set(config.name, host);
    if (this.#isStarted) host.start();
    return host;
  }
}
