// Where a user's caches lie and whether they are the user's own; and what Node makes of the code, kept there where Node can keep it.

import { lstatSync, mkdirSync } from 'node:fs'
import * as nodeModules from 'node:module'
import { join } from 'node:path'

/** Where a user's caches lie: `XDG_CACHE_HOME`, else the system's custom; undefined when nothing says it. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>, platform = process.platform): string | undefined {
  const under = (folder: string | undefined, ...steps: string[]) =>
    folder === undefined || folder === '' ? undefined : join(folder, ...steps, 'terrier')
  if (env.XDG_CACHE_HOME !== undefined && env.XDG_CACHE_HOME !== '') return under(env.XDG_CACHE_HOME)
  if (platform === 'win32') return under(env.LOCALAPPDATA)
  return platform === 'darwin' ? under(env.HOME, 'Library', 'Caches') : under(env.HOME, '.cache')
}

/** Whether a file or folder belongs to the user, and nobody else can write into it. */
export function isOwn(facts: { readonly uid: number; readonly mode: number }): boolean {
  return process.getuid === undefined || (facts.uid === process.getuid() && (facts.mode & 0o022) === 0)
}

/**
 * From here on Node keeps what it compiles for the next time, where it can (22.1 and later: https://nodejs.org/api/module.html#module-compile-cache).
 * Node's own choice, a folder for temporary files that all users share, is no place for code.
 */
export function keepCompiled(env: Readonly<Record<string, string | undefined>>, able: object = nodeModules): void {
  if (!('enableCompileCache' in able) || typeof able.enableCompileCache !== 'function') return
  const folder = cacheFolder(env)
  if (folder === undefined) return
  try {
    const own = join(folder, 'code')
    mkdirSync(own, { recursive: true, mode: 0o700 })
    if ([folder, own].every(path => isOwnFolder(path))) able.enableCompileCache(own)
  } catch {
    // Nowhere to keep it: it is compiled each time.
  }
}

function isOwnFolder(path: string): boolean {
  const facts = lstatSync(path)
  return facts.isDirectory() && isOwn(facts)
}
