-- Purpose: moves many payments one step and books what each step books, all in one commit. A step is booked
-- on its own business date, or, when that day was closed meanwhile, on the first one that is open. A step that
-- approves puts the payment into the batch of its terminal that is open at that moment.
-- A step that says how many payments it has seen opened against its own is not made when there are more.
-- $1: JSON list of steps (PaymentStep; a booking has its postings as [[code, scope, amount], …]).
-- Returns payment_id of each payment that is now at the step: moved by it, or there already with all that it says.
-- Of two processes that move a payment to the same state at once, the other one is told that it did not.
with input as (
  select * from json_to_recordset($1::json) as r (
    "paymentId" bigint, version integer, "businessDate" date, state text, event text,
    "responseCode" text, "approvalCode" text, "retrievalReference" text, host text,
    "hostReference" text, facts jsonb, booking json, draws integer)
), day as materialized (
  select wanted, open_business_date(wanted) as business_date
  from (select distinct "businessDate" as wanted from input) d
), held as materialized (
  select p.payment_id, p.version, p.state, p.terminal_id, p.draws,
    p.batch_id is null and is_approved_state(i.state) as joins_batch,
    p.version = i.version and p.state = i.state and p.facts @> coalesce(i.facts, '{}')
      and p.response_code is not distinct from coalesce(i."responseCode", p.response_code)
      and p.approval_code is not distinct from coalesce(i."approvalCode", p.approval_code)
      and p.retrieval_reference is not distinct from coalesce(i."retrievalReference", p.retrieval_reference)
      and p.host_reference is not distinct from coalesce(i."hostReference", p.host_reference) as is_there
  from payment p join input i on p.payment_id = i."paymentId"
  order by p.payment_id for no key update of p
), batch as materialized (
  select b.terminal_id, b.batch_id from open_batch b
  where b.terminal_id in (select h.terminal_id from held h where h.joins_batch)
  order by b.terminal_id for share of b
), moved as (
  update payment p set
    state = i.state, version = i.version, changed_at = clock_timestamp(),
    response_code = coalesce(i."responseCode", p.response_code),
    approval_code = coalesce(i."approvalCode", p.approval_code),
    retrieval_reference = coalesce(i."retrievalReference", p.retrieval_reference),
    host = coalesce(i.host, p.host),
    host_reference = coalesce(i."hostReference", p.host_reference),
    facts = case when i.facts is null then p.facts else p.facts || i.facts end,
    batch_id = case when h.joins_batch then b.batch_id else p.batch_id end
  from input i join held h on h.payment_id = i."paymentId" left join batch b using (terminal_id)
  where p.payment_id = i."paymentId" and h.version = i.version - 1 and h.draws = coalesce(i.draws, h.draws)
  returning p.payment_id
), logged as (
  insert into payment_event (payment_id, version, business_date, state, event)
  select i."paymentId", i.version, d.business_date, i.state, i.event
  from input i join moved m on m.payment_id = i."paymentId" join day d on d.wanted = i."businessDate"
), booked as (
  insert into ledger_transaction (reference, kind, payment_id, business_date, currency)
  select i.booking ->> 'reference', i.booking ->> 'kind', i."paymentId", d.business_date,
    i.booking ->> 'currency'
  from input i join moved m on m.payment_id = i."paymentId" join day d on d.wanted = i."businessDate"
  where i.booking is not null
  on conflict (reference) do nothing
  returning transaction_id, reference, business_date, currency
), legs as (
  insert into ledger_posting (
    transaction_id, leg, business_date, account_code, account_scope, amount_minor, currency)
  select b.transaction_id, leg.ordinality, b.business_date, (leg.value ->> 0)::smallint,
    leg.value ->> 1, (leg.value ->> 2)::bigint, b.currency
  from booked b join input i on i.booking ->> 'reference' = b.reference,
    json_array_elements(i.booking -> 'postings') with ordinality as leg
)
select payment_id from moved
union all
select payment_id from held where is_there
