// A switch in this process on real parts: Postgres, a host simulator on a socket, terminals on sockets.
import { fileURLToPath } from 'node:url';
import { type Acquirer, HostBook, IssuerDesk, openAcquirer } from '@chipswitch/acquirer';
import { fromHex } from '@chipswitch/bytes';
import { issuerMasterKeys, profiles } from '@chipswitch/card';
import { type PaymentJournal, businessCalendar } from '@chipswitch/ledger';
import { createPostgresJournal, journalPoolOptions, migrate } from '@chipswitch/ledger/postgres';
import { type KeyAlgorithm, type KeyUsage, createSoftModule } from '@chipswitch/security-module';
import {
  type ListenConfig,
  type LogLine,
  type OpenedSecurity,
  type Switch,
  createBatchStore,
  createCardVault,
  createHttpRequests,
  createKsnRegister,
  createMemoryIdempotency,
  createMemoryNumbers,
  createSwitch,
  createWorkingKeyStore,
  parseSwitchConfig,
} from '@chipswitch/switch';
import { TerminalLink } from '@chipswitch/terminal';
import type { IdempotencyStore, IsoMessage } from '@chipswitch/transaction';
import { Pool } from 'pg';

/** The hosts' PIN key. */
export const zonePinKey = '0123456789ABCDEFFEDCBA9876543210';
/** The terminals' PIN key. */
export const terminalPinKey = '1C1C2A2A34344646585862627A7A8C8C';
/** A Visa test card of the card simulator. */
export const visa = profiles['visa-cvn18'];

/** A key of the soft module. */
export interface NewKeyOfTest {
  readonly id: string;
  readonly usage: KeyUsage;
  readonly algorithm: Exclude<KeyAlgorithm, 'HMAC'>;
  readonly hex: string;
}

/** What a test may choose. */
export interface StandOptions {
  readonly listen?: Partial<ListenConfig>;
  /** Terminals beside its own, as the configuration has them. */
  readonly terminals?: readonly object[];
  /** Keys beside its own. */
  readonly keys?: readonly NewKeyOfTest[];
  readonly workingKeyBesideMs?: number;
  /** The `http` object of the configuration. */
  readonly http?: unknown;
  readonly idempotency?: IdempotencyStore;
  readonly answerMs?: number;
  readonly instance?: string;
  /** Port of a host of the test's own, instead of the simulator's. */
  readonly hostPort?: number;
  /** Settings of the host over those of the stand. */
  readonly host?: { readonly [setting: string]: unknown };
  readonly nowMs?: () => number;
  /** Puts faults in front of the journal. */
  readonly journal?: (journal: PaymentJournal) => PaymentJournal;
  /** A security module with the keys `tpk` and `zpk`; a soft one when left out. */
  readonly security?: Pick<OpenedSecurity, 'security' | 'keys'>;
}

/** The running stand. */
export interface Stand {
  readonly pool: Pool;
  readonly acquirer: Acquirer;
  readonly book: HostBook;
  readonly log: LogLine[];
  readonly running: Switch;
  readonly link: () => TerminalLink;
  readonly close: () => Promise<void>;
}

const timers = { acknowledgeMs: 300, retryMs: 20, retryMsMax: 100, triesMax: 6 };

/** A configuration for one host. */
export function configOf(options: StandOptions, hostPort: number): unknown {
  const { applications } = visa;
  const terminal = {
    acceptorId: 'CHIPSWITCH00001',
    name: 'TEST SHOP',
    city: 'SHANGHAI',
    country: 'CN',
    merchantCategory: '5411',
    currencyNumeric: '156',
    pinKey: 'tpk',
  };
  return {
    instance: options.instance ?? 'test-1',
    acquirerId: '12345678901',
    listen: { host: '127.0.0.1', port: 0, ...options.listen },
    businessDay: { timeZone: 'Asia/Shanghai', cutOff: '24:00:00' },
    hosts: [
      {
        name: 'acquirer-a',
        dialect: 'iso1987Ascii',
        host: '127.0.0.1',
        port: hostPort,
        pinKey: 'zpk',
        timers: { answerMs: options.answerMs ?? 500, ...timers },
        ...options.host,
      },
    ],
    routes: [
      {
        prefix: applications[0].pan.slice(0, 6),
        scheme: 'visa',
        hosts: ['acquirer-a'],
        cryptogram: 'pass-through',
      },
    ],
    terminals: [
      { ...terminal, terminalId: 'TERM0001' },
      { ...terminal, terminalId: 'TERM0002' },
      { ...terminal, terminalId: 'TERM0005', merchantCategory: '5812' },
      { ...terminal, terminalId: 'TERM0009', blocked: true },
      { ...terminal, terminalId: 'TERM0003', amountMinorMax: '5000' },
      ...(options.terminals ?? []).map((more) => ({ ...terminal, ...more })),
    ],
    security: { kind: 'soft', keyFile: 'none' },
    ...(options.workingKeyBesideMs === undefined
      ? {}
      : { workingKeyBesideMs: options.workingKeyBesideMs }),
    ...(options.http === undefined ? {} : { http: options.http }),
  };
}

