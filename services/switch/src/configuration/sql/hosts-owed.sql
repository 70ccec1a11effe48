-- Purpose: hosts that are no longer configured and that a payment is still open at for the machine, with what was
-- last configured of each. $1 names of the hosts that are configured. Returns one row for each host.
select distinct on (o.host) o.host as name, r.content
from (
  select distinct p.host from payment p
  where payment_open_for(p.state) = 'machine' and p.host <> all($1::text[])
) o
join configuration_row r on r.kind = 'host' and r.name = o.host and r.content is not null
order by o.host, r.version desc
