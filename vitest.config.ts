// Test runner: every member's test folder; real servers are brought up once by the global setup.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{packages,services,simulators}/*/test/**/*.test.ts',
      '{bench,certs}/test/**/*.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
