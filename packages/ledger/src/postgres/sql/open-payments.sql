-- Purpose: opens many payments in one statement; a key that is there already opens nothing. The first payment of
-- a terminal opens its first batch.
-- $1: JSON list of payments (NewPayment, amounts as text, bytes as hex).
-- Returns one row for each payment opened: idempotency_key, payment_id, opened_at.
with input as (
  select * from json_to_recordset($1::json) as r (
    key text, fingerprint text, "businessDate" date, kind text, state text, owner text,
    "acceptorId" text, "terminalId" text, "amountMinor" bigint, currency text, "panHmac" text,
    "panTruncated" text, "panEncrypted" text, host text, "hostReference" text, "responseCode" text,
    "originalId" bigint, "expiresOn" date, facts jsonb)
), opened as (
  insert into payment (
    idempotency_key, fingerprint, business_date, kind, state, owner, acceptor_id, terminal_id,
    amount_minor, currency, pan_hmac, pan_truncated, pan_encrypted, host, host_reference, response_code,
    original_id, expires_on, facts)
  select key, fingerprint, "businessDate", kind, state, owner, "acceptorId", "terminalId",
    "amountMinor", currency, "panHmac", "panTruncated", decode("panEncrypted", 'hex'), host,
    "hostReference", "responseCode", "originalId", "expiresOn", facts
  from input
  order by key
  on conflict (idempotency_key) do nothing
  returning payment_id, idempotency_key, business_date, state, opened_at
), terminal as (
  insert into open_batch (terminal_id)
  select distinct i."terminalId" from input i
  where not exists (select from open_batch b where b.terminal_id = i."terminalId")
  order by 1
  on conflict (terminal_id) do nothing
), logged as (
  insert into payment_event (payment_id, version, business_date, state, event)
  select payment_id, 0, business_date, state, 'opened' from opened
)
select idempotency_key, payment_id, opened_at from opened
