-- Purpose: the one place of time zone and cut-off. A switch writes them when it starts; whoever needs a
-- business date reads them here. A change is a new version, from a business date that has not begun.
create table business_calendar_version (
  -- The first business date of the version; the first version holds for every date before it, too.
  valid_from date primary key,
  time_zone  text not null,
  cut_off    text not null check (cut_off ~ '^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$'),
  written_by text not null,
  written_at timestamptz not null default clock_timestamp()
);
create trigger business_calendar_version_append_only before update or delete or truncate
  on business_calendar_version for each statement execute function refuse_change();
