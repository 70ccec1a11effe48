-- Purpose: what was applied of a scope.
-- $1: scope. Returns name, sha256 (null for what was applied before it was kept).
select name, sha256 from migration where scope = $1
