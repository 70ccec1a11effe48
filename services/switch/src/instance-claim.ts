// A process's claim on its instance and node: a lease in the database that a second process cannot take
// while the first is alive, and that anybody may take when it has run out. Nothing of it needs a session that lasts.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sqlFiles } from '@chipswitch/ledger/postgres';
import { SettingError } from '@chipswitch/program';
import { Client } from 'pg';
import { sessionOf } from './database-session.ts';

const sql = sqlFiles(new URL('./sql/', import.meta.url));
const statements = {
  lock: sql('lock-claims'),
  bury: sql('bury-claims'),
  claim: sql('claim-instance'),
  held: sql('claims-held'),
  renew: sql('renew-claim'),
  release: sql('release-claim'),
};

/** A claim that is held. */
export interface InstanceClaim {
  /** Gives the claim back. */
  readonly release: () => Promise<void>;
}

/** What is claimed, and for how long at a time. */
export interface ClaimParts {
  readonly databaseUrl: string;
  readonly instance: string;
  readonly node: number;
  /** The claim is another's by now: this process must end, and must send nothing more. */
  readonly onLost: () => void;
  readonly onFault: (fault: Error) => void;
  readonly leaseMs?: number;
  /** How long a claim in the way is waited for: a process that was killed leaves its session a moment later. */
  readonly waitMs?: number;
}

const retryMs = 200;
const leaseMsNormal = 3_000;

/** A connection, and whether its server session is this process's own: a transaction pooler lends one at a time. */
interface Session {
  readonly client: Client;
  readonly isOwn: boolean;
}

async function tryClaim(
  { client, isOwn }: Session,
  { instance, node, leaseMs }: { instance: string; node: number; leaseMs: number },
  claim: string,
): Promise<string | undefined> {
  await client.query('begin');
  await client.query(statements.lock);
  await client.query(statements.bury, [instance, node]);
  const held = await client.query<{ instance: string; node: number }>(statements.held, [
    instance,
    node,
  ]);
  const [other] = held.rows;
  if (other === undefined) {
    await client.query(statements.claim, [instance, node, claim, leaseMs, isOwn]);
  }
  await client.query('commit');
  if (other === undefined) return undefined;
  return other.instance === instance
    ? `config.instance: "${instance}" is running already`
    : `config.node: ${node} is that of the running instance "${other.instance}"`;
}

/** Keeps a claim on a session of its own, over lost connections. */
class Holding {
  readonly #parts: ClaimParts;
  readonly #leaseMs: number;
  readonly #claim: string;
  #session: Session | undefined;
  #timer: NodeJS.Timeout | undefined;
  #released = false;
  #renewing: Promise<void> = Promise.resolve();

  constructor(parts: ClaimParts, leaseMs: number, claim: string) {
    this.#parts = parts;
    this.#leaseMs = leaseMs;
    this.#claim = claim;
  }

  async connect(): Promise<Session> {
    const client = new Client({
      connectionString: this.#parts.databaseUrl,
      // Twice in a lease: a connection that went silent does not cost the claim.
      connectionTimeoutMillis: this.#leaseMs / 2,
      query_timeout: this.#leaseMs / 2,
      keepAlive: true,
      application_name: `chipswitch-${this.#parts.instance}`,
    });
    client.on('error', (error) => {
      this.#parts.onFault(error);
      this.#drop(client);
    });
    await client.connect();
    const session = { client, isOwn: (await sessionOf(client)).isOwn };
    this.#session = session;
    return session;
  }

  keep(): void {
    this.#timer = setTimeout(() => {
      this.#renewing = this.#renew().finally(() => {
        if (!this.#released) this.keep();
      });
    }, this.#leaseMs / 4);
  }

  async release(): Promise<void> {
    this.#released = true;
    clearTimeout(this.#timer);
    await this.#renewing;
    const client = this.#session?.client;
    this.#session = undefined;
    await client
      ?.query(statements.release, [this.#parts.instance, this.#claim])
      .catch((error: unknown) => this.#fault(error));
    await client?.end().catch((error: unknown) => this.#fault(error));
  }

  async #renew(): Promise<void> {
    try {
      const { client, isOwn } = this.#session ?? (await this.connect());
      const { instance } = this.#parts;
      const values = [instance, this.#claim, this.#leaseMs, isOwn];
      const renewed = await client.query(statements.renew, values);
      if (renewed.rowCount === 1 || this.#released) return;
      this.#released = true;
      this.#parts.onLost();
    } catch (error) {
      this.#fault(error);
      this.#drop(this.#session?.client);
    }
  }

  #drop(client: Client | undefined): void {
    if (client === undefined || this.#session?.client !== client) return;
    this.#session = undefined;
    client.end().catch((error: unknown) => this.#fault(error));
  }

  #fault(error: unknown): void {
    this.#parts.onFault(error instanceof Error ? error : new Error(String(error)));
  }
}

/**
 * Claims an instance and its node.
 *
 * @throws SettingError naming what another living process has; what the driver throws when the database
 *   cannot be reached.
 */
export async function claimInstance(parts: ClaimParts): Promise<InstanceClaim> {
  const { instance, node, leaseMs = leaseMsNormal, waitMs = leaseMs + 1_000 } = parts;
  const claim = randomUUID();
  const holding = new Holding(parts, leaseMs, claim);
  const session = await holding.connect();
  const deadline = performance.now() + waitMs;
  try {
    for (;;) {
      const inTheWay = await tryClaim(session, { instance, node, leaseMs }, claim);
      if (inTheWay === undefined) break;
      if (performance.now() >= deadline) {
        const [place, problem] = inTheWay.split(': ');
        throw new SettingError(place, problem);
      }
      await sleep(retryMs);
    }
  } catch (error) {
    await holding.release();
    throw error;
  }
  holding.keep();
  return { release: () => holding.release() };
}
