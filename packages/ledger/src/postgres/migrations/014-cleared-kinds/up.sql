-- Purpose: which kinds a scheme's clearing file has: those that book to the scheme's pending captures. What is loaded
-- on a prepaid card of the house, or taken off it, is in none.
alter table payment_kind add column is_cleared boolean not null default false;
update payment_kind set is_cleared = effect <> 0 and not on_hold and name not like 'prepaid-%';
