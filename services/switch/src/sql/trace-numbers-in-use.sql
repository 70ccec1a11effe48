-- Purpose: trace numbers towards a host that an open payment still holds, of any instance. It reads the
-- index of open payments; what is younger than a minute cannot be a round of numbers old.
-- $1 host. Returns stan.
select n.stan from payment p,
  lateral (values (p.facts -> 'outgoing' ->> 'stan'), (p.facts -> 'followUp' ->> 'stan')) as n (stan)
where p.host = $1 and n.stan is not null and p.opened_at < clock_timestamp() - interval '1 minute'
  and payment_open_for(p.state) <> 'nobody'
