-- Purpose: whether the database answers.
-- Returns one row.
select 1
