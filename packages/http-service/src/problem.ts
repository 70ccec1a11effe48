// Problems as RFC 9457 application/problem+json; no text in them comes from a request or a driver.

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { given } from '@chipswitch/bytes';

/** What a problem says whoever meets it. */
export interface ProblemDefinition {
  /** Lower case, words joined by hyphens; the last part of its type. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
}

/** The problems that any face may answer with, in the order the checks are made. */
export const problems = {
  'host-not-allowed': { status: 403, title: 'This host name is not served.' },
  'too-many-guesses': {
    status: 429,
    title: 'Too many wrong tokens from this address; wait a minute.',
  },
  unauthorized: { status: 401, title: 'A valid bearer token is needed.' },
  'not-found': { status: 404, title: 'There is no such resource.' },
  'invalid-parameter': { status: 400, title: 'A parameter cannot be used.' },
  'path-too-long': { status: 414, title: 'A part of the path is too long.' },
  'invalid-body': { status: 400, title: 'The body cannot be used.' },
  'body-too-large': { status: 413, title: 'The body is too large.' },
  'unsupported-media-type': { status: 415, title: 'A body must be application/json.' },
  'method-not-allowed': { status: 405, title: 'The resource does not know this method.' },
  'invalid-cursor': { status: 400, title: 'The cursor is none of this list.' },
  'not-http': { status: 400, title: 'This is no HTTP request that can be read.' },
  'request-timeout': { status: 408, title: 'The request did not arrive in time.' },
  'headers-too-large': { status: 431, title: 'The headers are too large.' },
  overloaded: { status: 503, title: 'Too many requests are being answered; try again.' },
  'database-unavailable': { status: 503, title: 'The database does not answer in time.' },
  internal: { status: 500, title: 'Something went wrong here.' },
} as const;

/** Code of one of these. */
export type ProblemCode = keyof typeof problems;

/** One of these by its code, or a face's own. */
export function problemDefinition(problem: ProblemCode | ProblemDefinition): ProblemDefinition {
  return typeof problem === 'string' ? { code: problem, ...problems[problem] } : problem;
}

/** A problem document. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  /** Id of the request, as in the log. */
  readonly instance: string;
  readonly errors?: readonly { readonly parameter: string; readonly detail: string }[];
}

/** What every answer says to a browser, whoever made it. */
export const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** For every answer but the page's files. */
export const noStore = { 'cache-control': 'no-store' } as const;

/** What a problem's answer says beside what every answer says. */
export function headersOf(problem: Problem): Readonly<Record<string, string>> {
  return {
    ...noStore,
    'content-type': 'application/problem+json',
    ...(problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(problem.status === 503 ? { 'retry-after': '1' } : {}),
    ...(problem.status === 429 ? { 'retry-after': '60' } : {}),
  };
}

const unread: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
};

/** Answers what is no request at all, on the bare socket, with the headers of every other answer. */
export function refuseUnread(error: { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const problem = problemOf(unread[error.code ?? ''] ?? 'not-http', 'none');
  const body = JSON.stringify(problem);
  const headers = {
    ...securityHeaders,
    ...headersOf(problem),
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const reason = STATUS_CODES[problem.status] ?? '';
  socket.end(`HTTP/1.1 ${problem.status} ${reason}\r\n${lines.join('')}\r\n${body}`);
}

/** A problem to answer with; thrown by routes, answered by the error handler. */
export class ProblemError extends Error {
  readonly definition: ProblemDefinition;
  readonly errors: Problem['errors'];

  constructor(problem: ProblemCode | ProblemDefinition, errors?: Problem['errors']) {
    const definition = problemDefinition(problem);
    super(definition.title);
    this.name = 'ProblemError';
    this.definition = definition;
    this.errors = errors;
  }
}

/** The document of a problem. */
export function problemOf(
  problem: ProblemCode | ProblemDefinition,
  requestId: string,
  errors?: Problem['errors'],
): Problem {
  const { code, status, title } = problemDefinition(problem);
  return {
    type: `urn:chipswitch:problem:${code}`,
    title,
    status,
    code,
    instance: requestId,
    ...given({ errors }),
  };
}

/** The problem that a fault of PostgreSQL or of its driver is. */
export function problemOfDatabaseFault(error: Error): ProblemCode {
  const { code = '', message } = error as NodeJS.ErrnoException;
  // 57014 is our own statement timeout; 08… and no SQLSTATE at all are a connection that is not there.
  const lost = /^(57|08|53)|^E(CONN|TIME|PIPE|HOST|NOTFOUND|AI)/.test(code);
  const refused = /timeout exceeded when trying to connect|Connection terminated/.test(message);
  return lost || refused ? 'database-unavailable' : 'internal';
}
