-- Purpose: what has become of an original, and how much is opened against it by payments that count or may yet.
-- $1: payment_id of the original, $2: kinds that count; null for all. Returns outcome, drawn_minor.
select outcome, (
  select coalesce(sum(o.amount_minor), 0)::text
  from payment d join payment_outcome o using (payment_id)
  where d.original_id = $1 and ($2::text[] is null or d.kind = any ($2)) and o.outcome in ('pending', 'approved')
) as drawn_minor
from payment_outcome where payment_id = $1
