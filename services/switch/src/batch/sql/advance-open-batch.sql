-- Purpose: what is approved from now on is in the next batch of the terminal.
-- $1: terminal_id.
update open_batch set batch_id = nextval('batch_id') where terminal_id = $1
