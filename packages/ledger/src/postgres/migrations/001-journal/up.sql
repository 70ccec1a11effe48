-- Purpose: the payment journal and the double-entry ledger.
-- What must never be false is enforced here: one key one payment, sum zero, append only.

create table payment (
  payment_id          bigint generated always as identity primary key,
  idempotency_key     text not null unique,
  fingerprint         text not null,
  business_date       date not null,
  kind                text not null,
  state               text not null,
  version             integer not null default 0,
  owner               text not null,
  acceptor_id         text not null,
  terminal_id         text not null,
  amount_minor        bigint not null,
  currency            char(3) not null,
  pan_hmac            text not null,
  pan_truncated       text not null check (pan_truncated !~ '[0-9]{11}'),
  pan_encrypted       bytea,
  host                text,
  host_reference      text,
  response_code       text,
  approval_code       text,
  retrieval_reference text,
  facts               jsonb not null default '{}',
  opened_at           timestamptz not null default clock_timestamp(),
  changed_at          timestamptz not null default clock_timestamp()
) with (fillfactor = 80);

-- What is still open is few among many: recovery and the queue of unknowns read only these.
create index payment_open on payment (owner, payment_id)
  where state in ('SENDING', 'UNKNOWN', 'REVERSAL_DUE', 'REVERSAL_SENT', 'ADVICE_DUE', 'ADVICE_SENT', 'MANUAL');
create index payment_terminal on payment (terminal_id, business_date);
create index payment_host_reference on payment (host, host_reference) where host is not null;

-- Every durable step of a payment, in order; state, version and outcome are in `payment`.
create table payment_event (
  payment_id    bigint not null,
  version       integer not null,
  business_date date not null,
  state         text not null,
  event         text not null,
  at            timestamptz not null default clock_timestamp(),
  primary key (payment_id, version, business_date)
) partition by range (business_date);
create table payment_event_rest partition of payment_event default;

create table ledger_transaction (
  transaction_id bigint generated always as identity primary key,
  reference      text not null unique,
  kind           text not null,
  payment_id     bigint,
  business_date  date not null,
  currency       char(3) not null,
  booked_at      timestamptz not null default clock_timestamp()
);
create index ledger_transaction_day on ledger_transaction (business_date);

create table ledger_posting (
  transaction_id bigint not null,
  leg            smallint not null,
  business_date  date not null,
  account_code   smallint not null check (account_code in (
    1100, 1150, 1200, 1300, 1900, 2100, 2150, 2200, 2300, 2400, 2500, 2600, 2700, 2900,
    4100, 4150, 4200, 5100, 5200, 5300, 5900, 5950, 6100, 9100, 9150)),
  account_scope  text not null,
  amount_minor   bigint not null check (amount_minor <> 0),
  currency       char(3) not null,
  primary key (transaction_id, leg, business_date)
) partition by range (business_date);
create table ledger_posting_rest partition of ledger_posting default;
create index ledger_posting_account on ledger_posting (account_code, account_scope, business_date);

-- Sum zero, checked once a statement over the rows it brought: a transaction's legs come together.
create function refuse_unbalanced() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from added group by transaction_id
    having sum(amount_minor) <> 0 or count(*) < 2 or count(distinct currency) <> 1
  ) then
    raise exception 'ledger_posting: a transaction does not sum to zero' using errcode = '23514';
  end if;
  return null;
end $$;
create trigger ledger_posting_balanced after insert on ledger_posting
  referencing new table as added for each statement execute function refuse_unbalanced();

-- Append only: what is booked is corrected by booking again.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '%: append only', tg_table_name using errcode = '23001';
end $$;
create trigger ledger_posting_append_only before update or delete on ledger_posting
  for each row execute function refuse_change();
create trigger ledger_posting_keep before truncate on ledger_posting
  for each statement execute function refuse_change();
create trigger ledger_transaction_append_only before update or delete or truncate
  on ledger_transaction for each statement execute function refuse_change();
create trigger payment_event_append_only before update or delete on payment_event
  for each row execute function refuse_change();
create trigger payment_event_keep before truncate on payment_event
  for each statement execute function refuse_change();
create trigger payment_keep before delete or truncate on payment
  for each statement execute function refuse_change();

-- Makes the partitions of the days [first, last]; days that already have rows in the rest stay there.
create function ensure_business_days(first date, last date) returns integer language plpgsql as $$
declare
  day date;
  made integer := 0;
  parent text;
begin
  perform pg_advisory_xact_lock(hashtext('ensure_business_days'));
  for day in select generate_series(first, last, interval '1 day')::date loop
    foreach parent in array array['payment_event', 'ledger_posting'] loop
      if to_regclass(format('%s_%s', parent, to_char(day, 'YYYYMMDD'))) is null then
        begin
          execute format(
            'create table %I partition of %I for values from (%L) to (%L)',
            parent || '_' || to_char(day, 'YYYYMMDD'), parent, day, day + 1);
          made := made + 1;
        exception when check_violation then
          raise notice '% already has rows of % in its rest partition', parent, day;
        end;
      end if;
    end loop;
  end loop;
  return made;
end $$;
