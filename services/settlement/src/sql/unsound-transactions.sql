-- Purpose: transactions of a business date that are no double entry; there must be none.
-- $1: business date, $2: rows at most. Returns transaction_id, reference.
with leg as (
  select transaction_id, sum(amount_minor) as total, count(*) as legs,
    min(currency) as currency, max(currency) as currency_max
  from ledger_posting where business_date = $1 group by transaction_id
)
select coalesce(t.transaction_id, l.transaction_id)::text as transaction_id,
  coalesce(t.reference, '') as reference
from (select * from ledger_transaction where business_date = $1) t
full join leg l using (transaction_id)
where t.transaction_id is null or l.transaction_id is null or l.total <> 0 or l.legs < 2
  or l.currency <> l.currency_max or l.currency <> t.currency
order by coalesce(t.transaction_id, l.transaction_id)
limit $2
