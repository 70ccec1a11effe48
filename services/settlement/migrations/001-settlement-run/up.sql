-- Purpose: what the night did. One row for each job and business date decides whether it is done: a
-- queue that fires twice, or a run that is killed and started again, finds it here.

create table settlement_run (
  job           text not null,
  business_date date not null,
  status        text not null check (status in ('settled', 'blocked', 'failed')),
  tries         integer not null default 1,
  -- Sum of the hashes of the day's postings, in no order; see sql/checksum.sql.
  checksum      numeric not null,
  result        jsonb not null,
  ended_at      timestamptz not null default clock_timestamp(),
  primary key (job, business_date)
);
create trigger settlement_run_settled before update or delete on settlement_run
  for each row when (old.status = 'settled') execute function refuse_change();
create trigger settlement_run_keep before truncate on settlement_run
  for each statement execute function refuse_change();

-- What each merchant is owed of a day, before fees: positive is owed to the merchant.
create table settlement_position (
  business_date date not null,
  currency      char(3) not null,
  merchant      text not null,
  entries       bigint not null,
  amount_minor  bigint not null,
  primary key (business_date, currency, merchant)
);
create trigger settlement_position_append_only before update or delete or truncate
  on settlement_position for each statement execute function refuse_change();
