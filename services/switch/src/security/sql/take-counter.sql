-- Purpose: takes the counter of a key serial number, once and forwards only; the same question may take it again.
-- $1 terminal, $2 initial key, $3 counter, $4 question. Returns a row when it is taken.
insert into dukpt_counter as c (terminal_id, initial_key, counter, question) values ($1, $2, $3::bigint, $4)
on conflict (terminal_id, initial_key) do update set counter = excluded.counter, question = excluded.question
where excluded.counter > c.counter or (excluded.counter = c.counter and excluded.question = c.question)
returning c.counter
