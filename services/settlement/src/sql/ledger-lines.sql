-- Purpose: what the ledger booked on a business date for payments of one host, as lines for the match,
-- whatever day those payments are of. A sale debits the scheme's pending captures, a refund or a
-- reversal of a sale credits it.
-- $1: business date, $2: host. Returns ref, amount_minor, type, currency.
select coalesce(p.facts -> 'outgoing' ->> 'retrievalReference', p.retrieval_reference) as ref,
  abs(l.amount_minor)::text as amount_minor, l.currency,
  case
    when l.amount_minor > 0 then 'sale'
    when t.kind = 'refund' then 'refund'
    else 'reversal'
  end as type
from ledger_transaction t
join payment p using (payment_id)
join ledger_posting l on l.transaction_id = t.transaction_id and l.business_date = t.business_date
where t.business_date = $1 and l.business_date = $1 and p.host = $2
  and l.account_code = (select code from account_class where name = 'pending captures')
  and coalesce(p.facts -> 'outgoing' ->> 'retrievalReference', p.retrieval_reference) is not null
