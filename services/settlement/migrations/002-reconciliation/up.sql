-- Purpose: clearing files that were taken, one for each source and business date, and what did not match.

create table clearing_file (
  source        text not null,
  business_date date not null,
  sha256        text not null,
  lines         bigint not null,
  matched       bigint not null,
  taken_at      timestamptz not null default clock_timestamp(),
  primary key (source, business_date)
);
create trigger clearing_file_append_only before update or delete or truncate
  on clearing_file for each statement execute function refuse_change();

-- The queue of exceptions: opened by a file, closed by a person.
create table reconciliation_exception (
  source        text not null,
  business_date date not null,
  line          bigint not null,
  code          text not null,
  ref           text not null,
  amount_minor  numeric not null,
  status        text not null default 'open' check (status in ('open', 'closed')),
  opened_at     timestamptz not null default clock_timestamp(),
  primary key (source, business_date, line),
  foreign key (source, business_date) references clearing_file
);
create index reconciliation_exception_open on reconciliation_exception (business_date) where status = 'open';
