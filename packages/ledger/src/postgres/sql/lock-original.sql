-- Purpose: one opening at a time against an original, until the transaction ends; its own steps wait too, and a
-- step that undoes it finds that one more was opened than it has seen.
-- $1: payment_id. Returns one row when it is there.
update payment set draws = draws + 1 where payment_id = $1 returning payment_id
