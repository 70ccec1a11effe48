-- Purpose: writes rows of a version. $1 version, $2 a JSON list of the rows.
insert into configuration_row
  (version, kind, name, action, place, content, digest_before, digest_after)
select $1::bigint, r.kind, r.name, r.action, r.place, r.content, r.digest_before, r.digest_after
from jsonb_to_recordset($2::jsonb) as r (
  kind text, name text, action text, place integer, content jsonb, digest_before text, digest_after text)
