-- Purpose: a batch that terminal and host do not agree on is ended by two different persons: one proposes, another
-- confirms. What one person ended before stays as it is.
create table terminal_batch_end_proposal (
  batch_id    bigint not null references terminal_batch,
  proposed_by text not null check (proposed_by ~ '\S'),
  reason      text not null check (reason ~ '\S'),
  proposed_at timestamptz not null default clock_timestamp()
);
create index terminal_batch_end_proposed on terminal_batch_end_proposal (batch_id, proposed_at);
create trigger terminal_batch_end_proposal_append_only before update or delete or truncate
  on terminal_batch_end_proposal for each statement execute function refuse_change();
alter table terminal_batch_end add column confirmed_by text;
alter table terminal_batch_end add constraint terminal_batch_end_four_eyes check (
  how <> 'person' or (confirmed_by is not null and not is_same_person(ended_by, confirmed_by))) not valid;
