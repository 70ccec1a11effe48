-- Purpose: nothing is booked into a business day once it is closed. Whoever settles a day closes it first;
-- what is booked for it from then on goes to the first day that is open.

create table closed_business_day (
  business_date date primary key,
  closed_at     timestamptz not null default clock_timestamp()
);
create trigger closed_business_day_append_only before update or delete or truncate
  on closed_business_day for each statement execute function refuse_change();

-- The date that a step of `wanted` is booked on. It holds off a close until the caller's transaction has
-- ended; being volatile it reads what was committed while it waited.
create function open_business_date(wanted date) returns date language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock_shared(hashtext('close-business-day'));
  return greatest(wanted, (select max(business_date) + 1 from closed_business_day));
end $$;

-- Closes a day and every day before it: waits for the bookings that are being written, lets none follow.
create function close_business_day(day date) returns void language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(hashtext('close-business-day'));
  insert into closed_business_day (business_date) values (day) on conflict do nothing;
end $$;
