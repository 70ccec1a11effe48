-- Purpose: what has become of an original, and what stands against it or is on its way to, by kind.
-- $1: payment_id of the original. Returns kind, outcome, amount_minor and draws: a list of
-- [kind, is pending, amount, released, ends the hold].
select o.kind, o.outcome, o.amount_minor::text as amount_minor, (
  select coalesce(json_agg(json_build_array(s.kind, s.is_pending, s.amount::text, s.released::text, s.ends)), '[]')
  from (
    select d.kind, w.outcome = 'pending' as is_pending, sum(w.amount_minor) as amount,
      sum(coalesce((d.facts -> 'original' ->> 'amountMinor')::bigint, 0)) as released,
      bool_or(coalesce((d.facts -> 'original' ->> 'endsHold')::boolean, false)) as ends
    from payment d join payment_outcome w using (payment_id)
    where d.original_id = $1 and w.outcome in ('pending', 'approved')
    group by 1, 2) s) as draws
from payment_outcome o where o.payment_id = $1
