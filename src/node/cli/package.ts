// What the package says of itself, and where it keeps its own content. The path is the same from `src` and from `dist`.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../../', import.meta.url)

/** The version in package.json. */
export function version(): string {
  const about: unknown = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  return typeof about === 'object' && about !== null && 'version' in about ? String(about.version) : 'unknown'
}

/** The folder of the rules that are used when none are named. */
export function bundledRules(): string {
  return fileURLToPath(new URL('packs/t1572/rules', root))
}
