-- Purpose: the versions, newest first, with how much each changed. $1 versions at the most.
select v.version::text, v.origin, v.goes_back_to::text, v.written_by, v.reason, v.written_at, v.digest,
  count(*) filter (where r.action = 'added')::integer as added,
  count(*) filter (where r.action = 'changed')::integer as changed,
  count(*) filter (where r.action = 'removed')::integer as removed
from (select * from configuration_version order by version desc limit $1) v
left join configuration_row r on r.version = v.version
group by v.version, v.origin, v.goes_back_to, v.written_by, v.reason, v.written_at, v.digest
order by v.version desc
