import { defineConfig } from 'vitest/config'

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  test: {
    globalSetup: ['test/build.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**'],
    reporters: ['default', './test/summary.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
