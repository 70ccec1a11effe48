// The console's HTTP server: a read-only JSON API and one page. It answers; it changes nothing.
import { given } from '@chipswitch/bytes';
import {
  type HttpServiceParts,
  ProblemError,
  createHttpService,
  openRoute,
  problemOfDatabaseFault,
} from '@chipswitch/http-service';
import { parseCalendarDate } from '@chipswitch/ledger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ConsoleStore } from './console-store.ts';
import { cursorAfter, idOfCursor, isPaymentId } from './cursor.ts';
import { readPageFiles } from './page-files.ts';
import type { PaymentView } from './payment-view.ts';

/** What the server is made of. */
export interface ConsoleParts extends Omit<HttpServiceParts, 'bodyBytesMax' | 'problemOfFault'> {
  readonly store: ConsoleStore;
  /** Folder of the page, its own when absent. */
  readonly pageFolder?: string;
}

interface ListParameters {
  readonly limit: number;
  readonly after?: string;
  readonly state?: string;
  readonly terminal?: string;
  readonly businessDate?: string;
}

const page = {
  limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
  after: { type: 'string', minLength: 1, maxLength: 64 },
};
const date = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' };
const querystring = (properties: object) => ({
  querystring: { type: 'object', additionalProperties: false, properties },
});
const listSchema = querystring({
  ...page,
  state: { type: 'string', pattern: '^[A-Z_]{1,32}$' },
  terminal: { type: 'string', pattern: '^[ -~]{1,16}$' },
  businessDate: date,
});

function checkedDate(text: string | undefined): string | undefined {
  if (text === undefined || parseCalendarDate(text) !== undefined) return text;
  throw new ProblemError('invalid-parameter', [
    { parameter: 'businessDate', detail: 'is no date of the calendar' },
  ]);
}

function checkedCursor(cursor: string | undefined): { afterId?: string } {
  if (cursor === undefined) return {};
  const afterId = idOfCursor(cursor);
  if (afterId === undefined) throw new ProblemError('invalid-cursor');
  return { afterId };
}

function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  rows: readonly PaymentView[],
  limit: number,
): object {
  const data = rows.slice(0, limit);
  const next = rows.length > limit ? cursorAfter(data[data.length - 1].id) : null;
  if (next !== null) {
    const url = new URL(request.url, 'http://here');
    url.searchParams.set('after', next);
    void reply.header('link', `<${url.pathname}${url.search}>; rel="next"`);
  }
  return { data, next };
}

function addApi(app: FastifyInstance, { store }: ConsoleParts): void {
  app.get<{ Querystring: ListParameters }>(
    '/v1/payments',
    { schema: listSchema },
    async (request, reply) => {
      const { limit, after, state, terminal, businessDate } = request.query;
      const filters = {
        ...checkedCursor(after),
        ...given({ state, terminalId: terminal }),
        ...(businessDate === undefined ? {} : { businessDate: checkedDate(businessDate)! }),
      };
      const rows = await store.listPayments({ limit: limit + 1, ...filters });
      return sendPage(request, reply, rows, limit);
    },
  );
  app.route<{ Params: { id: string } }>({
    method: 'GET',
    url: '/v1/payments/:id',
    handler: async (request) => {
      const { id } = request.params;
      const found = isPaymentId(id) ? await store.findPayment(id) : undefined;
      if (found === undefined) throw new ProblemError('not-found');
      return found;
    },
  });
  app.get<{ Querystring: ListParameters }>(
    '/v1/unresolved',
    { schema: querystring(page) },
    async (request, reply) => {
      const { limit, after } = request.query;
      const rows = await store.listUnresolved({ limit: limit + 1, ...checkedCursor(after) });
      return sendPage(request, reply, rows, limit);
    },
  );
  app.route<{ Querystring: ListParameters }>({
    method: 'GET',
    url: '/v1/ledger/trial-balance',
    schema: querystring({ businessDate: date }),
    handler: async (request) => {
      const businessDate = checkedDate(request.query.businessDate);
      const currencies = await store.trialBalance(businessDate);
      return { businessDate: businessDate ?? null, currencies };
    },
  });
}

function addHealth(app: FastifyInstance, { store }: ConsoleParts): void {
  app.get('/health/live', openRoute, () => ({ status: 'ok' }));
  app.get('/health/ready', openRoute, async (_request, reply) => {
    try {
      await store.ping();
      return { status: 'ok', checks: { database: 'ok' } };
    } catch {
      // Why is in the log of the pool; here it is a plain answer for a load balancer.
      void reply.code(503);
      return { status: 'unavailable', checks: { database: 'unavailable' } };
    }
  });
}

function addPage(app: FastifyInstance, folder: string | undefined): void {
  for (const file of readPageFiles(folder)) {
    app.get(file.path, openRoute, async (request, reply) => {
      void reply.header('etag', file.etag).header('cache-control', 'no-cache');
      if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
      return reply.type(file.contentType).send(file.body);
    });
  }
}

/**
 * Makes the console; nothing listens yet.
 *
 * @example
 * const app = createConsole({ store: createPostgresStore(pool), access: {} });
 * await app.listen({ host: '127.0.0.1', port: 8090 });
 */
export function createConsole(parts: ConsoleParts): FastifyInstance {
  const app = createHttpService({ ...parts, problemOfFault: problemOfDatabaseFault });
  addHealth(app, parts);
  addApi(app, parts);
  addPage(app, parts.pageFolder);
  return app;
}
