-- Purpose: ends the listed batches of a number, when their upload left nothing to a person.
-- $1: terminal_id, $2: batch number. Returns batch_id of each batch that was ended.
insert into terminal_batch_end (batch_id, how)
select u.batch_id, 'upload' from unequal_batch u
where u.terminal_id = $1 and u.batch_number = $2 and not exists (
  select from batch_exception e join unequal_batch o on o.batch_id = e.batch_id
  where o.terminal_id = $1 and o.batch_number = $2)
returning batch_id
