-- Purpose: how many payments were opened against a payment: whoever undoes it says how many it has seen, so that
-- none is opened between the look and the step.
alter table payment add column draws integer not null default 0;
update payment p set draws = d.n
from (select original_id, count(*) as n from payment where original_id is not null group by 1) d
where d.original_id = p.payment_id;

-- The last business date on which a hold stands by itself; null for what holds nothing, or nothing any more.
alter table payment add column expires_on date;
create index payment_expiring on payment (expires_on, payment_id) where expires_on is not null;
