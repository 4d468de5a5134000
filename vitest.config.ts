import { defineConfig } from 'vitest/config'

// What needs PyPI once stands with what needs the AWS servers.
const AWS = ['src/aws/**/*.test.ts', 'e2e/aws/**/*.test.ts', 'e2e/openai/python.test.ts']

/** Offline suites run by `npm test`; `--project aws` needs the servers that `npm run test:aws` starts. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'offline',
          include: ['*.test.ts', 'src/**/*.test.{ts,tsx}', 'infra/**/*.test.ts', 'e2e/**/*.test.ts'],
          exclude: [...AWS, '**/node_modules/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'aws', include: AWS, testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: true } },
    ],
  },
})
