// The switch as a process: `node main.ts CONFIG.json`, with DATABASE_URL and, where there is one,
// REDIS_URL. A setting that cannot be used is one line on standard error and exit code 2.
import { given } from '@chipswitch/bytes';
import type { BusinessCalendar, PaymentJournal } from '@chipswitch/ledger';
import { createPostgresJournal } from '@chipswitch/ledger/postgres';
import { SettingError, commandLine, stopOnSignal } from '@chipswitch/program';
import type { IdempotencyStore } from '@chipswitch/transaction';
import type { Pool } from 'pg';
import { adoptEvery, adoptPayments } from './adoption.ts';
import { createBatchStore } from './batch/batch-store.ts';
import { openBusinessDays } from './business-days.ts';
import { createCardVault } from './card-vault.ts';
import { type SwitchConfig, parseSwitchConfig, readConfigFile } from './config.ts';
import { createConfigurationStore } from './configuration/configuration-store.ts';
import {
  type FollowedConfiguration,
  followConfiguration,
  hostsOwedOf,
} from './configuration/follow-configuration.ts';
import { openConfiguration } from './configuration/open-configuration.ts';
import { type Database, openDatabase } from './database.ts';
import { type LogLine, businessDateNow } from './desk.ts';
import { createHttpRequests } from './http/http-requests.ts';
import { createMemoryIdempotency } from './idempotency-memory.ts';
import { createRedisIdempotency } from './idempotency-redis.ts';
import { systemClock } from './in-flight/ports.ts';
import { type InstanceClaim, claimInstance } from './instance-claim.ts';
import { claimNumbers, createNumberStore } from './number-blocks.ts';
import {
  type OperationsDoor,
  openOperations,
  operationsAddress,
} from './operations/open-operations.ts';
import { type RouteEvidence, createRouteEvidence } from './route-evidence.ts';
import { checkNamedKeys } from './security/key-references.ts';
import { createKsnRegister } from './security/ksn-register.ts';
import { type OpenedSecurity, openSecurity } from './security/open-security.ts';
import { proveMacs } from './security/prove-macs.ts';
import { createWorkingKeyStore } from './security/working-keys.ts';
import { openSwitchLog } from './switch-log.ts';
import { type Switch, createSwitch } from './switch.ts';
import { configOfWorker, startWorkers, workersWanted } from './workers.ts';

const adoptEveryMs = 1_000;

function requiredUrl(name: string): string {
  const value = process.env[name];
  if (value === undefined || !URL.canParse(value)) throw new SettingError(name, 'must be a URL');
  return value;
}

/** What was opened, to be closed last first. */
class Opened {
  readonly #closes: (() => unknown)[] = [];

  add(close: () => unknown): void {
    this.#closes.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closes.splice(0).toReversed()) await close();
  }
}

function faultTo(log: (line: LogLine) => void, what: string): (fault: Error) => void {
  return (fault) => log({ event: 'problem', problem: `${what}: ${fault.message}` });
}

function openIdempotency(log: (line: LogLine) => void): IdempotencyStore {
  const url = process.env['REDIS_URL'];
  if (url === undefined) return createMemoryIdempotency();
  return createRedisIdempotency({ url, answerMs: 250, onFault: faultTo(log, 'redis') });
}

// Whoever loses its claim must end at once: another process is that instance now.
function claimFor(
  { instance, node }: SwitchConfig,
  databaseUrl: string,
  log: (line: LogLine) => void,
): Promise<InstanceClaim> {
  return claimInstance({
    databaseUrl,
    instance,
    node,
    onLost: () => {
      console.error(`switch: another process has taken over instance "${instance}"`);
      process.exit(1);
    },
    onFault: faultTo(log, 'claim'),
  });
}

interface Open {
  readonly running: Switch;
  readonly securityModule: string;
  readonly pool: Pool;
  readonly idempotency: IdempotencyStore;
}

