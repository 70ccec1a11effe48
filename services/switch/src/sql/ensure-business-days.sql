-- Purpose: makes the partitions of yesterday, today and the days ahead, as far as they are missing.
-- $1: days ahead. Returns how many were made.
select ensure_business_days(current_date - 1, current_date + $1::integer) as made
