// What the stages read of the configuration, made whole for one version: a payment keeps what it began with.
import { type AmountLimits, type Routing, compileAmountLimits } from '@chipswitch/transaction';
import type { HostConfig, SwitchConfig, TerminalConfig } from '../config.ts';
import { routingOf } from '../routing-settings.ts';

/** The parts of a version that look-ups are made in. */
export interface ConfiguredParts {
  /** The version of the configuration in the database; 0 for one that is not from there. */
  readonly configurationVersion: number;
  readonly config: SwitchConfig;
  readonly hosts: ReadonlyMap<string, HostConfig>;
  readonly terminals: ReadonlyMap<string, TerminalConfig>;
  readonly routing: Routing;
  readonly limits: AmountLimits;
  readonly blockedPanHmacs: ReadonlySet<string>;
}

/**
 * Makes them out of a configuration that was checked.
 *
 * @throws SettingError when its routing cannot be compiled.
 */
export function configuredParts(config: SwitchConfig, configurationVersion = 0): ConfiguredParts {
  return {
    configurationVersion,
    config,
    hosts: new Map(config.hosts.map((host) => [host.name, host])),
    terminals: new Map(config.terminals.map((terminal) => [terminal.terminalId, terminal])),
    routing: routingOf(config),
    limits: compileAmountLimits(config.limits),
    blockedPanHmacs: new Set(config.hotCards.map(({ panHmac }) => panHmac)),
  };
}
