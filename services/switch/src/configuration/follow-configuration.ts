// The configuration of a running switch: told at the start, followed from then on.
import { type HostConfig, type SwitchConfig, parseHostConfig } from '../config.ts';
import type { HotCardFile } from '../hot-card-file.ts';
import type { ConfigurationStore } from './configuration-store.ts';
import {
  type ConfigurationWatch,
  type WatchEvent,
  listenForVersions,
  watchConfiguration,
} from './configuration-watch.ts';
import { hotCardsIn } from './hot-cards.ts';
import type { OpenedConfiguration } from './open-configuration.ts';

/** What it is followed with. */
export interface FollowParts {
  readonly store: ConfigurationStore;
  readonly databaseUrl: string;
  /** A transaction pooler stands between: nothing could be heard. */
  readonly isPooled: boolean;
  readonly instance: string;
  readonly opened: OpenedConfiguration;
  /** Path of the file that the switch was started with. */
  readonly path: string;
  /** @throws SettingError when this process cannot work by it: a key that it does not have. */
  readonly check: (config: SwitchConfig) => Promise<void>;
  readonly activate: (config: SwitchConfig, version: number) => Promise<void>;
  readonly log: (line: { readonly event: string; readonly [detail: string]: unknown }) => void;
  readonly onFault: (fault: Error) => void;
}

function startLine({ known, isFromFile, fileDiffersIn }: OpenedConfiguration, path: string) {
  const { version } = known;
  if (version === 0) {
    return {
      version,
      note: `neither ${path} nor the database says anything: waiting for chipswitch config import`,
    };
  }
  if (isFromFile) return { version, note: `the database was empty: filled from ${path}` };
  if (fileDiffersIn === 0) return { version };
  return {
    version,
    fileDiffersIn,
    note: `the database counts, ${path} says otherwise: chipswitch config diff ${path}`,
  };
}

const saying: Readonly<Record<WatchEvent['event'], string | undefined>> = {
  'configuration-taken-up': undefined,
  'configuration-refused': 'the switch keeps the version that it has',
  'configuration-away': 'the database is away: the switch keeps the version that it has',
  'configuration-back': undefined,
};

/** The configuration as it is followed. */
export interface FollowedConfiguration extends Pick<ConfigurationWatch, 'version' | 'close'> {
  /** Its hot cards, as terminals change them. */
  readonly hotCards: HotCardFile;
}

/** Follows the configuration until it is closed. */
export async function followConfiguration(parts: FollowParts): Promise<FollowedConfiguration> {
  const { store, opened, instance, databaseUrl, path, log } = parts;
  const { known, process } = opened;
  log({ event: 'configuration', ...startLine(opened, path) });
  if (known.version > 0) await store.noteTakenUp(instance, known);
  const watch = watchConfiguration({
    store,
    instance,
    process,
    known,
    activate: async (config, version) => {
      await parts.check(config);
      await parts.activate(config, version);
    },
    onEvent: (event) => {
      const note = saying[event.event];
      log(note === undefined ? event : { ...event, note });
    },
    onFault: parts.onFault,
  });
  const endListening = parts.isPooled
    ? undefined
    : listenForVersions(databaseUrl, () => void watch.look());
  return {
    version: () => watch.version(),
    hotCards: hotCardsIn({ store, watch, onFault: parts.onFault }),
    close: async () => {
      await endListening?.();
      await watch.close();
    },
  };
}

/** Hosts that are not configured any more and that a payment is open at, as they were last configured. */
export function hostsOwedOf(
  store: ConfigurationStore,
): (configured: readonly string[]) => Promise<readonly HostConfig[]> {
  return async (configured) => {
    const owed = await store.hostsOwed(configured);
    return owed.map(({ name, content }) => parseHostConfig(content, `host ${name}`));
  };
}
