-- Purpose: notes a migration as applied, or the digest of one whose digest was not kept.
-- $1: scope, $2: name, $3: SHA-256 of its file.
insert into migration (scope, name, sha256) values ($1, $2, $3)
on conflict (scope, name) do update set sha256 = coalesce(migration.sha256, excluded.sha256)
