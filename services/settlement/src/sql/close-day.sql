-- Purpose: closes a business date for bookings; those being written are waited for, none can follow.
-- $1: business date. Returns one row of no meaning.
select close_business_day($1::date)
