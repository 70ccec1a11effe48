-- Purpose: a person proposes what is to become of a payment that the machine has given up.
-- $1: payment_id, $2: version it was looked at in, $3: verdict, $4: who, $5: why.
insert into payment_close_proposal (payment_id, version, verdict, proposed_by, reason) values ($1, $2, $3, $4, $5)
