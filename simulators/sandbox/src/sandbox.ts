// The whole on one machine: real servers, real processes, terminals with cards; opened and closed in order.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingError } from '@chipswitch/program';
import { importDocument, withConfiguration } from '@chipswitch/switch';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { ensureCertificates } from './certificates.ts';
import { type RunningProcess, startProcess } from './child-process.ts';
import { type SandboxPaths, sandboxPaths } from './folder.ts';
import { freePort, portFault } from './free-port.ts';
import { holdFolder } from './hold-folder.ts';
import { writePlan } from './plan.ts';
import { startPostgres } from './postgres-server.ts';
import { startRedis } from './redis-server.ts';
import { type SandboxKeys, sandboxKeys } from './sandbox-keys.ts';

/** What a person may choose. */
export interface SandboxOptions {
  /** Port for terminals; 0 or absent takes a free one. */
  readonly port?: number;
  readonly folder?: string;
  /** Also start the console, the page to watch the payments on. */
  readonly console?: boolean;
  /** The switch's keys stand in a simulated HSM, behind payShield host commands. */
  readonly hsm?: boolean;
  readonly onProgress: (line: string) => void;
  /** Told when a server or process ends that nobody asked to. */
  readonly onLost?: (what: string) => void;
}

interface SwitchReady {
  readonly port: number;
}

/** A running sandbox. */
export interface Sandbox {
  readonly paths: SandboxPaths;
  readonly keys: SandboxKeys;
  readonly databaseUrl: string;
  readonly port: number;
  /** The port with mutual TLS. */
  readonly tlsPort: number;
  /** The HTTP door. */
  readonly httpPort: number;
  readonly switchStatus: () => Promise<unknown>;
  /** SIGKILL, as a power cut would. */
  readonly killSwitch: () => Promise<void>;
  readonly restartSwitch: () => Promise<void>;
  readonly close: () => Promise<void>;
}

async function givenDatabase(url: string): Promise<string> {
  if (!URL.canParse(url)) throw new SettingError('DATABASE_URL', 'is no URL');
  if (!/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new SettingError('DATABASE_URL', 'must begin with postgres://');
  }
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    await client.query('select 1');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new SettingError('DATABASE_URL', message === '' ? (code ?? 'no answer') : message);
  } finally {
    await client.end().catch(() => undefined);
  }
  return url;
}

