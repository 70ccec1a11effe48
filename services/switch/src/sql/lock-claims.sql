-- Purpose: one claimant at a time, until the transaction ends.
lock table switch_instance in share row exclusive mode
