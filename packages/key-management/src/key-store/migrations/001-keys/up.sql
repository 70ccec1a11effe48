-- Purpose: keys at rest, wrapped and never clear; the slots they fill; a record of every step.
-- What must never be false is enforced here: a destroyed key has no block, the record is append only.

create table security_key (
  key_id        text primary key,
  usage         char(2) not null,
  algorithm     text not null,
  kcv           text not null check (kcv ~ '^[0-9A-F]{6,32}$'),
  state         text not null check (state in ('PENDING', 'ACTIVE', 'RETIRED', 'DESTROYED')),
  wrapping      text not null,
  wrapped       text,
  created_at    timestamptz not null default clock_timestamp(),
  changed_at    timestamptz not null default clock_timestamp(),
  check ((wrapped is null) = (state = 'DESTROYED'))
);

create table security_key_slot (
  slot_id            text primary key,
  grace_ms           bigint not null check (grace_ms >= 0),
  exchange_since_ms  bigint,
  active_key         text references security_key,
  pending_key        text references security_key,
  retired_key        text references security_key,
  retired_until_ms   bigint,
  check ((retired_key is null) = (retired_until_ms is null))
);

create table security_key_audit (
  audit_id  bigint generated always as identity primary key,
  at_ms     bigint not null,
  written   timestamptz not null default clock_timestamp(),
  slot_id   text not null,
  step      text not null,
  key_id    text,
  kcv       text check (kcv ~ '^[0-9A-F]{4,32}$'),
  reason    text check (length(reason) <= 100)
);

create function security_key_audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the key audit record is append only';
end $$;

create trigger security_key_audit_rows before update or delete on security_key_audit
  for each row execute function security_key_audit_is_append_only();
create trigger security_key_audit_table before truncate on security_key_audit
  for each statement execute function security_key_audit_is_append_only();

-- States go forward only: PENDING to ACTIVE to RETIRED to DESTROYED, and to DESTROYED from anywhere.
create function security_key_goes_forward() returns trigger language plpgsql as $$
declare
  states constant text[] := array['PENDING', 'ACTIVE', 'RETIRED', 'DESTROYED'];
begin
  if array_position(states, new.state) < array_position(states, old.state) then
    raise exception 'key % cannot go from % to %', old.key_id, old.state, new.state;
  end if;
  if new.kcv <> old.kcv or new.usage <> old.usage or new.algorithm <> old.algorithm then
    raise exception 'key % cannot become another key', old.key_id;
  end if;
  return new;
end $$;

create trigger security_key_forward before update on security_key
  for each row execute function security_key_goes_forward();
