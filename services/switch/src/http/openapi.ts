// The OpenAPI 3.1 document of the HTTP door: what stands around the routes' own schemas.
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

/** RFC 9457. */
export const problemSchema = {
  type: 'object',
  description: 'RFC 9457; nothing of the request is repeated in it.',
  required: ['type', 'title', 'status', 'code', 'instance'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    instance: { type: 'string', description: 'Id of the request, as in the log.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['parameter', 'detail'],
        properties: { parameter: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
} as const;

const description = `
Payments as JSON: the same payments that terminals send as ISO 8583, through the same rules.

**Idempotency-Key.** Every POST needs one of 1 to 255 visible characters (draft-ietf-httpapi-idempotency-key-header).
The same key with the same body is the same request, for ever: it is answered with what became of it, and
\`Idempotent-Replayed: true\`. Another body is refused with 422, a request still being worked on with 409.

**Waiting.** The answer comes when the payment has ended, at the latest in the time that the switch gives a terminal.
A connection that breaks does not undo an approval: ask again with the same key. So it is with 504, 503 and 409.
A payment that could not be approved in time is undone by the switch itself.

**Money** is minor units of the currency: as text, or as a whole number. Card data is never repeated.
`.trim();

/** Options for @fastify/swagger. */
export const apiDocument = {
  openapi: {
    openapi: '3.1.0',
    info: { title: 'Chipswitch payments', version: '1.0.0', description },
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'csk_ID_SECRET' },
      },
    },
    security: [{ apiKey: [] }],
  },
} as const satisfies FastifyDynamicSwaggerOptions;