function openJournal(database: Database, log: (line: LogLine) => void): PaymentJournal {
  return createPostgresJournal({
    pool: database.journal,
    lookUps: database.lookUps,
    unprepared: database.isPooled,
    onFault: faultTo(log, 'journal'),
  });
}

function openEvidence(pool: Pool, log: (line: LogLine) => void): RouteEvidence {
  return createRouteEvidence({
    pool,
    clock: systemClock,
    onFault: faultTo(log, 'route evidence'),
  });
}

// What dead instances left open at hosts that this process has, those among them that are not configured any more.
function adoptFor(
  running: Switch,
  instance: string,
  { pool, log }: { readonly pool: Pool; readonly log: (line: LogLine) => void },
): () => void {
  return adoptEvery({
    clock: systemClock,
    everyMs: adoptEveryMs,
    adopt: () => adoptPayments(pool, { instance, hosts: Object.keys(running.status().links) }),
    onAdopted: (payments) => {
      log({ event: 'adopted', payments });
      running.sweep();
    },
    onFault: faultTo(log, 'adoption'),
  });
}

interface ConfigFile {
  readonly path: string;
  readonly json: unknown;
  /** What the file says, checked: of it a process keeps what is its own. */
  readonly config: SwitchConfig;
}

interface PlaceParts {
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly opened: Opened;
  readonly log: (line: LogLine) => void;
}

// The place of this process among those of the database: its name and node are its own, its business days are theirs.
async function openPlace(
  config: SwitchConfig,
  { databaseUrl, pool, opened, log }: PlaceParts,
): Promise<BusinessCalendar> {
  const { instance, businessDay: wanted } = config;
  const claim = await claimFor(config, databaseUrl, log);
  opened.add(claim.release);
  const onFault = faultTo(log, 'business days');
  const days = await openBusinessDays({ pool, wanted, instance, nowMs: Date.now, onFault });
  opened.add(days.close);
  return days.calendar;
}

// A configuration that names a key that is not here, or one that does not do what it is for, is none for this process.
async function checkWithKeys(config: SwitchConfig, security: OpenedSecurity): Promise<void> {
  checkNamedKeys(config, security.keys);
  await proveMacs(config, security);
}

// What is kept in the database beside the journal.
function storesOf(pool: Pool, store: ReturnType<typeof createConfigurationStore>) {
  return {
    hostsOwed: hostsOwedOf(store),
    batches: createBatchStore(pool),
    httpRequests: createHttpRequests(pool),
    ksns: createKsnRegister(pool),
    workingKeyStore: createWorkingKeyStore(pool),
  };
}

async function openSwitch(
  file: ConfigFile,
  opened: Opened,
  log: (line: LogLine) => void,
  door: OperationsDoor | undefined,
): Promise<Open> {
  const chosen = await openSecurity(file.config.security);
  opened.add(async () => chosen.close());
  const { security, keys, vaultKeys } = chosen;
  const databaseUrl = requiredUrl('DATABASE_URL');
  const database = await openDatabase(databaseUrl, faultTo(log, 'database'));
  opened.add(database.close);
  const pool = database.lookUps;
  const { instance, node } = file.config;
  const calendar = await openPlace(file.config, { databaseUrl, pool, opened, log });
  const store = createConfigurationStore(pool);
  const check = (one: SwitchConfig): Promise<void> => checkWithKeys(one, chosen);
  const found = await openConfiguration({ ...file, file: file.json, store, instance, node, check });
  const { config, version } = found.known;
  const numbers = await claimNumbers({
    store: createNumberStore(pool),
    node,
    hosts: config.hosts.map((host) => host.name),
    businessDate: () => businessDateNow({ calendar, nowMs: Date.now }),
    onFault: faultTo(log, 'numbers'),
  });
  const idempotency = openIdempotency(log);
  opened.add(() => idempotency.close());
  const evidence = openEvidence(pool, log);
  opened.add(evidence.close);
  let following: FollowedConfiguration | undefined;
  const running = await createSwitch({
    config,
    configurationVersion: version,
    ...storesOf(pool, store),
    noteRoute: evidence.note,
    hotCards: { change: async (asked) => following?.hotCards.change(asked) ?? 'unavailable' },
    journal: openJournal(database, log),
    calendar,
    numbers,
    idempotency,
    security,
    keys,
    vault: createCardVault(vaultKeys),
    log,
    ...given({ measured: door?.measured }),
  });
  opened.add(() => running.close());
  opened.add(adoptFor(running, instance, { pool, log }));
  following = await followConfiguration({
    store,
    databaseUrl,
    isPooled: database.isPooled,
    instance,
    opened: found,
    path: file.path,
    check,
    activate: running.activate,
    log,
    onFault: faultTo(log, 'configuration'),
  });
  opened.add(following.close);
  return { running, securityModule: chosen.description, pool, idempotency };
}

