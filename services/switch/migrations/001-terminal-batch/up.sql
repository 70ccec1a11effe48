-- Purpose: the batches terminals close by 0500. A batch holds the terminal's payments after the one
-- that closed the batch before, up to and including `last_payment_id`.
create table terminal_batch (
  terminal_id     text not null,
  batch_key       text not null,
  last_payment_id bigint not null,
  response_code   text not null,
  host_totals     jsonb not null,
  terminal_totals jsonb not null,
  closed_at       timestamptz not null default clock_timestamp(),
  primary key (terminal_id, batch_key)
);
create index terminal_batch_last on terminal_batch (terminal_id, last_payment_id desc);
create trigger terminal_batch_append_only before update or delete or truncate
  on terminal_batch for each statement execute function refuse_change();
