-- Purpose: what the machine has given up (MANUAL) is ended by two different persons: one proposes, another confirms.
create function is_same_person(one text, other text) returns boolean language sql immutable as $$
  select lower(regexp_replace(btrim(one), '\s+', ' ', 'g')) = lower(regexp_replace(btrim(other), '\s+', ' ', 'g'))
$$;

create table payment_close_proposal (
  proposal_id bigint generated always as identity primary key,
  payment_id  bigint not null references payment,
  -- The payment as it was looked at: a later step makes the proposal void.
  version     integer not null,
  -- stands: the host has it, and it stays booked; undone: nothing of it is there, and nothing stays booked.
  verdict     text not null check (verdict in ('stands', 'undone')),
  proposed_by text not null check (proposed_by ~ '\S'),
  reason      text not null check (reason ~ '\S' and reason !~ '[0-9]{11}'),
  proposed_at timestamptz not null default clock_timestamp()
);
create index payment_close_proposed on payment_close_proposal (payment_id, version);

create table payment_close (
  proposal_id  bigint primary key references payment_close_proposal,
  confirmed_by text not null check (confirmed_by ~ '\S'),
  confirmed_at timestamptz not null default clock_timestamp()
);
create function refuse_same_person() returns trigger language plpgsql as $$
begin
  if exists (select from payment_close_proposal p
    where p.proposal_id = new.proposal_id and is_same_person(p.proposed_by, new.confirmed_by)) then
    raise exception 'payment_close: confirmed by who proposed it' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger payment_close_four_eyes before insert on payment_close
  for each row execute function refuse_same_person();
create trigger payment_close_append_only before update or delete or truncate
  on payment_close for each statement execute function refuse_change();
create trigger payment_close_proposal_append_only before update or delete or truncate
  on payment_close_proposal for each statement execute function refuse_change();