/** The issuers behind the host. */
export function openIssuers(): IssuerDesk {
  const { pan } = visa.applications[0];
  const { applicationCryptogram } = issuerMasterKeys(visa);
  return new IssuerDesk(
    [{ prefix: pan, scheme: 'visa', imkAcHex: applicationCryptogram }],
    [{ pan, pin: visa.pin.value, status: 'active', balanceMinor: '100000000' }],
    zonePinKey,
  );
}

function softSecurity(more: readonly NewKeyOfTest[]): Pick<OpenedSecurity, 'security' | 'keys'> {
  const security = createSoftModule({ allowClearKeysInProcess: true });
  const pinKey = { usage: 'P0', algorithm: '2TDEA' } as const;
  const own = [
    { ...pinKey, id: 'tpk', hex: terminalPinKey },
    { ...pinKey, id: 'zpk', hex: zonePinKey },
  ];
  const keys = [...own, ...more].map(({ hex, ...key }) =>
    security.loadClearKey({ ...key, bytes: fromHex(hex) }),
  );
  return { security, keys: new Map(keys.map((one) => [one.id, one])) };
}

/** Opens a stand on the test database. */
export async function openStand(options: StandOptions = {}): Promise<Stand> {
  const connectionString = process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '';
  const pool = new Pool({ connectionString, ...journalPoolOptions });
  pool.on('error', () => undefined); // A test may cut connections; the statements see it.
  await migrate(pool);
  const own = fileURLToPath(new URL('../../../services/switch/migrations', import.meta.url));
  await migrate(pool, 'switch', own);
  const book = new HostBook();
  const acquirer = await openAcquirer({
    name: 'acquirer-a',
    dialect: 'iso1987Ascii',
    port: 0,
    issuers: openIssuers(),
    book,
    lateMs: 900,
  });
  const { security, keys } = options.security ?? softSecurity(options.keys ?? []);
  const log: LogLine[] = [];
  const calendar = businessCalendar({ timeZone: 'Asia/Shanghai', cutOff: '24:00:00' });
  if (!calendar.ok) throw new Error(calendar.error.code);
  const running = await createSwitch({
    config: parseSwitchConfig(configOf(options, options.hostPort ?? acquirer.port)),
    journal: (options.journal ?? ((journal) => journal))(createPostgresJournal({ pool })),
    calendar: calendar.value,
    numbers: createMemoryNumbers(),
    batches: createBatchStore(pool),
    httpRequests: createHttpRequests(pool),
    ksns: createKsnRegister(pool),
    workingKeyStore: createWorkingKeyStore(pool),
    idempotency: options.idempotency ?? createMemoryIdempotency(),
    security,
    keys,
    vault: createCardVault({ hmac: new Uint8Array(32).fill(1), data: new Uint8Array(32).fill(2) }),
    log: (line) => log.push(line),
    ...(options.nowMs === undefined ? {} : { nowMs: options.nowMs }),
  });
  await running.untilLinksUp(5_000);
  const links: TerminalLink[] = [];
  return {
    pool,
    acquirer,
    book,
    log,
    running,
    link: () => {
      const link = new TerminalLink({ host: '127.0.0.1', port: running.port });
      links.push(link);
      return link;
    },
    close: async () => {
      for (const link of links) link.close();
      await running.close();
      await acquirer.close();
      await pool.end();
    },
  };
}

let lastStan = 0;

/** A purchase by magnetic stripe without PIN, with a trace number of its own. */
export function purchase(amountMinor: number, more: Partial<IsoMessage> = {}): IsoMessage {
  const { pan } = visa.applications[0];
  return {
    mti: '0200',
    de2: pan,
    de3: '000000',
    de4: String(amountMinor).padStart(12, '0'),
    de11: String(++lastStan).padStart(6, '0'),
    de12: '102107',
    de13: '1122',
    de14: '2812',
    de22: '012',
    de25: '00',
    de41: 'TERM0001',
    de42: 'CHIPSWITCH00001',
    de49: '156',
    ...more,
  };
}

/**
 * What the switch answers to a message that comes over a line of its own.
 *
 * @throws Error when nothing comes in time.
 */
export async function askOnce(
  { link: open }: Pick<Stand, 'link'>,
  message: IsoMessage,
  answerMs = 4_000,
): Promise<IsoMessage> {
  const link = open();
  const result = await link.exchange(message, answerMs);
  link.close();
  if (!result.ok) throw new Error(`no answer: ${result.error.code}`);
  return result.message;
}
