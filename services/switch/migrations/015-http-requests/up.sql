-- Purpose: what clients of the HTTP door asked for under their idempotency keys. A row is written before the payment
-- is begun and says under which key the journal has it, so that the same question is the same payment for ever,
-- whenever and at whichever process it is asked again.
create table http_request (
  -- Public name of what was asked for; it tells nothing.
  request_id       text primary key,
  -- Id of the API key; what it asked is nobody else's.
  api_key          text not null,
  -- Keyed hashes: neither what a client put into its key nor anything of a card stands here.
  idempotency_hash text not null,
  body_hash        text not null,
  terminal_id      text not null,
  -- The question as the journal will know it.
  payment_key      text not null,
  stan             text not null,
  local_date       text not null,
  local_time       text not null,
  -- The payment that it is about, for a refund, void, completion or reversal.
  about            text references http_request,
  is_payment       boolean not null,
  asked_at         timestamptz not null default now(),
  unique (api_key, idempotency_hash)
);
comment on table http_request is 'Questions of the HTTP door by their idempotency keys.';

create trigger http_request_append_only before update or delete or truncate on http_request
  for each statement execute function refuse_change();
