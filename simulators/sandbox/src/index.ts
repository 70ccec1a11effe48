// Real servers and real processes on a bare machine, for `npm start`, tests and benchmarks.
export { type ProcessPlan, type RunningProcess, startProcess } from './child-process.ts';
export { type BooksReport, readBook } from './books.ts';
export { type Cast, type CastPlace, type CastTerminal, assembleCast } from './cast.ts';
export { ensureCertificates } from './certificates.ts';
export { freePort } from './free-port.ts';
export { type SandboxPaths, chipswitchFolder, sandboxPaths } from './folder.ts';
export { commandLineTerminal, panOf, sandboxCards, sandboxTerminals, writePlan } from './plan.ts';
export { type PostgresServer, findPostgres, startPostgres } from './postgres-server.ts';
export { type RedisServer, startRedis } from './redis-server.ts';
export { type Sandbox, type SandboxOptions, openSandbox } from './sandbox.ts';
export { type SandboxKeys, sandboxKeys } from './sandbox-keys.ts';
export { type StreamOptions, type StreamTotals, runStream } from './stream.ts';
