// Gives every integration test file a database of its own and drops it afterwards.
import { randomBytes } from 'node:crypto';
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

beforeAll(() => onServer(`create database ${name}`));
afterAll(() => onServer(`drop database if exists ${name} with (force)`));
