-- Purpose: keeps approvals and other closes of a terminal out until the transaction ends.
-- $1: terminal_id. Returns batch_id of its open batch.
select batch_id from open_batch where terminal_id = $1 for update
