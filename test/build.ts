// Before tests run from the sources: what is built into them must be built from them.

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Builds the scanner's module where its sources have changed. */
export function setup(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../src/wasm/build.js', import.meta.url))], { stdio: 'inherit' })
}
