// A site of every public rule that lies in ../shared/data, built by the command itself: from nothing, again, with one rule changed, and into another folder; what its pages weigh and how long search takes on them.

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type Index, search, type Values } from '../../src/pages/browser/search.ts'

interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
}

/** What a run of the command said of itself when it ended. */
interface Run {
  readonly wall: number
  /** Processor time in seconds, of all threads. */
  readonly spent: number
  readonly megabytes: number
  readonly said: Readonly<Record<string, number>>
}

const hook = `data:text/javascript,${encodeURIComponent(
  "import { isMainThread } from 'node:worker_threads'; import { writeFileSync } from 'node:fs'; if (isMainThread) process.on('exit', () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage(); writeFileSync(process.env.TERRIER_USED, JSON.stringify([(userCPUTime + systemCPUTime) / 1e6, maxRSS / 1024])) })",
)}`

const command = fileURLToPath(new URL('../../../../dist/bin/terrier.js', import.meta.url))

function build(root: string, folder: string): Run {
  const used = join(root, 'used.json')
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', hook, command, 'catalog', 'sigma-rules', 'escu', '-o', folder, '-f', 'jsonl'],
    {
      cwd: root,
      env: { ...process.env, XDG_CACHE_HOME: join(root, 'cache'), TERRIER_USED: used },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  if (status !== 0) throw new Error(`the build ended with ${status}: ${stderr.slice(-2000)}`)
  const [spent, megabytes] = JSON.parse(readFileSync(used, 'utf8')) as [number, number]
  return { wall: (performance.now() - began) / 1000, spent, megabytes, said: JSON.parse(stdout) as Run['said'] }
}

const below = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(one => one.isFile())
    .map(one => join(one.parentPath, one.name).slice(folder.length + 1))
    .sort()

const weight = (path: string): number => gzipSync(readFileSync(path)).length

/** Files that are there once only, or with other bytes. */
function parted(a: string, b: string): number {
  const [first, second] = [below(a), new Set(below(b))]
  let count = 0
  for (const path of first) if (!second.delete(path) || !readFileSync(join(a, path)).equals(readFileSync(join(b, path)))) count++
  return count + second.size
}

const queries = [
  'tunnel',
  'value:plink.exe',
  'technique:T1572 level:high',
  'field:CommandLine proof:splunk powershell',
  'nothing at all like this',
  'proof:differs',
]

/** The slowest of some searches over the site's own index, in milliseconds. */
function slowest(site: string): number {
  const index = JSON.parse(readFileSync(join(site, 'search.json'), 'utf8')) as Index
  const values = JSON.parse(readFileSync(join(site, 'values.json'), 'utf8')) as Values
  search(index, 'warm', 50, values)
  return Math.max(
    ...queries.map(query => {
      const began = process.cpuUsage()
      search(index, query, 50, values)
      const { user, system } = process.cpuUsage(began)
      return (user + system) / 1000
    }),
  )
}

/** Builds and measures; takes half an hour on two processors. */
export async function benchCatalog(data: string): Promise<Row[]> {
  const root = mkdtempSync(join(tmpdir(), 'terrier-bench-'))
  try {
    for (const name of ['sigma-rules', 'escu']) cpSync(join(data, name), join(root, name), { recursive: true })
    const site = join(root, 'site')
    const cold = build(root, site)
    const same = build(root, site)
    const other = join(root, 'other')
    build(root, other)
    const different = parted(site, other)
    rmSync(other, { recursive: true })
    const pages = below(site)
      .filter(path => /^d\/[^/]+\/index\.html$/.test(path) && existsSync(join(site, path, '../entry.json')))
      .map(path => weight(join(site, path)))
      .sort((a, b) => a - b)
    const scripts = ['site.js', 'search.js', 'theme.js'].reduce((sum, name) => sum + weight(join(site, name)), 0)
    const rule = join(root, 'sigma-rules/rules/windows/process_creation/proc_creation_win_plink_susp_tunneling.yml')
    writeFileSync(rule, readFileSync(rule, 'utf8').replaceAll('3389', '3388'))
    const changed = build(root, site)
    const timed = (name: string, run: Run): Row[] => [
      { name, value: run.wall, unit: 's' },
      { name: `${name}: processor time`, value: run.spent, unit: 's' },
      { name: `${name}: at most`, value: run.megabytes, unit: 'MB' },
      { name: `${name}: files written`, value: run.said.written!, unit: `of ${run.said.files}` },
      { name: `${name}: faults`, value: run.said.faults!, unit: '' },
    ]
    return [
      { name: 'rules', value: cold.said.rules!, unit: `${cold.said.pages} pages` },
      ...timed('from nothing', cold),
      ...timed('nothing changed', same),
      ...timed('one rule changed', changed),
      { name: 'files that differ in a second site', value: different, unit: '' },
      { name: 'page of a rule, the middle one', value: pages[pages.length >> 1]! / 1000, unit: 'kB gz' },
      { name: 'page of a rule, the largest', value: pages.at(-1)! / 1000, unit: 'kB gz' },
      { name: 'style sheet', value: weight(join(site, 'style.css')) / 1000, unit: 'kB gz' },
      { name: 'scripts', value: scripts / 1000, unit: 'kB gz' },
      { name: 'search, the slowest of six', value: slowest(site), unit: 'ms' },
    ]
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
