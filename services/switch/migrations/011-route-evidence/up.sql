-- Purpose: why each payment went where it went. Written in batches beside the journal, off the way of the payment: a
-- row may be missing after a crash, and nothing that moves money reads it.
create table payment_route (
  payment_id            bigint primary key,
  -- The version of the configuration that decided; 0 for one that was not from the database.
  configuration_version bigint not null,
  -- The rule that decided; null for the row of the range.
  rule                  text,
  -- primary-secondary, round-robin, weighted, least-cost; original: the host that has the original alone can.
  choose                text not null,
  -- The host that was tried first.
  host                  text not null,
  -- Hosts that were not up, in the order of preference: down or drained; null for none.
  passed_over           text,
  noted_at              timestamptz not null default clock_timestamp()
);
create index payment_route_rule on payment_route (rule, payment_id) where rule is not null;
create trigger payment_route_append_only before update or delete or truncate
  on payment_route for each statement execute function refuse_change();
