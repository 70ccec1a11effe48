-- Purpose: the newest version of the configuration. Returns one row, or none while there is none.
select version::text, digest, written_by, written_at from configuration_version
order by version desc limit 1
