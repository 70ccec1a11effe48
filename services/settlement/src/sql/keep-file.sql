-- Purpose: notes the clearing file that a source's day was matched with.
-- $1: source, $2: business date, $3: SHA-256, $4: lines, $5: references matched.
insert into clearing_file (source, business_date, sha256, lines, matched)
values ($1, $2, $3, $4, $5)
