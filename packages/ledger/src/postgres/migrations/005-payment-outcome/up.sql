-- Purpose: what has become of a payment, by its state and by what it booked: the one place in SQL that
-- knows which states are approved, undone or open. packages/transaction/src/payment-outcome.ts says the
-- same, and a test holds the two equal. The response code has no part in it.

-- Who still has to do something: the machine, a person, or nobody. A function, so that an index can be over it.
create function payment_open_for(state text) returns text language sql immutable as $$
  select case
    when state in ('SENDING', 'REVERSAL_DUE', 'REVERSAL_SENT', 'ADVICE_DUE', 'ADVICE_SENT') then 'machine'
    when state = 'MANUAL' then 'person'
    else 'nobody'
  end
$$;

create index payment_unfinished on payment (owner, payment_id) where payment_open_for(state) <> 'nobody';

-- outcome: pending (nothing known), approved (it counts), undone (it does not, or must not), declined.
-- was_approved: it counted once; a payment that was approved and then undone is undone and was_approved.
-- amount_minor: what was approved, when less than asked. reference: what host and clearing know it by.
create view payment_outcome as
select p.payment_id, p.business_date, p.terminal_id, p.host, p.kind, p.state, p.currency,
  coalesce((p.facts ->> 'partialAmountMinor')::bigint, p.amount_minor) as amount_minor,
  coalesce(p.facts -> 'outgoing' ->> 'retrievalReference', p.retrieval_reference) as reference,
  payment_open_for(p.state) as open_for,
  case
    when p.state = 'SENDING' then 'pending'
    when p.state in ('REFUSED', 'DECLINED') then 'declined'
    when p.state in ('APPROVED', 'APPROVED_PARTIAL', 'ANSWERED', 'ADVICE_DUE', 'ADVICE_SENT', 'ADVICE_ACKED')
      then 'approved'
    when p.state in ('REVERSAL_DUE', 'REVERSAL_SENT', 'REVERSED') then 'undone'
    -- Given up by the machine: what it was given up for is told by what stands booked.
    when p.state = 'MANUAL' then case
      when p.facts ->> 'booked' in ('capture', 'hold', 'refund') then 'approved' else 'undone' end
  end as outcome,
  p.facts ->> 'booked' is not null
    or p.state in ('APPROVED', 'APPROVED_PARTIAL', 'ANSWERED', 'ADVICE_DUE', 'ADVICE_SENT', 'ADVICE_ACKED')
    as was_approved
from payment p;
