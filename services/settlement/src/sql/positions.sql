-- Purpose: writes what each merchant is owed of a business date (pending to merchant, credits positive), once.
-- $1: business date. Returns merchants, amount_minor by currency.
with written as (
  insert into settlement_position (business_date, currency, merchant, entries, amount_minor)
  select business_date, currency, account_scope, count(*), -sum(amount_minor)
  from ledger_posting
  where business_date = $1 and account_code = (
    select code from account_class where name = 'pending to merchant')
  group by business_date, currency, account_scope
  returning currency, amount_minor
)
select currency, count(*)::text as merchants, sum(amount_minor)::text as amount_minor
from written
group by currency
order by currency
