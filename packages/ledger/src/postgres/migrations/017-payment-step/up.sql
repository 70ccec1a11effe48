-- Purpose: what entering a state does to the books on that day: `approves`, `undoes`, `declines`, or nothing. A
-- payment's fate is payment_outcome's; this tells the steps of a day apart, where an approval of yesterday is undone today.
create function payment_step(state text) returns text language sql immutable as $$
  select case
    when state in ('APPROVED', 'APPROVED_PARTIAL', 'ADVICE_DUE') then 'approves'
    when state = 'REVERSAL_DUE' then 'undoes'
    when state in ('DECLINED', 'REFUSED') then 'declines'
  end
$$;
