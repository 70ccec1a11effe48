-- Purpose: claims that live by their lease alone where the session is a pooler's, and who has been watching.

-- Behind a transaction pooler the server's session is not the process's: it says nothing of its life.
alter table switch_instance
  alter column session_pid drop not null,
  alter column session_start drop not null,
  -- Since when the claim has been renewed without a gap. Whoever was cut off with everybody else, as by an
  -- outage of the database, does not yet know who came back.
  add column alive_since timestamptz not null default clock_timestamp();
