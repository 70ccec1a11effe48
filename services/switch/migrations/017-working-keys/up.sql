-- Purpose: working keys of terminals and hosts, as they were exchanged: under the master key that both sides have, never
-- clear. A new version stands beside the one before; which of them are valid is a matter of time.
create table working_key (
  -- `terminal/ID` or `host/NAME`.
  owner      text not null,
  purpose    text not null check (purpose in ('pin', 'mac')),
  version    integer not null,
  -- Usage of X9.143 and algorithm.
  key_usage  text not null,
  algorithm  text not null,
  kcv        text not null,
  -- Id of the master key, and the key under it.
  under      text not null,
  block      text not null,
  block_form text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (owner, purpose, version)
);
comment on table working_key is 'Exchanged working keys, under their master keys.';

create trigger working_key_append_only before update or delete or truncate on working_key
  for each statement execute function refuse_change();
