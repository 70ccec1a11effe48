// Gives every integration test file a database of its own and drops it afterwards.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll } from 'vitest';

const serverUrl = process.env['CHIPSWITCH_TEST_SERVER_URL'];
if (serverUrl === undefined) throw new Error('the global setup has not run');
const name = `test_${randomBytes(8).toString('hex')}`;
const url = new URL(serverUrl);
url.pathname = `/${name}`;
process.env['CHIPSWITCH_TEST_DATABASE_URL'] = url.href;

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}

// A pool that has ended may still be hanging up: a drop by force would shoot at its connections. What is
// there after two seconds was left open by the test.
async function dropWhenLeft(): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  const present = `select from pg_stat_activity where datname = '${name}'`;
  for (let tries = 0; tries < 100; tries++) {
    if ((await client.query(present)).rowCount === 0) break;
    await sleep(20);
  }
  await client.query(`drop database if exists ${name} with (force)`);
  await client.end();
}

beforeAll(() => onServer(`create database ${name}`));
afterAll(dropWhenLeft);
