-- Purpose: the living claims in the way of an instance and a node.
-- $1 instance, $2 node. Returns instance, node.
select instance, node from switch_instance
where (instance = $1 or node = $2) and expires_at > clock_timestamp()
order by instance
