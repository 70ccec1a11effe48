// Problems as RFC 9457 application/problem+json; no text in them comes from a request or a driver.

/** Every problem, in the order the checks are made. */
export const problems = {
  'host-not-allowed': { status: 403, title: 'This host name is not served.' },
  unauthorized: { status: 401, title: 'A valid bearer token is needed.' },
  'not-found': { status: 404, title: 'There is no such resource.' },
  'invalid-parameter': { status: 400, title: 'A parameter cannot be used.' },
  'invalid-cursor': { status: 400, title: 'The cursor is none of this list.' },
  overloaded: { status: 503, title: 'Too many requests are being answered; try again.' },
  'database-unavailable': { status: 503, title: 'The database does not answer in time.' },
  internal: { status: 500, title: 'Something went wrong here.' },
} as const;

/** Code of a problem. */
export type ProblemCode = keyof typeof problems;

/** A problem document. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  /** Id of the request, as in the log. */
  readonly instance: string;
  readonly errors?: readonly { readonly parameter: string; readonly detail: string }[];
}

/** A problem to answer with; thrown by routes, answered by the error handler. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly errors: Problem['errors'];

  constructor(code: ProblemCode, errors?: Problem['errors']) {
    super(problems[code].title);
    this.name = 'ProblemError';
    this.code = code;
    this.errors = errors;
  }
}

/** The document of a problem. */
export function problemOf(
  code: ProblemCode,
  requestId: string,
  errors?: Problem['errors'],
): Problem {
  return {
    type: `urn:chipswitch:problem:${code}`,
    ...problems[code],
    code,
    instance: requestId,
    ...(errors === undefined ? {} : { errors }),
  };
}
