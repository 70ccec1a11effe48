// Questions of the HTTP door under their idempotency keys, in Postgres (draft-ietf-httpapi-idempotency-key-header).
import { given } from '@chipswitch/bytes';
import { sqlFiles } from '@chipswitch/ledger/postgres';
import type { Pool } from 'pg';

const sql = sqlFiles(new URL('./sql/', import.meta.url));

/** A question as it was asked first. */
export interface HttpRequest {
  readonly requestId: string;
  readonly bodyHash: string;
  readonly terminalId: string;
  /** The key of its payment in the journal. */
  readonly paymentKey: string;
  readonly stan: string;
  readonly localDate: string;
  readonly localTime: string;
  /** The request that it is about. */
  readonly about?: string;
}

/** A question about to be noted. */
export interface NewHttpRequest extends HttpRequest {
  readonly apiKey: string;
  readonly idempotencyHash: string;
  readonly isPayment: boolean;
}

/** The store. */
export interface HttpRequests {
  /** Notes a question; gives it as it was asked first, and whether that was now. */
  readonly claim: (
    request: NewHttpRequest,
  ) => Promise<{ readonly request: HttpRequest; readonly isFirst: boolean }>;
  /** A payment by its public name, when this API key asked for it. */
  readonly find: (apiKey: string, requestId: string) => Promise<HttpRequest | undefined>;
}

interface Row {
  readonly request_id: string;
  readonly body_hash: string;
  readonly terminal_id: string;
  readonly payment_key: string;
  readonly stan: string;
  readonly local_date: string;
  readonly local_time: string;
  readonly about: string | null;
}

const requestOf = (row: Row): HttpRequest => ({
  requestId: row.request_id,
  bodyHash: row.body_hash,
  terminalId: row.terminal_id,
  paymentKey: row.payment_key,
  stan: row.stan,
  localDate: row.local_date,
  localTime: row.local_time,
  ...given({ about: row.about ?? undefined }),
});

/** The store over a pool; the pool belongs to the caller. */
export function createHttpRequests(pool: Pool): HttpRequests {
  return {
    claim: async (request) => {
      const { rowCount } = await pool.query(sql('claim-request'), [
        request.requestId,
        request.apiKey,
        request.idempotencyHash,
        request.bodyHash,
        request.terminalId,
        request.paymentKey,
        request.stan,
        request.localDate,
        request.localTime,
        request.about ?? null,
        request.isPayment,
      ]);
      if (rowCount === 1) return { request, isFirst: true };
      const { rows } = await pool.query<Row>(sql('request-of-key'), [
        request.apiKey,
        request.idempotencyHash,
      ]);
      return { request: requestOf(rows[0]), isFirst: false };
    },
    find: async (apiKey, requestId) => {
      const { rows } = await pool.query<Row>(sql('request-by-id'), [apiKey, requestId]);
      const row = rows.at(0);
      return row === undefined ? undefined : requestOf(row);
    },
  };
}
