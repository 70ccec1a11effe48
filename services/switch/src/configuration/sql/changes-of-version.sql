-- Purpose: what one version changed. $1 version, $2 rows at the most. Returns one row for each thing.
select kind, name, action, digest_before, digest_after from configuration_row
where version = $1::bigint order by kind, name limit $2