async function openDoor(
  instance: string,
  log: (line: LogLine) => void,
): Promise<OperationsDoor | undefined> {
  const address = operationsAddress(process.env);
  if (address === undefined) return undefined;
  const door = await openOperations(address, instance, faultTo(log, 'operations'));
  log({ event: 'operations', port: door.port });
  return door;
}

async function start(log: (line: LogLine) => void): Promise<() => Promise<void>> {
  const { words } = commandLine({
    name: 'switch',
    usage: [
      'node services/switch/src/main.ts CONFIG',
      'The switch; DATABASE_URL and, where there is one, REDIS_URL in the environment. With OPERATIONS_PORT',
      '(and OPERATIONS_HOST, OPERATIONS_TOKEN) it shows measurements, health, status and log over HTTP.',
    ],
    options: {},
    argumentsMax: 1,
  });
  const [path] = words;
  if (path === undefined) throw new SettingError('CONFIG', 'give the configuration file');
  const json = readConfigFile(path);
  const config = configOfWorker(parseSwitchConfig(json), process.env);
  const opened = new Opened();
  const door = await openDoor(config.instance, log);
  opened.add(() => door?.close());
  const tell = (line: LogLine): void => {
    log(line);
    door?.lines.write(line);
  };
  let open: Open;
  try {
    open = await openSwitch({ path, json, config }, opened, tell, door);
  } catch (error) {
    await opened.close();
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new SettingError('config.listen.port', message);
  }
  const { running, securityModule, pool, idempotency } = open;
  const isShared = process.env['REDIS_URL'] !== undefined;
  door?.show({
    status: running.status,
    pool,
    idempotency: isShared ? idempotency : undefined,
  });
  opened.add(() => door?.hide());
  await running.untilLinksUp(5_000);
  const status = running.status();
  log({
    event: 'ready',
    port: running.port,
    tlsPort: running.tlsPort,
    ports: running.ports,
    httpPort: running.httpPort,
    links: status.links,
    configurationVersion: status.configurationVersion,
    securityModule,
    idempotency: process.env['REDIS_URL'] === undefined ? 'in this process' : 'redis',
    recovered: status.counters.recovered,
  });
  process.send?.({
    type: 'ready',
    port: running.port,
    tlsPort: running.tlsPort,
    operationsPort: door?.port,
  });
  process.on('message', (message: { type?: string }) => {
    if (message.type === 'status') process.send?.({ type: 'status', status: running.status() });
  });
  return async () => {
    await opened.close();
    log({ event: 'stopped', ...running.status() });
    await switchLog.close();
  };
}

const switchLog = openSwitchLog({ to: 1 });

async function startAll(count: number): Promise<() => Promise<void>> {
  const { ready, stop } = await startWorkers(count, switchLog.log);
  process.send?.(ready);
  return async () => {
    await stop();
    await switchLog.close();
  };
}

try {
  const count = workersWanted(process.env);
  stopOnSignal('switch', await (count === 0 ? start(switchLog.log) : startAll(count)));
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(`switch: ${error.message}`);
  process.exit(2);
}
