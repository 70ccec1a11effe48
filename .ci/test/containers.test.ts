// The compose file and the image against the tree: what they start is there, and nothing secret is in them.
import { describe, expect, it } from 'vitest';
import { listFiles, read } from './workspace-files.ts';

const files = listFiles();
const compose = read('docker/compose.yaml');
const image = read('docker/Dockerfile');

describe('containers', () => {
  it('start files that are there', () => {
    const started = [...`${compose}\n${image}`.matchAll(/[\w/-]+\/[\w-]+\.ts\b/g)].map(String);
    expect(new Set(started).size).toBeGreaterThan(5);
    expect(started.filter((file) => !files.includes(file))).toEqual([]);
  });
  it('use the package manager and node of the workspace', () => {
    const pnpm = /pnpm@[\d.]+/.exec(read('.ci/setup.mjs'))?.[0];
    const used = new Set([...image.matchAll(/pnpm@[\d.]+/g)].map(String));
    expect([...used]).toEqual([pnpm]);
    expect(new Set(image.match(/^FROM node:24-/gm))).toEqual(new Set(['FROM node:24-']));
  });
  it('run as a user without privileges, on a file system that cannot be written', () => {
    expect(image).toMatch(/^USER node$/m);
    for (const line of ['read_only: true', 'cap_drop: [ALL]', "'no-new-privileges:true'"]) {
      expect(compose).toContain(line);
    }
  });
  it('C3: leave no core, and open no inspector by a signal', () => {
    expect(compose).toMatch(/^ {2}ulimits: \{ core: 0 \}$/m);
    const started = [...`${compose}\n${image}`.matchAll(/(?:command: |^CMD )(\[.*\.ts.*\])/gm)];
    expect(started.length).toBeGreaterThan(5);
    for (const [, words] of started) expect(words).toMatch(/^\["?node"?, "?--disable-sigusr1"?, /);
  });
  it('publish ports on this machine only, and hold no secret', () => {
    const ports = [...compose.matchAll(/ports: \[(.*)\]/g)].map((match) => match[1]);
    expect(ports.length).toBeGreaterThan(0);
    const elsewhere = ports
      .flatMap((list) => list.split(', '))
      .filter((port) => !/^'127\.0\.0\.1:\d+:\d+'$/.test(port));
    expect(elsewhere).toEqual([]);
    const secrets = [...compose.matchAll(/(?:PASSWORD|TOKEN): (\S+)/g)].map((match) => match[1]);
    expect(secrets.filter((value) => !value.startsWith('${'))).toEqual([]);
    expect(read('docker/Dockerfile.dockerignore')).toContain('.chipswitch');
  });
  it('listen on the ports that prepare.ts writes', () => {
    const ports = [...read('docker/src/prepare.ts').matchAll(/\b8\d{3}\b/g)].map(String);
    expect(ports.length).toBe(6);
    for (const port of ports) expect(compose).toContain(`tcp://127.0.0.1:${port}`);
  });
});
