-- Purpose: who is running under which name, and how far the numbers are given out.

-- One living process for each instance and each node. A claim is dead when its lease has run out or its
-- session is gone; then another process may take it. The row of a dead one stays, without its node: it
-- says whose open payments wait for somebody.
create table switch_instance (
  instance      text primary key,
  node          smallint unique,
  claim         uuid not null,
  session_pid   integer not null,
  session_start timestamptz not null,
  expires_at    timestamptz not null
);

-- High-water marks. A process claims numbers in blocks ahead of their use; what it has not used when it
-- ends is left out for ever.
create table number_sequence (
  -- stan/HOST: trace numbers (DE 11) towards a host; rrn/NODE: retrieval references (DE 37) of a node.
  name      text primary key,
  claimed   bigint not null,
  -- The latest business date that numbers were claimed on, and the mark when it began.
  day       date not null,
  day_first bigint not null
);

-- Numbers given out before there were marks are not given out again.
insert into number_sequence (name, claimed, day, day_first)
select 'stan/' || host, max(greatest(
    (facts -> 'outgoing' ->> 'stan')::bigint, (facts -> 'followUp' ->> 'stan')::bigint)), current_date, 0
from payment where host is not null and facts -> 'outgoing' ->> 'stan' ~ '^[0-9]{6}$'
group by host;
insert into number_sequence (name, claimed, day, day_first)
select 'rrn/' || substr(reference, 5, 1), max(substr(reference, 6)::bigint), current_date, 0
from (select facts -> 'outgoing' ->> 'retrievalReference' as reference from payment) r
where reference ~ '^[0-9]{12}$'
group by substr(reference, 5, 1);
