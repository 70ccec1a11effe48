-- Purpose: notes why payments went where they went. $1 a JSON list of the rows.
insert into payment_route (payment_id, configuration_version, rule, choose, host, passed_over)
select r.payment_id, r.configuration_version, r.rule, r.choose, r.host, r.passed_over
from jsonb_to_recordset($1::jsonb) as r (
  payment_id bigint, configuration_version bigint, rule text, choose text, host text, passed_over text)
on conflict (payment_id) do nothing
