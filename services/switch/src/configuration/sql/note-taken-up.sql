-- Purpose: notes what an instance made of a version. $1 instance, $2 version, $3 digest, $4 problem or null.
insert into configuration_taken_up as t (instance, version, digest, problem)
values ($1, $2::bigint, $3, $4)
on conflict (instance) do update set
  version = excluded.version, digest = excluded.digest, problem = excluded.problem, at = clock_timestamp()
