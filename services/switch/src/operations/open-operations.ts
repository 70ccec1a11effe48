// The operators' door of a process: open before anything else is, so that it can say what is missing.
import { type HttpAddress, httpAddressOf } from '@chipswitch/http-service';
import { SettingError } from '@chipswitch/program';
import type { IdempotencyStore } from '@chipswitch/transaction';
import type { Pool } from 'pg';
import type { SwitchStatus } from '../switch-status.ts';
import { type LineStream, createLineStream } from './line-stream.ts';
import { type Measured, createMeasurements } from './measurements.ts';
import { createOperations } from './operations-server.ts';
import type { Ask, Condition } from './readiness.ts';

/** The running switch as the door sees it. */
export interface Operated {
  readonly status: () => SwitchStatus;
  readonly pool: Pick<Pool, 'query'>;
  /** Undefined where the fast path is in the process itself. */
  readonly idempotency: IdempotencyStore | undefined;
}

/** The open door. */
export interface OperationsDoor {
  readonly port: number;
  readonly measured: Measured;
  readonly lines: LineStream;
  /** From now on the switch takes payments. */
  readonly show: (operated: Operated) => void;
  /** From now on it takes none. */
  readonly hide: () => void;
  readonly close: () => Promise<void>;
}

/**
 * Where the door is: OPERATIONS_HOST, OPERATIONS_PORT and OPERATIONS_TOKEN; undefined without a port.
 *
 * @throws SettingError naming the one that cannot be used.
 */
export function operationsAddress(
  environment: Readonly<Record<string, string | undefined>>,
): HttpAddress | undefined {
  if (environment['OPERATIONS_PORT'] === undefined) return undefined;
  return httpAddressOf(environment, 'OPERATIONS', 0);
}

const hostsCondition = ({ links, hosts }: SwitchStatus): Condition => {
  const states = Object.entries(links);
  const down = states.filter(([, state]) => state !== 'up').map(([name, state]) => [name, state]);
  if (down.length === 0) return { ok: true, detail: `${states.length} up`, needed: true };
  // One host is enough to take payments for it.
  const detail = down
    .map(([name, state]) => `${name} ${state}${hosts[name] ? ` (${hosts[name].reason})` : ''}`)
    .join(', ');
  return { ok: false, detail, needed: down.length === states.length };
};

function checksOf({ status, pool, idempotency }: Operated): Readonly<Record<string, Ask>> {
  return {
    postgres: async () => {
      await pool.query('select');
      return { ok: true, detail: 'answers', needed: true };
    },
    ...(idempotency === undefined
      ? {}
      : {
          redis: async (): Promise<Condition> => {
            const found = await idempotency.claim('health', 1);
            const ok = found !== 'unavailable';
            return { ok, detail: ok ? 'answers' : 'does not answer', needed: false };
          },
        }),
    hosts: () => hostsCondition(status()),
  };
}

/**
 * Opens the door.
 *
 * @throws SettingError when its port cannot be had.
 */
export async function openOperations(
  { host, port, ...access }: HttpAddress,
  instance: string,
  onFault: (fault: Error) => void,
): Promise<OperationsDoor> {
  let operated: Operated | undefined;
  const status = (): SwitchStatus | undefined => operated?.status();
  const measurements = createMeasurements(status);
  const lines = createLineStream();
  const app = createOperations({
    access,
    instance,
    startedAt: new Date(),
    status,
    measurements,
    checks: () => (operated === undefined ? {} : checksOf(operated)),
    lines,
    onFault: ({ error }) => onFault(error),
  });
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const place =
      code === 'EADDRINUSE' || code === 'EACCES' ? 'OPERATIONS_PORT' : 'OPERATIONS_HOST';
    throw new SettingError(place, message);
  }
  const bound = app.server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    measured: measurements,
    lines,
    show: (shown) => {
      operated = shown;
    },
    hide: () => {
      operated = undefined;
    },
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}
