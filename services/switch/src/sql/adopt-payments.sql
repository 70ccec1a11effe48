-- Purpose: takes over what dead instances left open at these hosts. Dead is whose claim ended two seconds ago,
-- as seen by one that has been alive and watching for longer than anybody needs to come back after an outage.
-- Whoever is alive after all finds its payments at another version.
-- $1 instance, $2 hosts, $3 payments at most. Returns one row for each payment.
with dead as (
  select d.instance from switch_instance d, switch_instance own
  where own.instance = $1 and own.expires_at > clock_timestamp()
    and own.alive_since < clock_timestamp() - interval '4 seconds'
    and d.instance <> $1 and d.expires_at < clock_timestamp() - interval '2 seconds'
), left_open as (
  select p.payment_id from payment p join dead d on p.owner = d.instance
  where p.host = any($2::text[]) and payment_open_for(p.state) = 'machine'
  order by p.payment_id
  limit $3
  for no key update of p skip locked
)
update payment p set owner = $1 from left_open l where p.payment_id = l.payment_id
returning p.payment_id
