// Test runner: units in one project; what needs a server in another, with real servers brought up once.
import { defineConfig } from 'vitest/config';

const members = ['{packages,services,simulators}/*', '{.ci,bench,certs,docker}'];
const integration = members.map((member) => `${member}/test/**/*.integration.test.ts`);

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Units hold no state between files, so a worker keeps its loaded modules: half the wall time.
          isolate: false,
          include: members.map((member) => `${member}/test/**/*.test.ts`),
          exclude: integration,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: integration,
          globalSetup: ['simulators/sandbox/test/vitest-servers.ts'],
          setupFiles: ['simulators/sandbox/test/vitest-database.ts'],
        },
      },
    ],
  },
});
