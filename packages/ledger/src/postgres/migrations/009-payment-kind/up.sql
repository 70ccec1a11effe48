-- Purpose: what totals, settlement and the audit need of a kind of payment, so that no statement has a list of
-- kinds of its own. The rows of packages/transaction/src/kinds say the same, and a test holds the two equal.
-- bucket: where a terminal's batch and a clearing file count it; null where they do not.
-- effect: what a live payment books to the merchant, or, where it is on_hold, to the contra account of the hold:
-- -1 its amount as a credit, 1 as a debit, 0 nothing.
create table payment_kind (
  name    text primary key,
  bucket  text check (bucket in ('sale', 'sale-reversal', 'refund')),
  effect  smallint not null check (effect between -1 and 1),
  on_hold boolean not null
);
insert into payment_kind (name, bucket, effect, on_hold) values
  ('purchase', 'sale', -1, false),
  ('cash-back', 'sale', -1, false),
  ('cash-advance', 'sale', -1, false),
  ('offline-purchase', 'sale', -1, false),
  ('preauthorisation', null, -1, true),
  ('completion', 'sale', -1, false),
  ('completion-advice', 'sale', -1, false),
  ('refund', 'refund', 1, false),
  ('void', 'sale-reversal', 1, false),
  ('hold-void', null, 1, true),
  ('balance-inquiry', null, 0, false),
  ('account-status', null, 0, false),
  ('tombstone', null, 0, false);