async function givenRedis(url: string): Promise<string> {
  if (!URL.canParse(url)) throw new SettingError('REDIS_URL', 'is no URL');
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 5_000,
  });
  let said = 'no answer';
  redis.on('error', (error: NodeJS.ErrnoException) => {
    said = error.message === '' ? (error.code ?? said) : error.message;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch {
    throw new SettingError('REDIS_URL', said);
  } finally {
    redis.disconnect();
  }
  return url;
}

/** Things to be undone, last first. */
class Undoing {
  #running = false;

  get isRunning(): boolean {
    return this.#running;
  }

  readonly #steps: (() => Promise<void>)[] = [];

  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    this.#running = true;
    for (const step of this.#steps.splice(0).toReversed()) await step();
  }
}

interface Servers {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
}

type Watch = (name: string, ended: Promise<unknown>) => void;

async function openServers(
  paths: SandboxPaths,
  undoing: Undoing,
  watch: Watch,
  say: (line: string) => void,
): Promise<Servers> {
  const givenUrl = process.env['DATABASE_URL'];
  let databaseUrl: string;
  if (givenUrl === undefined) {
    const postgres = await startPostgres(paths.postgres);
    undoing.add(postgres.stop);
    watch('PostgreSQL', postgres.ended);
    databaseUrl = postgres.url;
    say(`database   ${postgres.label}, in .chipswitch/`);
  } else {
    databaseUrl = await givenDatabase(givenUrl);
    say('database   DATABASE_URL');
  }
  const givenRedisUrl = process.env['REDIS_URL'];
  if (givenRedisUrl !== undefined) {
    say('redis      REDIS_URL');
    return { databaseUrl, redisUrl: await givenRedis(givenRedisUrl) };
  }
  const redis = await startRedis(paths.redis);
  if (redis !== undefined) {
    undoing.add(redis.stop);
    watch('Redis', redis.ended);
  }
  say(
    `redis      ${redis?.label ?? 'none here: the in-process store stands in (speed only, never truth)'}`,
  );
  return { databaseUrl, redisUrl: redis?.url };
}

async function startConsole(
  paths: SandboxPaths,
  databaseUrl: string,
): Promise<RunningProcess<SwitchReady>> {
  return startProcess<SwitchReady>({
    name: 'console',
    script: new URL('../../../services/console/src/main.ts', import.meta.url),
    args: [],
    env: { DATABASE_URL: databaseUrl, CONSOLE_PORT: String(await freePort()) },
    logFile: join(paths.folder, 'console.log'),
  });
}

async function choosePort(wanted: number | undefined): Promise<number> {
  if (wanted === undefined || wanted === 0) return freePort();
  const fault = await portFault(wanted);
  if (fault !== undefined) {
    throw new SettingError(
      '--port',
      `${wanted} cannot be used (${fault}): choose another, or none`,
    );
  }
  return wanted;
}

/** The switch's process: it may be killed and started again on purpose, but not end by itself. */
class SwitchProcess {
  readonly #start: () => Promise<RunningProcess<SwitchReady>>;
  readonly #watch: Watch;
  #running: RunningProcess<SwitchReady> | undefined;

  constructor(start: () => Promise<RunningProcess<SwitchReady>>, watch: Watch) {
    this.#start = start;
    this.#watch = watch;
  }

  async start(): Promise<SwitchReady> {
    const running = await this.#start();
    this.#running = running;
    const unasked = running.ended.then((how) =>
      this.#running === running ? how : new Promise<never>(() => undefined),
    );
    this.#watch('the switch', unasked);
    return running.ready;
  }

  async kill(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.kill();
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
  }

  status(): Promise<unknown> {
    return this.#running?.status() ?? Promise.resolve(undefined);
  }
}

// Where the command line finds the operators' door.
function noteOperations(paths: SandboxPaths, port: number): void {
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(join(paths.folder, 'operations.json'), `${JSON.stringify({ url })}\n`);
}

function switchProcess(
  paths: SandboxPaths,
  servers: Servers,
  operationsPort: number,
  watch: Watch,
): SwitchProcess {
  const { databaseUrl, redisUrl } = servers;
  const redis = redisUrl === undefined ? {} : { REDIS_URL: redisUrl };
  const script = new URL('../../../services/switch/src/main.ts', import.meta.url);
  const start = (): Promise<RunningProcess<SwitchReady>> =>
    startProcess<SwitchReady>({
      name: 'switch',
      script,
      args: [paths.switchConfig],
      env: { DATABASE_URL: databaseUrl, OPERATIONS_PORT: String(operationsPort), ...redis },
      logFile: paths.switchLog,
    });
  return new SwitchProcess(start, watch);
}

async function startHosts(paths: SandboxPaths, undoing: Undoing, watch: Watch): Promise<void> {
  const acquirer = await startProcess({
    name: 'acquirer',
    script: new URL('../../acquirer/src/main.ts', import.meta.url),
    args: [paths.acquirerConfig],
    logFile: join(paths.folder, 'acquirer.log'),
  });
  undoing.add(acquirer.stop);
  watch('the acquirer', acquirer.ended);
}

async function startHsm(
  paths: SandboxPaths,
  undoing: Undoing,
  watch: Watch,
): Promise<{ readonly hsmPort: number }> {
  const hsm = await startProcess<SwitchReady>({
    name: 'hsm',
    script: new URL('../../hsm/src/main.ts', import.meta.url),
    args: ['--port', '0'],
    logFile: join(paths.folder, 'hsm.log'),
  });
  undoing.add(hsm.stop);
  watch('the HSM', hsm.ended);
  return { hsmPort: hsm.ready.port };
}

// The configuration is in the database from the first run on: of a later run only its ports are new, and what people
// have added since stays. The first run's switch fills it from its file. The command line finds the database by a file.
async function bringPlan(
  paths: SandboxPaths,
  databaseUrl: string,
  undoing: Undoing,
  say: (line: string) => void,
): Promise<void> {
  writeFileSync(paths.databaseUrl, databaseUrl, { mode: 0o600 });
  undoing.add(async () => rmSync(paths.databaseUrl, { force: true }));
  await withConfiguration(databaseUrl, async ({ store }) => {
    if ((await store.newest()) === undefined) return;
    const changed = await importDocument(
      store,
      JSON.parse(readFileSync(paths.switchConfig, 'utf8')),
      { merge: true, writtenBy: 'sandbox', reason: 'npm start: ports and cards of this run' },
    );
    if (!changed.ok) throw new SettingError('configuration', changed.error.code);
    say(`plan       configuration version ${changed.version}, with this run's ports`);
  });
}

// Where the running switch is reached.
function doorsOf(
  paths: SandboxPaths,
  ports: Readonly<Record<'port' | 'tlsPort' | 'httpPort' | 'operationsPort', number>>,
): readonly string[] {
  const { port, tlsPort, httpPort, operationsPort } = ports;
  return [
    `switch     127.0.0.1:${port}, with mutual TLS :${tlsPort}; terminals in POS dialect (BCD, TPDU)`,
    `http       http://127.0.0.1:${httpPort}/v1/payments, described at /openapi.json; its key is in ${paths.keys}`,
    `operations http://127.0.0.1:${operationsPort}/metrics; chipswitch status, top, tail`,
  ];
}

/**
 * Opens a sandbox.
 *
 * @throws SettingError naming the setting that is in the way; whatever was open by then is closed.
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const say = options.onProgress;
  const paths = sandboxPaths(options.folder);
  const undoing = new Undoing();
  const giveBack = holdFolder(paths.folder);
  undoing.add(async () => giveBack());
  const watch: Watch = (name, ended) => {
    void ended.then((how) => {
      const by = typeof how === 'string' ? ` (${how})` : '';
      if (!undoing.isRunning) options.onLost?.(`${name} has ended${by}: see ${paths.folder}`);
    });
  };
  try {
    const port = await choosePort(options.port);
    const keys = sandboxKeys(paths.keys);
    ensureCertificates(paths.certificates);
    const servers = await openServers(paths, undoing, watch, say);
    const hostPorts = [await freePort(), await freePort(), await freePort()] as const;
    const tlsPort = await freePort();
    const hsm = options.hsm === true ? await startHsm(paths, undoing, watch) : undefined;
    if (hsm !== undefined) say(`hsm        payShield simulator :${hsm.hsmPort}, test LMK`);
    const httpPort = await freePort();
    writePlan(paths, keys, {
      switchPort: port,
      switchTlsPort: tlsPort,
      hostPorts,
      httpPort,
      ...hsm,
    });
    await bringPlan(paths, servers.databaseUrl, undoing, say);
    await startHosts(paths, undoing, watch);
    const [a, b, c] = hostPorts;
    say(
      `hosts      acquirer-a (ISO 8583:1987 ASCII) :${a}, acquirer-b (1993 binary) :${b}, acquirer-c (UnionPay POS) :${c}`,
    );
    const operationsPort = await freePort();
    noteOperations(paths, operationsPort);
    const running = switchProcess(paths, servers, operationsPort, watch);
    undoing.add(() => running.stop());
    const ready = await running.start();
    for (const line of doorsOf(paths, { port: ready.port, tlsPort, httpPort, operationsPort }))
      say(line);
    if (options.console === true) {
      const page = await startConsole(paths, servers.databaseUrl);
      undoing.add(page.stop);
      watch('the console', page.ended);
      say(`console    http://127.0.0.1:${page.ready.port}/`);
    }
    return {
      paths,
      keys,
      databaseUrl: servers.databaseUrl,
      port: ready.port,
      tlsPort,
      httpPort,
      switchStatus: () => running.status(),
      killSwitch: () => running.kill(),
      restartSwitch: async () => void (await running.start()),
      close: () => undoing.run(),
    };
  } catch (error) {
    await undoing.run();
    throw error;
  }
}
