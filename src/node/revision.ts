// Rule files as a revision of a git repository has them. Only git's own plumbing is asked, with a revision that it has resolved, without a shell, hooks, filters or network.

import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'
import { largestRule, ruleExtensions, ruleText } from './rulefiles.ts'

export const codes: Readonly<Record<string, string>> = {
  FIL025: 'a revision of a git repository cannot be read',
}

const mostFiles = 50_000
const largestAnswer = 512 << 20

/** What git answers, or why it does not. */
function git(folder: string, args: readonly string[], input?: string): { readonly out: Buffer } | { readonly wrong: string } {
  const done = spawnSync('git', ['--no-replace-objects', '--literal-pathspecs', '-c', 'core.fsmonitor=false', ...args], {
    cwd: folder,
    input: input ?? '',
    maxBuffer: largestAnswer,
    timeout: 120_000,
    windowsHide: true,
    // A repository that lacks objects would fetch them.
    env: {
      ...process.env,
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_LAZY_FETCH: '1',
      GIT_ALLOW_PROTOCOL: 'none',
      LC_ALL: 'C',
    },
  })
  if (done.error !== undefined)
    return {
      wrong:
        'code' in done.error && done.error.code === 'ENOENT' ? 'there is no command "git"' : 'git gave no answer in time or size',
    }
  if (done.status !== 0) {
    const said = done.stderr
      .toString('utf8')
      .split('\n')[0]!
      .replace(/^(?:fatal|error): /, '')
    return { wrong: said === '' ? 'git has no such revision' : said }
  }
  return { out: done.stdout }
}

/** The nearest folder that is there, from a path upwards. */
function folderOf(path: string): string {
  let at = path
  while (!existsSync(at) || !statSync(at).isDirectory()) {
    const above = dirname(at)
    if (above === at) return at
    at = above
  }
  return at
}

interface Blob {
  readonly name: string
  readonly id: string
  readonly size: number
}

/**
 * The rule files below some paths as a revision (a commit, branch or tag) has them, named as the paths are. What cannot be read is reported; a path that the
 * revision does not have gives nothing.
 */
export function revisionSources(
  revision: string,
  paths: readonly string[],
  cwd: string,
  report: (finding: Diagnostic) => void,
): readonly Source[] {
  const sources: Source[] = []
  const wrong = (message: string): void => report({ code: 'FIL025', severity: 'error', message })
  const seen = new Set<string>()
  for (const path of paths) {
    const whole = resolve(cwd, path)
    const folder = folderOf(whole)
    const commit = git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
    const id = 'out' in commit ? commit.out.toString('utf8').trim() : ''
    if ('wrong' in commit || !/^[0-9a-f]{40,64}$/.test(id)) {
      wrong(`cannot read "${revision}" for "${path}": ${'wrong' in commit ? commit.wrong : 'it is no commit'}`)
      continue
    }
    const below = relative(folder, whole)
    const listed = git(folder, ['ls-tree', '-r', '-z', '-l', id, '--', below === '' ? '.' : below])
    if ('wrong' in listed) {
      wrong(`cannot list "${path}" in "${revision}": ${listed.wrong}`)
      continue
    }
    const blobs: Blob[] = []
    for (const line of listed.out.toString('utf8').split('\0')) {
      // Links and the trees of other repositories are passed over.
      const found = /^100\d{3} blob ([0-9a-f]{40,64}) +(\d+)\t(.+)$/s.exec(line)
      if (found === null) continue
      const own = resolve(folder, found[3]!)
      const name = own === whole ? path : join(path, relative(whole, own))
      const isRule = own === whole || (!hidden(found[3]!) && ruleExtensions.some(ending => name.toLowerCase().endsWith(ending)))
      if (!isRule || seen.has(own)) continue
      seen.add(own)
      const size = Number(found[2])
      if (size > largestRule) wrong(`"${name}" is larger than ${largestRule >> 20} MB in "${revision}" and is not read`)
      else blobs.push({ name, id: found[1]!, size })
    }
    if (blobs.length > mostFiles || blobs.reduce((sum, blob) => sum + blob.size, 0) > largestAnswer / 2) {
      wrong(`"${path}" holds more in "${revision}" than is read of one revision`)
      continue
    }
    if (blobs.length === 0) continue
    const read = git(folder, ['cat-file', '--batch'], `${blobs.map(blob => blob.id).join('\n')}\n`)
    if ('wrong' in read) {
      wrong(`cannot read "${path}" in "${revision}": ${read.wrong}`)
      continue
    }
    let at = 0
    for (const blob of blobs) {
      const end = read.out.indexOf(10, at)
      const head = read.out.subarray(at, end).toString('latin1')
      if (end < 0 || head !== `${blob.id} blob ${blob.size}`) {
        wrong(`cannot read "${blob.name}" in "${revision}": git has no text for it`)
        at = end + 1
        continue
      }
      sources.push(ruleText(blob.name, read.out.subarray(end + 1, end + 1 + blob.size), report))
      at = end + 1 + blob.size + 1
    }
  }
  return sources
}

/** Whether a file or one of its folders is hidden. */
const hidden = (path: string): boolean => path.split('/').some(part => part.startsWith('.') && part !== '.' && part !== '..')
