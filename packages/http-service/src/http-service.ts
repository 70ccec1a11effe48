// An HTTP face with one closed door: who asks for anything that is not open shows who he is and finds a place.
import type { Server } from 'node:http';
import type { ServerOptions } from 'node:https';
import Fastify, {
  type FastifyError,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyReply,
} from 'fastify';
import { type Access, TokenGuesses, refusalOf } from './access.ts';
import {
  type Problem,
  type ProblemCode,
  type ProblemDefinition,
  ProblemError,
  headersOf,
  noStore,
  problemDefinition,
  problemOf,
  refuseUnread,
  securityHeaders,
} from './problem.ts';

/** What a face is made of. */
export interface HttpServiceParts {
  readonly access: Access;
  /** Told of every answer of class 5xx, without anything of the request but its route. */
  readonly onFault?: (fault: {
    readonly requestId: string;
    readonly route: string;
    readonly error: Error;
  }) => void;
  /** Requests being answered at once, at most; 64 when left out. */
  readonly inFlightMax?: number;
  /** Wrong tokens of one address in a minute, at most; then it waits, whatever it sends. 20 when left out. */
  readonly guessesMax?: number;
  /** Bytes of a body, at most; 1024 when left out. */
  readonly bodyBytesMax?: number;
  /** A number is no text and a text no number: what a body says is not made fit. */
  readonly isExact?: boolean;
  /** Takes TLS and nothing else. */
  readonly tls?: ServerOptions;
  /** The problem that an error is, where the face knows better than "internal". */
  readonly problemOfFault?: (error: Error) => ProblemCode | ProblemDefinition | undefined;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered to anybody: a page's files and the health checks. Every other route is closed. */
    readonly open?: boolean;
  }
}

/** Options of a route that is answered to anybody. */
export const openRoute = { config: { open: true } } as const;

// What Fastify refuses before or in a route, by its code; no class 5xx among them.
const refusals: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_MAX_PARAM_LENGTH: 'path-too-long',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid-body',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid-body',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid-body',
};

function refusalOfFastify(error: FastifyError): ProblemCode | undefined {
  if (error.validation !== undefined) {
    return error.validationContext === 'body' ? 'invalid-body' : 'invalid-parameter';
  }
  if (error.statusCode === undefined || error.statusCode >= 500) return undefined;
  if (error instanceof SyntaxError) return 'invalid-body';
  return refusals[error.code] ?? 'invalid-parameter';
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

function addProblems(app: FastifyInstance, parts: HttpServiceParts): void {
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, problemOf('not-found', request.id)),
  );
  app.setErrorHandler((error: FastifyError | ProblemError, request, reply) => {
    if (error instanceof ProblemError) {
      return sendProblem(reply, problemOf(error.definition, request.id, error.errors));
    }
    const definition = problemDefinition(
      refusalOfFastify(error) ?? parts.problemOfFault?.(error) ?? 'internal',
    );
    if (definition.status >= 500) {
      const route = request.routeOptions.url ?? 'unknown route';
      parts.onFault?.({ requestId: request.id, route, error });
    }
    const errors = error.validation?.map((one) => ({
      parameter: parameterOf(one.params['additionalProperty'], one.instancePath),
      detail: one.message ?? 'cannot be used',
    }));
    return sendProblem(reply, problemOf(definition, request.id, errors));
  });
}

function addDoor(app: FastifyInstance, parts: HttpServiceParts): void {
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

const exactly = { removeAdditional: false, allErrors: false } as const;

// Half a request holds one of the connections for seconds, not for a minute.
const connections = { headersTimeout: 3_000, connectionsCheckingInterval: 1_000 } as const;

const serverOptions = {
  logger: false,
  requestTimeout: 10_000,
  connectionTimeout: 30_000,
  keepAliveTimeout: 10_000,
  routerOptions: { maxParamLength: 64 },
  // What the router cannot read as a path it answers before any hook or handler of ours.
  frameworkErrors: (error, request, reply) => {
    void reply.headers(securityHeaders);
    const code = refusals[error.code] ?? 'invalid-parameter';
    sendProblem(reply, problemOf(code, request.id));
  },
  clientErrorHandler: refuseUnread,
} satisfies FastifyHttpOptions<Server>;

/**
 * Makes a face; nothing listens yet.
 *
 * @example
 * const app = createHttpService({ access: {} });
 * app.get('/health/live', openRoute, () => ({ status: 'ok' }));
 * await app.listen({ host: '127.0.0.1', port: 0 });
 */
export function createHttpService(parts: HttpServiceParts): FastifyInstance {
  const { tls, isExact = false } = parts;
  const customOptions = { ...exactly, coerceTypes: !isExact };
  const options = {
    ...serverOptions,
    bodyLimit: parts.bodyBytesMax ?? 1024,
    ajv: { customOptions },
  };
  // The type of an instance says which server it has; nothing here and in the routes depends on that.
  const app =
    tls === undefined
      ? Fastify({ ...options, http: connections })
      : (Fastify({ ...options, https: { ...connections, ...tls } }) as unknown as FastifyInstance);
  // What is no JSON is no body here.
  app.removeContentTypeParser('text/plain');
  app.server.maxConnections = 512;
  addDoor(app, parts);
  addProblems(app, parts);
  return app;
}
