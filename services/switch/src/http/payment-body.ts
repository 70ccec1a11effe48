// What clients send to the HTTP door, as JSON Schema: Fastify checks it, OpenAPI shows it.

/** Minor units: text of up to twelve digits, or a number that JSON carries without loss. */
const amountSchema = {
  description: 'Minor units of the currency, up to twelve digits: as text, or as a whole number.',
  anyOf: [
    { type: 'string', pattern: '^(0|[1-9][0-9]{0,11})$' },
    { type: 'integer', minimum: 0, maximum: 999_999_999_999 },
  ],
} as const;

/** How the card's data got to the client. */
const entries = ['moto', 'keyed', 'stripe', 'chip', 'contactless', 'fallback'] as const;
export type Entry = (typeof entries)[number];

const hexOf = (bytesMax: number, bytesMin = 1) => ({
  type: 'string',
  pattern: `^([0-9A-Fa-f]{2}){${bytesMin},${bytesMax}}$`,
});

const cardSchema = {
  type: 'object',
  additionalProperties: false,
  description: 'Never repeated in an answer, a problem or a log.',
  properties: {
    number: { type: 'string', pattern: '^[0-9]{12,19}$' },
    expiry: { type: 'string', pattern: '^[0-9]{2}(0[1-9]|1[0-2])$', description: 'YYMM' },
    sequenceNumber: { type: 'string', pattern: '^[0-9]{2,3}$' },
    track2: { ...hexOf(19, 8), description: 'Track 2 equivalent data, tag 57, in hex.' },
    iccData: { ...hexOf(255), description: 'DE 55: tags of the card, BER-TLV in hex.' },
    pinBlock: { ...hexOf(8, 8), description: 'Enciphered under the terminal’s key, in hex.' },
  },
} as const;

/** The body of POST /v1/payments. */
export interface PaymentBody {
  readonly kind: string;
  readonly terminalId: string;
  readonly amountMinor: string | number;
  readonly currency: string;
  readonly cashMinor?: string | number;
  readonly entry: Entry;
  readonly card: CardBody;
}

/** The card of a payment. */
export interface CardBody {
  readonly number?: string;
  readonly expiry?: string;
  readonly sequenceNumber?: string;
  readonly track2?: string;
  readonly iccData?: string;
  readonly pinBlock?: string;
}

/** The body of what is about a payment; the whole of it when no amount is said. */
export interface FollowUpBody {
  readonly amountMinor?: string | number;
}

/** @param kinds names of the kinds that a client may ask for by themselves. */
export function paymentBodySchema(kinds: readonly string[]) {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['kind', 'terminalId', 'amountMinor', 'currency', 'entry', 'card'],
    properties: {
      kind: { type: 'string', enum: kinds },
      terminalId: {
        type: 'string',
        pattern: '^[ -~]{8}$',
        description: 'One of the key’s terminals.',
      },
      amountMinor: amountSchema,
      currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217.' },
      cashMinor: {
        ...amountSchema,
        description: 'How much of the amount is cash (kind cash-back).',
      },
      entry: { type: 'string', enum: entries, description: 'How the card’s data was taken.' },
      card: cardSchema,
    },
  } as const;
}

/** The body of a refund, void, completion or reversal. */
export const followUpBodySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    amountMinor: { ...amountSchema, description: 'All that was approved when left out.' },
  },
} as const;
