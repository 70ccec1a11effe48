-- Purpose: the chart of accounts (chart.ts; a test holds the two equal), so that statements name an account
-- instead of knowing its number: account_code = (select code from account_class where name = 'pending captures').
create table account_class (
  code smallint primary key,
  name text not null unique,
  type text not null check (type in ('asset', 'liability', 'income', 'expense', 'memo'))
);
insert into account_class (code, name, type) values
  (1100, 'scheme receivable', 'asset'),
  (1150, 'pending captures', 'asset'),
  (1200, 'settlement bank', 'asset'),
  (1300, 'merchant receivable', 'asset'),
  (1900, 'suspense in', 'asset'),
  (2100, 'merchant payable', 'liability'),
  (2150, 'pending to merchant', 'liability'),
  (2200, 'rolling reserve', 'liability'),
  (2300, 'payouts in transit', 'liability'),
  (2400, 'chargebacks in dispute', 'liability'),
  (2500, 'prepaid float', 'liability'),
  (2600, 'loyalty points at cost', 'liability'),
  (2700, 'tax on fees', 'liability'),
  (2900, 'suspense out', 'liability'),
  (4100, 'merchant discount income', 'income'),
  (4150, 'chargeback fee income', 'income'),
  (4200, 'other fees', 'income'),
  (5100, 'interchange', 'expense'),
  (5200, 'scheme fees', 'expense'),
  (5300, 'processing cost', 'expense'),
  (5900, 'chargeback loss and write-off', 'expense'),
  (5950, 'rounding', 'expense'),
  (6100, 'exchange difference', 'expense'),
  (9100, 'authorisation holds', 'memo'),
  (9150, 'authorisation holds contra', 'memo');
create trigger account_class_append_only before update or delete or truncate
  on account_class for each statement execute function refuse_change();
