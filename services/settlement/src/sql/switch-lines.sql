-- Purpose: what the switch saw of a business date at one host, as lines for the three-way match.
-- What waits for a person was to be reversed, and is held against the other sides as such.
-- $1: business date, $2: host. Returns ref, amount_minor, type, status.
select coalesce(facts -> 'outgoing' ->> 'retrievalReference', retrieval_reference) as ref,
  coalesce((facts ->> 'partialAmountMinor')::bigint, amount_minor)::text as amount_minor,
  case when kind = 'refund' then 'refund' else 'sale' end as type,
  case
    when state in ('REVERSED', 'REVERSAL_DUE', 'REVERSAL_SENT', 'MANUAL') then 'reversed'
    when coalesce(response_code, '') in ('00', '10', '11') then 'approved'
    else 'declined'
  end as status
from payment
where business_date = $1 and host = $2 and kind in ('purchase', 'offline-purchase', 'refund')
  and coalesce(facts -> 'outgoing' ->> 'retrievalReference', retrieval_reference) is not null
