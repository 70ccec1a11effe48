-- Purpose: the configuration that every switch of this database works by, as rows with their whole history: what
-- was, who changed it, when and why. A version is whole: it is written in one commit and never changed; to take one
-- back is to write another.

create table configuration_version (
  version    bigint primary key check (version > 0),
  -- How it came about: out of a file when there was none, by a person's change, or by going back.
  origin     text not null check (origin in ('bootstrap', 'change', 'rollback')),
  -- The version that a rollback went back to.
  goes_back_to bigint references configuration_version,
  written_by text not null check (written_by <> ''),
  reason     text not null check (reason <> ''),
  written_at timestamptz not null default clock_timestamp(),
  -- Of every row of the version, by kind and name: two versions with the same digest say the same.
  digest     text not null check (digest ~ '^[0-9a-f]{64}$'),
  check ((origin = 'rollback') = (goes_back_to is not null))
);

-- One row for each thing that a version adds, changes or removes; what it leaves alone has its row in an earlier one.
create table configuration_row (
  version       bigint not null references configuration_version,
  kind          text not null,
  name          text not null,
  action        text not null check (action in ('added', 'changed', 'removed')),
  -- Its place among its kind, where the order says something.
  place         integer,
  content       jsonb,
  digest_before text check (digest_before ~ '^[0-9a-f]{64}$'),
  digest_after  text check (digest_after ~ '^[0-9a-f]{64}$'),
  primary key (kind, name, version),
  check ((action = 'added') = (digest_before is null)),
  check ((action = 'removed') = (digest_after is null)),
  check ((content is null) = (digest_after is null))
);
create index configuration_row_version on configuration_row (version);

-- What each instance made of the newest version it has seen.
create table configuration_taken_up (
  instance text primary key,
  version  bigint not null,
  digest   text not null,
  -- Why it keeps what it had; null when it works by this version.
  problem  text,
  at       timestamptz not null default clock_timestamp()
);

create trigger configuration_version_append_only before update or delete or truncate
  on configuration_version for each statement execute function refuse_change();
create trigger configuration_row_append_only before update or delete or truncate
  on configuration_row for each statement execute function refuse_change();
