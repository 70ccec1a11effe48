-- Purpose: the record of what was applied, by scope (whose migrations) and name (NNN-name).
create table if not exists migration (
  scope text, name text, at timestamptz not null default now(), primary key (scope, name));
alter table migration add column if not exists sha256 text
