-- Purpose: moves many payments one step that says no more than its state, in one commit that nobody waits for to be on
-- the disk: what is lost with a crash of the server is as if it had not been noted.
-- $1: JSON list of steps (PaymentStep).
-- Returns payment_id of each payment that is now at the step.
with hurry as materialized (
  select set_config('synchronous_commit', 'off', true) as how
), input as (
  select * from json_to_recordset($1::json) as r (
    "paymentId" bigint, version integer, "businessDate" date, state text, event text)
), day as materialized (
  select wanted, open_business_date(wanted) as business_date
  from (select distinct "businessDate" as wanted from input) d
), held as materialized (
  select p.payment_id, p.version = i.version and p.state = i.state as is_there
  from payment p join input i on p.payment_id = i."paymentId" cross join hurry
  order by p.payment_id for no key update of p
), moved as (
  update payment p set state = i.state, version = i.version, changed_at = clock_timestamp()
  from input i join held h on h.payment_id = i."paymentId"
  where p.payment_id = i."paymentId" and p.version = i.version - 1
  returning p.payment_id
), logged as (
  insert into payment_event (payment_id, version, business_date, state, event)
  select i."paymentId", i.version, d.business_date, i.state, i.event
  from input i join moved m on m.payment_id = i."paymentId" join day d on d.wanted = i."businessDate"
)
select payment_id from moved
union all
select payment_id from held where is_there
