-- Purpose: every version of the business calendar, oldest first.
-- Returns valid_from, time_zone, cut_off.
select valid_from::text as valid_from, time_zone, cut_off
from business_calendar_version
order by business_calendar_version.valid_from
