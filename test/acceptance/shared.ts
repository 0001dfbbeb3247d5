// What the acceptance tests on real files share: where the data pack lies, and how a test says that it is absent.

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

export const dataRoot = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
export const dataPresent = existsSync(dataRoot)

if (!dataPresent) console.warn('SKIPPED: the real rules and logs of ../shared/data are absent, so tests on them do not run')

export function jsonLines<T>(path: string): T[] {
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as T)
}
