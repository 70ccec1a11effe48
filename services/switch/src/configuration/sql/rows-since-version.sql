-- Purpose: what changed between two versions: of each thing the newest row. $1 the version that is known, $2 the
-- newest. Returns one row for each thing; content is null for what is removed.
select distinct on (kind, name) kind, name, place, content, digest_after as digest
from configuration_row where version > $1::bigint and version <= $2::bigint
order by kind, name, version desc
