-- Purpose: what changed from one version to another, a page at a time: of each thing its newest row.
-- $1 the version that is known (0: none), $2 the other, $3 and $4 kind and name of the last row of the page before
-- (empty: none), $5 rows at the most. Returns one row for each thing; content is null for what is removed.
select distinct on (kind, name) kind, name, place, content, digest_after as digest
from configuration_row
where version > $1::bigint and version <= $2::bigint and (kind, name) > ($3, $4)
order by kind, name, version desc
limit $5
