// Real servers and real processes on a bare machine.
export { type PostgresServer, findPostgres, startPostgres } from './postgres-server.ts';
export { type RedisServer, startRedis } from './redis-server.ts';
export { SetupError } from './setup-error.ts';
