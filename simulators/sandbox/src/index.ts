// Real servers and real processes on a bare machine, for `npm start`, tests and benchmarks.
export { type ProcessPlan, type RunningProcess, startProcess } from './child-process.ts';
export { type BooksReport, readBook } from './books.ts';
export { freePort } from './free-port.ts';
export { type SandboxPaths, chipswitchFolder, sandboxPaths } from './folder.ts';
export { panOf, sandboxCards, sandboxTerminals } from './plan.ts';
export { type PostgresServer, findPostgres, startPostgres } from './postgres-server.ts';
export { type RedisServer, startRedis } from './redis-server.ts';
export { type Sandbox, type SandboxOptions, openSandbox } from './sandbox.ts';
export { SetupError } from './setup-error.ts';
