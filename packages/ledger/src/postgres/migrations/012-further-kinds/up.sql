-- Purpose: further kinds of payment, and what a batch counts of those that change another payment's amount.
-- items: how many items of a batch the kind is; one that changes the amount of another is none of its own.
alter table payment_kind add column items smallint not null default 1 check (items in (0, 1));
insert into payment_kind (name, bucket, effect, on_hold, items) values
  ('installment', 'sale', -1, false, 1),
  ('recurring', 'sale', -1, false, 1),
  ('voice-approval', 'sale', -1, false, 1),
  ('voice-approved-hold', null, -1, true, 1),
  ('incremental-authorisation', null, -1, true, 1),
  ('tip-adjustment', 'sale', -1, false, 0),
  ('partial-reversal', 'sale-reversal', 1, false, 0),
  ('hold-partial-reversal', null, 1, true, 1),
  ('hold-expiry', null, 1, true, 1),
  ('prepaid-activation', 'refund', 1, false, 1),
  ('prepaid-load', 'refund', 1, false, 1),
  ('prepaid-unload', 'sale', -1, false, 1);

-- Bookings that an approval makes; the others take one of these back.
create function is_standing_booking(kind text) returns boolean language sql immutable as $$
  select kind in ('capture', 'hold', 'refund', 'load', 'unload')
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
      when is_standing_booking(p.facts ->> 'booked') then 'approved' else 'undone' end
  end as outcome,
  p.facts ->> 'booked' is not null or is_approved_state(p.state) as was_approved,
  p.batch_id
from payment p;

create or replace view batch_item as
select p.batch_id, p.payment_id, p.amount_minor, counted.bucket, k.items
from payment_outcome p join payment_kind k on k.name = p.kind
cross join lateral (
  select k.bucket where not (p.outcome = 'undone' and k.bucket = 'sale-reversal')
  union all
  select k.bucket || '-reversal' where p.outcome = 'undone' and k.bucket <> 'sale-reversal'
) as counted (bucket)
where p.batch_id is not null and p.was_approved and k.bucket is not null;
