-- Purpose: the exceptions of a source's day, in their order.
-- $1: source, $2: business date. Returns code, ref, amount_minor.
select code, ref, amount_minor::text as amount_minor
from reconciliation_exception
where source = $1 and business_date = $2
order by line
