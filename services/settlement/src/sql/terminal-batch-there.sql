-- Purpose: whether this database has terminal batches: a switch makes their table.
-- Returns there.
select to_regclass('terminal_batch') is not null as there
