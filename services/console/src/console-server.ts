// The console's HTTP server: a read-only JSON API and one page. It answers; it changes nothing.
import { given } from '@chipswitch/bytes';
import { parseCalendarDate } from '@chipswitch/ledger';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { type Access, TokenGuesses, refusalOf } from './access.ts';
import type { ConsoleStore } from './console-store.ts';
import { cursorAfter, idOfCursor, isPaymentId } from './cursor.ts';
import { readPageFiles } from './page-files.ts';
import type { PaymentView } from './payment-view.ts';
import {
  type Problem,
  type ProblemCode,
  ProblemError,
  headersOf,
  noStore,
  problemOf,
  problems,
  refuseUnread,
  securityHeaders,
} from './problem.ts';

/** What the server is made of. */
export interface ConsoleParts {
  readonly store: ConsoleStore;
  readonly access: Access;
  /** Told of every answer of class 5xx, without anything of the request but its route. */
  readonly onFault?: (fault: {
    readonly requestId: string;
    readonly route: string;
    readonly error: Error;
  }) => void;
  /** API requests being answered at once, at most. */
  readonly inFlightMax?: number;
  /** Wrong tokens of one address in a minute, at most; then it waits, whatever it sends. */
  readonly guessesMax?: number;
  /** Folder of the page, its own when absent. */
  readonly pageFolder?: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered to anybody: the page's files and the health checks. Every other route is closed. */
    readonly open?: boolean;
  }
}
const open = { config: { open: true } };

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
  app.get('/health/live', open, () => ({ status: 'ok' }));
  app.get('/health/ready', open, async (_request, reply) => {
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
    app.get(file.path, open, async (request, reply) => {
      void reply.header('etag', file.etag).header('cache-control', 'no-cache');
      if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
      return reply.type(file.contentType).send(file.body);
    });
  }
}

// SQLSTATE 57014 is our own statement timeout; 08… and no SQLSTATE at all are a connection that is not there.
function codeOf(error: FastifyError): ProblemCode {
  if (error.validation !== undefined) return 'invalid-parameter';
  if (error.statusCode !== undefined && error.statusCode < 500) return 'invalid-parameter';
  const lost = /^(57|08|53)|^E(CONN|TIME|PIPE|HOST|NOTFOUND|AI)/.test(error.code ?? '');
  const refused = /timeout exceeded when trying to connect|Connection terminated/.test(
    error.message,
  );
  return lost || refused ? 'database-unavailable' : 'internal';
}

// An unknown parameter is named only when its name can hold no data.
function parameterOf(unknownName: unknown, instancePath: string): string {
  if (typeof unknownName !== 'string') return instancePath.slice(1);
  return /^[A-Za-z]{1,32}$/.test(unknownName) ? unknownName : 'of an unknown name';
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const body = JSON.stringify(problem);
  return reply.code(problem.status).headers(headersOf(problem)).send(body);
}

function addProblems(app: FastifyInstance, parts: ConsoleParts): void {
  const send = sendProblem;
  app.setNotFoundHandler((request, reply) => send(reply, problemOf('not-found', request.id)));
  app.setErrorHandler((error: FastifyError | ProblemError, request, reply) => {
    if (error instanceof ProblemError) {
      return send(reply, problemOf(error.code, request.id, error.errors));
    }
    const code = codeOf(error);
    if (problems[code].status >= 500) {
      const route = request.routeOptions.url ?? 'unknown route';
      parts.onFault?.({ requestId: request.id, route, error });
    }
    const errors = error.validation?.map((one) => ({
      parameter: parameterOf(one.params['additionalProperty'], one.instancePath),
      detail: one.message ?? 'cannot be used',
    }));
    return send(reply, problemOf(code, request.id, errors));
  });
}

// What the router cannot read as a path it answers before any hook or handler of ours.
const pathProblems: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_MAX_PARAM_LENGTH: 'path-too-long',
};

/** The one door: who asks for anything but the page and health shows who he is and finds a place. */
function addDoor(app: FastifyInstance, parts: ConsoleParts): void {
  const inFlightMax = parts.inFlightMax ?? 64;
  let inFlight = 0;
  const guesses = new TokenGuesses(parts.guessesMax ?? 20);
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(securityHeaders);
    // By the route that was found, not by how the path was written; no route at all is closed, too.
    const config = request.routeOptions.config as { readonly open?: boolean } | undefined;
    if (config?.open === true) return;
    void reply.headers(noStore);
    const address = request.socket.remoteAddress ?? '';
    if (await guesses.isSpent(address)) throw new ProblemError('too-many-guesses');
    const refusal = refusalOf(parts.access, request.headers);
    // Who shows no token guesses none.
    const isGuess = refusal === 'unauthorized' && request.headers.authorization !== undefined;
    if (isGuess) await guesses.count(address);
    if (refusal !== undefined) throw new ProblemError(refusal);
    if (inFlight >= inFlightMax) throw new ProblemError('overloaded');
    inFlight++;
    reply.raw.once('close', () => inFlight--);
  });
}

/**
 * Makes the console; nothing listens yet.
 *
 * @example
 * const app = createConsole({ store: createPostgresStore(pool), access: {} });
 * await app.listen({ host: '127.0.0.1', port: 8090 });
 */
export function createConsole(parts: ConsoleParts): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: 1024,
    requestTimeout: 10_000,
    connectionTimeout: 30_000,
    keepAliveTimeout: 10_000,
    // Half a request holds one of the connections for seconds, not for a minute.
    http: { headersTimeout: 3_000, connectionsCheckingInterval: 1_000 },
    routerOptions: { maxParamLength: 64 },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: false } },
    frameworkErrors: (error, request, reply) => {
      void reply.headers(securityHeaders);
      const code = pathProblems[error.code] ?? 'invalid-parameter';
      sendProblem(reply, problemOf(code, request.id));
    },
    clientErrorHandler: refuseUnread,
  });
  app.server.maxConnections = 512;
  addDoor(app, parts);
  addProblems(app, parts);
  addHealth(app, parts);
  addApi(app, parts);
  addPage(app, parts.pageFolder);
  return app;
}
