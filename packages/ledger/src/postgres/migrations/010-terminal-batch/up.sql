-- Purpose: the batch of a terminal that a payment is in. It is given in the commit that approves the payment, it
-- is the batch that is open at that moment, and it never changes.
create sequence batch_id as bigint;

-- The open batch of each terminal that ever opened a payment. A commit that approves holds its row for share,
-- whoever closes the batch holds it for update: an approval is in the one batch or in the next.
create table open_batch (
  terminal_id text primary key,
  batch_id    bigint not null unique default nextval('batch_id')
);
insert into open_batch (terminal_id) select distinct terminal_id from payment;

alter table payment add column batch_id bigint;
create index payment_batch on payment (batch_id) where batch_id is not null;

-- Whether a payment in this state is approved; payment_outcome tells the rest of its fate.
create function is_approved_state(state text) returns boolean language sql immutable as $$
  select state in ('APPROVED', 'APPROVED_PARTIAL', 'ANSWERED', 'ADVICE_DUE', 'ADVICE_SENT', 'ADVICE_ACKED')
$$;

create or replace view payment_outcome as
select p.payment_id, p.business_date, p.terminal_id, p.host, p.kind, p.state, p.currency,
  coalesce((p.facts ->> 'partialAmountMinor')::bigint, p.amount_minor) as amount_minor,
  coalesce(p.facts -> 'outgoing' ->> 'retrievalReference', p.retrieval_reference) as reference,
  payment_open_for(p.state) as open_for,
  case
    when p.state = 'SENDING' then 'pending'
    when p.state in ('REFUSED', 'DECLINED') then 'declined'
    when is_approved_state(p.state) then 'approved'
    when p.state in ('REVERSAL_DUE', 'REVERSAL_SENT', 'REVERSED') then 'undone'
    -- Given up by the machine: what it was given up for is told by what stands booked.
    when p.state = 'MANUAL' then case
      when p.facts ->> 'booked' in ('capture', 'hold', 'refund') then 'approved' else 'undone' end
  end as outcome,
  p.facts ->> 'booked' is not null or is_approved_state(p.state) as was_approved,
  p.batch_id
from payment p;

-- What was approved before is in the open batch; a switch that has closed batches says otherwise.
update payment p set batch_id = b.batch_id
from payment_outcome o, open_batch b
where o.payment_id = p.payment_id and o.was_approved and b.terminal_id = p.terminal_id;

-- The items of batches by bucket, as DE 74 to 89 count them: what was undone counts in its bucket and in the
-- bucket of the reversals. A void that was undone itself has taken nothing back.
create view batch_item as
select p.batch_id, p.payment_id, p.amount_minor, counted.bucket
from payment_outcome p join payment_kind k on k.name = p.kind
cross join lateral (
  select k.bucket where not (p.outcome = 'undone' and k.bucket = 'sale-reversal')
  union all
  select k.bucket || '-reversal' where p.outcome = 'undone' and k.bucket <> 'sale-reversal'
) as counted (bucket)
where p.batch_id is not null and p.was_approved and k.bucket is not null;
