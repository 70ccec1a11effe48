-- Purpose: a closed batch is known by its id, which its payments bear, and belongs to the business day of its
-- close. What a terminal calls it (trace number, times, number) may come again after a reset.
alter table terminal_batch drop constraint terminal_batch_pkey;
alter table terminal_batch alter column last_payment_id drop not null;
alter table terminal_batch add column batch_id bigint, add column batch_number text, add column business_date date;

-- Closed before payments bore a batch: the payments after the close before, up to and with the last one.
alter table terminal_batch disable trigger terminal_batch_append_only;
update terminal_batch b set
  batch_id = nextval('batch_id'),
  batch_number = split_part(b.batch_key, '/', 3),
  business_date = coalesce(
    (select p.business_date from payment p where p.payment_id = b.last_payment_id), b.closed_at::date);
alter table terminal_batch enable trigger terminal_batch_append_only;
update payment p set batch_id = b.batch_id
from payment_outcome o, lateral (
  select c.batch_id from terminal_batch c
  where c.terminal_id = o.terminal_id and c.last_payment_id >= o.payment_id
  order by c.last_payment_id, c.closed_at limit 1) b
where o.payment_id = p.payment_id and o.was_approved;

alter table terminal_batch alter column batch_id set not null;
alter table terminal_batch alter column batch_number set not null;
alter table terminal_batch alter column business_date set not null;
alter table terminal_batch add primary key (batch_id);
create index terminal_batch_named on terminal_batch (terminal_id, batch_number);
create index terminal_batch_keyed on terminal_batch (terminal_id, batch_key);
create index terminal_batch_day on terminal_batch (business_date);
create index terminal_batch_unequal on terminal_batch (batch_id) where response_code <> '00';
drop index terminal_batch_last;

-- What ended a batch whose totals did not agree: an upload of all that is in it, a right close, or a person.
create table terminal_batch_end (
  batch_id bigint primary key references terminal_batch,
  how      text not null check (how in ('upload', 'right-close', 'person')),
  ended_by text,
  reason   text,
  ended_at timestamptz not null default clock_timestamp(),
  check (how <> 'person' or (coalesce(length(ended_by), 0) > 0 and coalesce(length(reason), 0) > 0))
);
create trigger terminal_batch_end_append_only before update or delete or truncate
  on terminal_batch_end for each statement execute function refuse_change();

-- An item with other contents is another row, the same item again is counted. `not-sent` is what the batch has and
-- the upload had not when it ended.
alter table terminal_batch_item drop constraint terminal_batch_item_pkey;
alter table terminal_batch_item drop constraint terminal_batch_item_finding_check;
alter table terminal_batch_item add constraint terminal_batch_item_finding_check check (finding in
  ('matched', 'not-in-journal', 'other-amount', 'other-card', 'other-batch', 'not-approved', 'reversed', 'not-sent'));
alter table terminal_batch_item
  add column item_id bigint generated always as identity primary key,
  add column batch_id bigint,
  add column payment_id bigint,
  add column pan_hmac text not null default '',
  add column pan_truncated text check (pan_truncated !~ '[0-9]{11}'),
  add column currency text,
  add column approval_code text,
  add column retrieval_reference text,
  add column times integer not null default 1;
alter table terminal_batch_item disable trigger terminal_batch_item_append_only;
update terminal_batch_item i set batch_id = (
  select b.batch_id from terminal_batch b
  where b.terminal_id = i.terminal_id and b.batch_number = i.batch_number and b.closed_at <= i.uploaded_at
  order by b.closed_at desc limit 1);
drop trigger terminal_batch_item_append_only on terminal_batch_item;
create trigger terminal_batch_item_kept before delete or truncate
  on terminal_batch_item for each statement execute function refuse_change();
create unique index terminal_batch_item_once on terminal_batch_item
  (terminal_id, batch_number, item_key, batch_id, finding, amount_minor, pan_hmac) nulls not distinct;

-- What of an upload still waits for a person. What was not sent at one end of the upload may have come since.
create view batch_exception as
select i.* from terminal_batch_item i
where i.finding <> 'matched' and not (i.finding = 'not-sent' and exists (
  select from terminal_batch_item s
  where s.terminal_id = i.terminal_id and s.item_key = i.item_key and s.finding <> 'not-sent'));
create index terminal_batch_item_batch on terminal_batch_item (batch_id) where finding <> 'matched';

-- The list of batches that nobody has ended yet: totals that did not agree, or an upload that was not all right.
create view unequal_batch as
select b.* from terminal_batch b
where b.batch_id in (
  select batch_id from terminal_batch where response_code <> '00'
  union all
  select batch_id from batch_exception where batch_id is not null)
and not exists (select from terminal_batch_end e where e.batch_id = b.batch_id);
