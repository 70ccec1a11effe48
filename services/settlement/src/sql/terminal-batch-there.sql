-- Purpose: whether this database has terminal batches: a switch makes their tables.
-- Returns there.
select to_regclass('unequal_batch') is not null as there
