-- Purpose: the items that a terminal uploads (0320) after its totals did not agree, each held against
-- the journal. What is not `matched` is work for a person.
create table terminal_batch_item (
  terminal_id          text not null,
  batch_number         text not null,
  item_key             text not null,
  finding              text not null check (finding in
    ('matched', 'not-in-journal', 'other-amount', 'not-approved', 'reversed')),
  amount_minor         bigint not null,
  journal_amount_minor bigint,
  uploaded_at          timestamptz not null default clock_timestamp(),
  primary key (terminal_id, batch_number, item_key)
);
create index terminal_batch_item_open on terminal_batch_item (uploaded_at) where finding <> 'matched';
create trigger terminal_batch_item_append_only before update or delete or truncate
  on terminal_batch_item for each statement execute function refuse_change();
