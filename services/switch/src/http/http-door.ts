// The HTTP door: the same payments as JSON (OpenAPI 3.1 at /openapi.json, RFC 9457 problems, Idempotency-Key).
import type { AddressInfo } from 'node:net';
import {
  ProblemError,
  createHttpService,
  openRoute,
  problemOfDatabaseFault,
} from '@chipswitch/http-service';
import { SettingError } from '@chipswitch/program';
import type { LocalClock } from '@chipswitch/transaction';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Desk } from '../desk.ts';
import type { ApiKeyConfig, HttpConfig } from '../doors/http-settings.ts';
import { readOwnedFile } from '../security/owned-file.ts';
import { pemFile } from '../terminal-tls.ts';
import { type FindApiKey, apiKeyFinder, bearerOf } from './api-keys.ts';
import { type Action, type Answered, type Asker, HttpPayments } from './http-payments.ts';
import type { HttpRequests } from './http-requests.ts';
import { apiDocument, problemSchema } from './openapi.ts';
import {
  type FollowUpBody,
  type PaymentBody,
  followUpBodySchema,
  paymentBodySchema,
} from './payment-body.ts';
import { kindsAskedFor } from './payment-message.ts';
import { paymentSchema } from './payment-resource.ts';
import { doorProblems } from './problems.ts';

/** What the door is made of. */
export interface HttpDoorParts {
  readonly config: HttpConfig;
  /** What the stages work with now: for each request as it is when the request comes. */
  readonly deskNow: () => Desk;
  readonly requests: HttpRequests;
  readonly clock: () => LocalClock;
}

/** The open door. */
export interface HttpDoor {
  readonly port: number;
  readonly close: () => Promise<void>;
}

const idempotencyKey = /^[\x21-\x7e]{1,255}$/;

const keyHeader = {
  type: 'object',
  required: ['idempotency-key'],
  properties: {
    'idempotency-key': {
      type: 'string',
      description: 'Names the request for ever; made by the client, random.',
    },
  },
} as const;

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

const answers = {
  401: problem('No API key that is known.'),
  404: problem('No such payment of this API key.'),
  429: problem('Too many requests.'),
  503: problem('Overloaded, or the database is away.'),
} as const;

const paid = {
  201: { description: 'It has ended; `outcome` says how.', ...paymentSchema },
  400: problem('The request cannot be read.'),
  409: problem('The first request with this key is still being worked on.'),
  422: problem('The key was used with another request, or nothing of this kind can be done.'),
  504: problem('No answer in time: ask again with the same key.'),
  ...answers,
} as const;

/** The client of a request that the door let in. */
function clientOf(find: FindApiKey, request: FastifyRequest): ApiKeyConfig {
  const found = find(bearerOf(request.headers.authorization));
  if (found === undefined) throw new ProblemError('unauthorized');
  return found;
}

function askerOf(find: FindApiKey, request: FastifyRequest): Asker {
  const apiKey = clientOf(find, request);
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !idempotencyKey.test(key)) {
    throw new ProblemError(doorProblems.keyMissing);
  }
  const { socket } = request;
  return { apiKey, idempotencyKey: key, isConnected: () => !socket.destroyed };
}

function send(reply: FastifyReply, { payment, isReplay }: Answered): object {
  void reply.code(201).header('location', `/v1/payments/${payment.id}`);
  if (isReplay) void reply.header('idempotent-replayed', 'true');
  return payment;
}

const id = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', pattern: '^pay_[0-9a-f]{32}$' } },
} as const;

const summaries: Readonly<Record<Action, string>> = {
  refund: 'Gives money back, all or a part of it',
  void: 'Takes a payment back as a whole, before its batch is closed',
  completion: 'Captures a pre-authorization',
  reversal: 'Undoes a payment whatever has become of it',
};

function addRoutes(app: FastifyInstance, payments: HttpPayments, find: FindApiKey): void {
  app.post<{ Body: PaymentBody }>(
    '/v1/payments',
    {
      schema: {
        summary: 'Makes a payment',
        headers: keyHeader,
        body: paymentBodySchema(kindsAskedFor),
        response: paid,
      },
    },
    async (request, reply) => send(reply, await payments.pay(askerOf(find, request), request.body)),
  );
  app.get<{ Params: { id: string } }>(
    '/v1/payments/:id',
    {
      schema: {
        summary: 'A payment as it stands',
        params: id,
        response: { 200: { description: 'The payment.', ...paymentSchema }, ...answers },
      },
    },
    (request) => payments.show(clientOf(find, request), request.params.id),
  );
  for (const action of Object.keys(summaries) as Action[]) {
    app.post<{ Params: { id: string }; Body: FollowUpBody }>(
      `/v1/payments/:id/${action}`,
      {
        // What undoes is never kept waiting.
        ...(action === 'reversal' ? { config: { rateLimit: false } } : {}),
        schema: {
          summary: summaries[action],
          headers: keyHeader,
          params: id,
          body: followUpBodySchema,
          response: paid,
        },
      },
      async (request, reply) => {
        const asker = askerOf(find, request);
        return send(reply, await payments.follow(asker, request.params.id, action, request.body));
      },
    );
  }
  app.get('/openapi.json', { ...openRoute, schema: { hide: true } }, () => app.swagger());
}

/**
 * Opens the door. Rejects with the system's error when it cannot, with SettingError for a bad file.
 */
export async function openHttpDoor(parts: HttpDoorParts): Promise<HttpDoor> {
  const { config, deskNow } = parts;
  const { tls, bodyBytesMax, inFlightMax, guessesMax } = config;
  const find = apiKeyFinder(config.apiKeys);
  const app = createHttpService({
    access: { isKnown: (token) => find(token) !== undefined },
    isExact: true,
    bodyBytesMax,
    inFlightMax,
    guessesMax,
    problemOfFault: problemOfDatabaseFault,
    onFault: ({ requestId, route, error }) =>
      deskNow().report(`the HTTP door failed: ${route} (${requestId})`, error),
    ...(tls === undefined
      ? {}
      : {
          tls: {
            cert: pemFile(tls.certificateFile),
            key: readOwnedFile(tls.keyFile),
            minVersion: 'TLSv1.2',
            ...(tls.clientAuthorityFile === undefined
              ? {}
              : {
                  ca: pemFile(tls.clientAuthorityFile),
                  requestCert: true,
                  rejectUnauthorized: true,
                }),
          },
        }),
  });
  await app.register(rateLimit, {
    timeWindow: 1_000,
    enableDraftSpec: true,
    hook: 'preHandler',
    keyGenerator: (request) => find(bearerOf(request.headers.authorization))?.id ?? '',
    max: (request) =>
      find(bearerOf(request.headers.authorization))?.requestsPerSecondMax ??
      Number.MAX_SAFE_INTEGER,
    errorResponseBuilder: () => new ProblemError(doorProblems.tooManyRequests),
  });
  await app.register(swagger, apiDocument);
  addRoutes(app, new HttpPayments(deskNow, parts.requests, parts.clock), find);
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await app.close();
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new SettingError('config.http.port', message);
  }
  const { port } = app.server.address() as AddressInfo;
  return { port, close: () => app.close() };
}
