// PostgreSQL and Redis in containers, where a Docker engine answers.
import { existsSync } from 'node:fs';
import { request } from 'node:http';

/** Addresses of what was started, and how to end it. */
export interface Containers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly stop: () => Promise<void>;
}

const socketPath = '/var/run/docker.sock';

/** Whether an engine answers behind the Docker socket within a second. */
export function dockerAnswers(path: string = socketPath): Promise<boolean> {
  if (!existsSync(path)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const ping = request({ socketPath: path, path: '/_ping', timeout: 1_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.on('timeout', () => ping.destroy());
    ping.on('error', () => resolve(false));
    ping.end();
  });
}

/** Starts both; only to be called where `dockerAnswers`. */
export async function startContainers(): Promise<Containers> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const postgres = await new GenericContainer('postgres:17-alpine')
    .withEnvironment({ POSTGRES_USER: 'chipswitch', POSTGRES_PASSWORD: 'test' })
    .withExposedPorts(5432)
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))
    .start();
  const redis = await new GenericContainer('redis:7-alpine').withExposedPorts(6379).start();
  const databaseHost = `${postgres.getHost()}:${postgres.getMappedPort(5432)}`;
  return {
    databaseUrl: `postgres://chipswitch:test@${databaseHost}/postgres`,
    redisUrl: `redis://${redis.getHost()}:${redis.getMappedPort(6379)}`,
    stop: async () => {
      await postgres.stop();
      await redis.stop();
    },
  };
}
