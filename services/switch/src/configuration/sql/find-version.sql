-- Purpose: one version of the configuration. $1 version. Returns one row, or none.
select version::text, digest, written_by, written_at from configuration_version where version = $1::bigint
