-- Purpose: opens the exceptions of a source's day, in their order.
-- $1: source, $2: business date, $3: codes, $4: references, $5: amounts (three lists of one length).
insert into reconciliation_exception (source, business_date, line, code, ref, amount_minor)
select $1, $2, row_number() over (), e.code, e.ref, e.amount
from unnest($3::text[], $4::text[], $5::numeric[]) as e (code, ref, amount)
