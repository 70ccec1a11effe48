-- Purpose: what every running instance made of the newest version it has seen; one that is older than the
-- configuration in the database has noted nothing. Returns one row for each instance.
select i.instance, t.version::text, t.digest, t.problem, t.at
from switch_instance i left join configuration_taken_up t on t.instance = i.instance
where i.node is not null and i.expires_at > clock_timestamp()
order by i.instance
