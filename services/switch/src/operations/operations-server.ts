// The operators' door of a switch: measurements, health, what it is doing now, and its log as it is written.
import { createHttpService, openRoute, ProblemError, type Access } from '@chipswitch/http-service';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { SwitchStatus } from '../switch-status.ts';
import type { LineStream } from './line-stream.ts';
import type { Measurements } from './measurements.ts';
import { type Ask, readiness } from './readiness.ts';

/** What the door shows. */
export interface OperationsParts {
  readonly access: Access;
  /** Name of the instance and when it was started. */
  readonly instance: string;
  readonly startedAt: Date;
  /** Undefined until everything is open, and again while closing: then no payments are taken. */
  readonly status: () => SwitchStatus | undefined;
  readonly measurements: Pick<Measurements, 'page' | 'contentType'>;
  readonly checks: () => Readonly<Record<string, Ask>>;
  readonly lines: LineStream;
  readonly onFault?: (fault: { readonly route: string; readonly error: Error }) => void;
}

const checkMs = 1_000;
const beatMs = 15_000;

const tooManyListeners = {
  code: 'too-many-listeners',
  status: 503,
  title: 'Too many are listening to the log already.',
} as const;

function addHealth(app: FastifyInstance, { checks, status }: OperationsParts): void {
  const starting = { status: 'unavailable', detail: 'is starting or closing' } as const;
  app.get('/health/live', openRoute, () => ({ status: 'ok' }));
  app.get('/health/startup', openRoute, (_request, reply) =>
    status() !== undefined ? { status: 'ok' } : reply.code(503).send(starting),
  );
  app.get('/health/ready', openRoute, async (_request, reply) => {
    if (status() === undefined) return reply.code(503).send(starting);
    const found = await readiness(checks(), checkMs);
    return reply.code(found.status === 'unavailable' ? 503 : 200).send(found);
  });
}

// Server-sent events (WHATWG HTML, 9.2): one event a line, a comment as a sign of life.
function streamLines(reply: FastifyReply, lines: LineStream): FastifyReply {
  const { raw } = reply;
  const write = (): void => {
    if (raw.writableNeedDrain) return;
    const { lines: taken, lost } = listener!.take();
    for (const line of taken) raw.write(`event: line\ndata: ${line}\n\n`);
    if (lost > 0) raw.write(`event: lost\ndata: {"lines":${lost}}\n\n`);
  };
  const listener = lines.listen(() => queueMicrotask(write));
  if (listener === undefined) throw new ProblemError(tooManyListeners);
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  raw.write(': listening\n\n');
  raw.on('drain', write);
  const beat = setInterval(() => raw.write(': beat\n\n'), beatMs);
  raw.once('close', () => {
    clearInterval(beat);
    listener.end();
  });
  return reply.hijack();
}

/**
 * Makes the door; nothing listens yet.
 *
 * @example
 * const app = createOperations({ access: {}, instance: 'one', … });
 * await app.listen({ host: '127.0.0.1', port: 9090 });
 */
export function createOperations(parts: OperationsParts): FastifyInstance {
  const { access, onFault, measurements, lines } = parts;
  const app = createHttpService({
    access,
    onFault: ({ route, error }) => onFault?.({ route, error }),
  });
  addHealth(app, parts);
  app.get('/metrics', async (_request, reply) =>
    reply.type(measurements.contentType).send(await measurements.page()),
  );
  app.get('/v1/status', async () => ({
    instance: parts.instance,
    startedAt: parts.startedAt.toISOString(),
    ...(await readiness(parts.checks(), checkMs)),
    ...parts.status(),
  }));
  app.get('/v1/log', (_request, reply) => streamLines(reply, lines));
  return app;
}
