-- Purpose: everything that a version says: of each thing its newest row up to then, but what is removed.
-- $1 version. Returns one row for each thing.
select kind, name, place, content, digest_after as digest
from (
  select distinct on (kind, name) kind, name, place, content, digest_after
  from configuration_row where version <= $1::bigint
  order by kind, name, version desc
) newest
where content is not null
