-- Purpose: the clearing file that a source's day was matched with.
-- $1: source, $2: business date. Returns sha256, lines, matched, or no row.
select sha256, lines, matched from clearing_file where source = $1 and business_date = $2
