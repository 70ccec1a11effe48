-- Purpose: the payment that another one belongs to: what it gives back, completes or voids. It is written
-- when the payment is opened and never changed.
alter table payment add column original_id bigint;
create index payment_original on payment (original_id) where original_id is not null;
