import { defineConfig } from 'vitest/config'

// What needs PyPI once stands with what needs the AWS servers.
const AWS = ['src/aws/**/*.test.ts', 'e2e/aws/**/*.test.ts', 'e2e/openai/python.test.ts']

/**
 * On a shared machine a browser, a killed process or a test server may miss its moment once; twice is a defect. At a desk nothing is tried
 * again, so that what is unsteady is seen.
 */
const retry = process.env.CI ? 2 : 0

/** Offline suites run by `npm test`; `--project aws` needs the servers that `npm run test:aws` starts. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'offline',
          globalSetup: './vitest.setup.ts',
          include: ['*.test.ts', 'src/**/*.test.{ts,tsx}', 'infra/**/*.test.ts', 'e2e/**/*.test.ts'],
          exclude: [...AWS, '**/node_modules/**'],
          retry,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'aws',
          globalSetup: './vitest.setup.ts',
          include: AWS,
          retry,
          testTimeout: 90_000,
          hookTimeout: 120_000,
          fileParallelism: true,
        },
      },
    ],
  },
})
