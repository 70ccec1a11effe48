// Money, accounts, postings and the journal; one Postgres adapter.
export {};
