// What the package says of itself, and where it keeps its own: rules, code, scripts. The same steps lead there from `src/node`, from `dist/node` and from `dist/bin`, where the bundled command lies.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../', import.meta.url)

/** The version in package.json. */
export function version(): string {
  const about: unknown = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  return typeof about === 'object' && about !== null && 'version' in about ? String(about.version) : 'unknown'
}

/** The folder of the rules that are used when none are named. */
export function bundledRules(): string {
  return fileURLToPath(new URL('packs/t1572/rules', root))
}

/** A folder or file of the code that runs, by its path from `src` or `dist`. */
export function ownCode(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url))
}

/** A script of the pages, as it is built. */
export function pageScript(name: string): string {
  return fileURLToPath(new URL(`dist/pages/browser/${name}`, root))
}

/** Whether the sources run as they are; Node runs no TypeScript in a thread unasked. */
export const isSource = import.meta.url.endsWith('.ts')

/** The script of a thread. */
export function threadScript(name: 'worker' | 'catalog/worker' | 'prove/worker'): URL {
  return new URL(`./${name}.${isSource ? 'ts' : 'js'}`, import.meta.url)
}
