-- Purpose: adds a version of the business calendar, unless the day before its first date was not open any more.
-- $1 valid_from, $2 time_zone, $3 cut_off, $4 written_by. Returns one row when it was added.
insert into business_calendar_version (valid_from, time_zone, cut_off, written_by)
select $1::date, $2, $3, $4
where not exists (select from closed_business_day where business_date >= $1::date)
returning valid_from
