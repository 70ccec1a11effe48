-- Purpose: one opening at a time against an original, until the transaction ends; its own steps wait too.
-- $1: payment_id. Returns one row when it is there.
select payment_id from payment where payment_id = $1 for no key update
