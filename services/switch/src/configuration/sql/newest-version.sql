-- Purpose: the newest version of the configuration. Returns one row, or none while there is none.
select v.version::text, v.digest, v.written_by, v.written_at from configuration_version v
order by v.version desc limit 1
