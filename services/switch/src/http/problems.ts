// Problems of the HTTP door beside those of every HTTP face (RFC 9457).
import type { ProblemDefinition } from '@chipswitch/http-service';

/** By code, in the order the checks are made. */
export const doorProblems = {
  keyMissing: {
    code: 'idempotency-key-missing',
    status: 400,
    title: 'An Idempotency-Key of 1 to 255 visible characters is needed.',
  },
  tooManyRequests: {
    code: 'too-many-requests',
    status: 429,
    title: 'This API key asks too often; try again in a second.',
  },
  keyReused: {
    code: 'idempotency-key-reused',
    status: 422,
    title: 'This Idempotency-Key was used with another request.',
  },
  inFlight: {
    code: 'request-in-flight',
    status: 409,
    title: 'The first request with this Idempotency-Key is still being worked on.',
  },
  notPossible: {
    code: 'not-possible',
    status: 422,
    title: 'Nothing of this kind can be done with this payment.',
  },
  refused: {
    code: 'refused',
    status: 422,
    title: 'The request was refused and nothing was recorded; responseCode says why.',
  },
  noAnswer: {
    code: 'no-answer',
    status: 504,
    title: 'No answer in time. What became of it is not known: ask again with the same key.',
  },
} as const satisfies Readonly<Record<string, ProblemDefinition>>;
