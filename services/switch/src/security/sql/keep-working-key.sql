-- Purpose: keeps a new version of a working key. Two at once for one owner: the second fails, nothing is lost.
-- $1 owner, $2 purpose, $3 usage, $4 algorithm, $5 check value, $6 master key, $7 block, $8 its form.
insert into working_key (owner, purpose, version, key_usage, algorithm, kcv, under, block, block_form)
select $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6, $7, $8
from working_key where owner = $1 and purpose = $2
returning version
