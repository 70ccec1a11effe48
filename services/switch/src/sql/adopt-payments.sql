-- Purpose: takes over what dead instances left open at these hosts. Half a minute after a claim has ended
-- nobody has come back for it. Whoever is alive after all finds its payments at another version.
-- $1 instance, $2 hosts, $3 payments at most. Returns one row for each payment.
with dead as (
  select instance from switch_instance
  where instance <> $1 and expires_at < clock_timestamp() - interval '30 seconds'
), left_open as (
  select p.payment_id from payment p join dead d on p.owner = d.instance
  where p.host = any($2::text[]) and payment_open_for(p.state) = 'machine'
  order by p.payment_id
  limit $3
  for no key update of p skip locked
)
update payment p set owner = $1 from left_open l where p.payment_id = l.payment_id
returning p.payment_id
