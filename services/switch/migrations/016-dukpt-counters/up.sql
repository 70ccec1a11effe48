-- Purpose: how far the transaction counter of each DUKPT terminal has come (ANSI X9.24): what comes again, or from
-- before, is a replay. A row for each initial key of a terminal.
create table dukpt_counter (
  terminal_id text not null,
  -- Key serial number without its counter, hex.
  initial_key text not null,
  counter     bigint not null,
  -- The question that used the counter: the same one may come again.
  question    text not null,
  primary key (terminal_id, initial_key)
);
comment on table dukpt_counter is 'Transaction counters of DUKPT terminals.';
