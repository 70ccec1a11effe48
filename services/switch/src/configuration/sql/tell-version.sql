-- Purpose: tells whoever listens that there is a version, once this transaction has committed. $1 version.
select pg_notify('chipswitch_configuration', $1)
