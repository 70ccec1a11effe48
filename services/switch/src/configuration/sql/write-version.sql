-- Purpose: writes the head of a version. $1 version, $2 origin, $3 the version it goes back to or null,
-- $4 who, $5 why, $6 digest.
insert into configuration_version (version, origin, goes_back_to, written_by, reason, digest)
values ($1::bigint, $2, $3::bigint, $4, $5, $6)
