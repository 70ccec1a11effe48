-- Purpose: one figure that changes when a posting of the day is added, changed or removed, in constant memory.
-- It finds mistakes, not forgers: whoever can write to the table can also make the sum right.
-- $1: business date. Returns checksum, postings.
select coalesce(sum(hashtextextended(concat_ws(
    '|', transaction_id, leg, account_code, account_scope, amount_minor, currency), 0)::numeric), 0)::text
    as checksum,
  count(*)::text as postings
from ledger_posting
where business_date = $1
