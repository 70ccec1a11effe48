-- Purpose: one writer of calendar versions at a time, until the transaction ends; readers are not held up.
lock table business_calendar_version in share row exclusive mode
