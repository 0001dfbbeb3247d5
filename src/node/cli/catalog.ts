// `terrier catalog`: a collection as a static site, written where it changed, checked, and shown to this machine on request.

import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { Command } from 'commander'
import { Aborted, type CatalogOptions, type Corpus, catalog } from '../../catalog.ts'
import type { Kept } from '../../pages/index.ts'
import { readIndex, siteOf } from '../../pages/index.ts'
import { targets as allTargets, type Target, targetOf } from '../../targets.ts'
import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { besideRules } from '../beside.ts'
import { codeDigest } from '../cache.ts'
import { cacheFolder } from '../caches.ts'
import { factCrew } from '../catalog/crew.ts'
import { factSalt, factStore } from '../catalog/store.ts'
import { eventSources } from '../files.ts'
import { pageScript, version } from '../package.ts'
import { jsonl } from '../report/jsonl.ts'
import { stepsOf } from '../report/steps.ts'
import { counted } from '../report/text.ts'
import { serveSite } from '../serve.ts'
import { isOurs, readManifest, writeSite } from '../site.ts'
import { usualJobs } from '../weigh.ts'
import { exitCode } from './exit.ts'
import type { Io } from './io.ts'
import { inLanguage, type LanguageArguments, languageNames, readLanguage } from './language.ts'
import { loadRules } from './load.ts'
import {
  type CommonOptions,
  collect,
  colorSettings,
  common,
  desk,
  type Format,
  misuse,
  reason,
  refuse,
  refuseAddresses,
  show,
} from './options.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['text', 'jsonl']

interface CatalogArguments extends CommonOptions, LanguageArguments {
  readonly serve?: boolean
  readonly port?: string
  readonly title?: string
  readonly baseUrl?: string
  readonly events?: readonly string[]
  readonly atomics?: readonly string[]
  readonly corpus?: readonly string[]
  readonly target?: readonly string[]
  readonly since?: string
  readonly security?: string
  readonly cache?: boolean
  readonly jobs?: string
}

const examples = `
Examples:
  terrier catalog rules/ -o site/                     a page for each rule, and for what they share
  terrier catalog rules/ --serve                      the same, shown at an address of this machine
  terrier catalog rules/ -o site/ --events logs/      with how often each rule fires on these logs
  terrier catalog rules/ -o site/ --atomics atomics/  with the atomic tests of the techniques (Atomic Red Team's YAML)
  terrier catalog rules/ -o site/ --corpus sigma/     values are counted over these rules, too
  terrier catalog rules/ -o site/ --base-url https://rules.example/   feeds, a map of the site, links in layers

What has not changed since the last time is neither computed nor written again. A folder with other files is refused.
Exit codes: 0 done, 1 a page does not hold what every page must, 2 wrong usage, 3 no rule could be read, 4 no log could
be read, 130 interrupted.`

function command(): Command {
  const making = new Command('catalog')
    .argument('[rules...]', 'rules: files, folders or globs (default: the bundled pack)')
    .option('--serve', 'show the site at an address of this machine, until interrupted')
    .option('--port <number>', 'the port to show it at (default: any free one)')
    .option('--title <name>', 'the name of the collection', 'Detections')
    .option('--base-url <address>', 'where the site will be')
    .option('-t, --target <id>', 'only these targets; may be repeated (default: all)', collect)
    .option('--events <log>', 'count how often rules fire on these logs; may be repeated', collect)
    .option('--atomics <folder>', "Atomic Red Team's tests; may be repeated", collect)
    .option('--corpus <path>', 'rules over which values are counted, too; may be repeated', collect)
    .option('--since <folder>', 'tell what is new since the site in this folder')
    .option('--security <file>', 'a security.txt of yours, published with the site')
    .option('--no-cache', 'compute everything anew, and keep nothing for the next time')
    .option('-j, --jobs <number>', 'threads that compute what is not kept (default: as many as processors, up to 4)')
  common(inLanguage(making), served, 'text').addHelpText('after', examples)
  const output = making.options.find(option => option.long === '--output')
  if (output !== undefined) output.description = 'the folder of the site'
  return making
}

/** What the arguments ask for, checked. */
interface Plan {
  readonly base?: string
  readonly port: number
  readonly jobs: number
  readonly targets: readonly Target[]
  readonly before?: readonly Kept[]
  readonly security?: string
}

function plan(given: CatalogArguments, io: Io): Outcome<Plan> {
  const diagnostics: Diagnostic[] = []
  const serve = given.serve === true
  if (given.output === undefined && !serve)
    diagnostics.push(misuse('CLI001', 'there is no folder for the site', 'name one with -o, or show it with --serve'))
  if (given.port !== undefined && !serve) diagnostics.push(misuse('CLI001', '--port is for --serve'))
  const port = given.port === undefined ? 0 : /^\d{1,5}$/.test(given.port) ? Number(given.port) : -1
  if (port < 0 || port > 65_535) diagnostics.push(misuse('CLI001', `no port "${given.port}"`, 'a port is a number up to 65535'))
  if (given.jobs !== undefined && !/^[1-9]\d{0,3}$/.test(given.jobs))
    diagnostics.push(misuse('CLI009', `not a number of workers: "${given.jobs}"`, 'write a whole number from 1 on'))
  const jobs = given.jobs === undefined ? usualJobs() : Math.min(64, Number(given.jobs))
  let base: string | undefined
  if (given.baseUrl !== undefined) {
    const url = URL.canParse(given.baseUrl) ? new URL(given.baseUrl) : undefined
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '')
      diagnostics.push(misuse('CLI001', `"${given.baseUrl}" is no address of a site`, 'write https://host/path/'))
    else base = url.href.endsWith('/') ? url.href : `${url.href}/`
  }
  const targets: Target[] = []
  for (const id of given.target?.flatMap(text => text.split(',')) ?? []) {
    const target = targetOf(id)
    if (target === undefined) {
      const near = suggest(
        id,
        allTargets.flatMap(one => [one.id, ...(one.aliases ?? [])]),
      )
      diagnostics.push(
        misuse('CLI019', `no target "${id}"`, near === undefined ? 'terrier targets lists them' : `did you mean "${near}"?`),
      )
    } else if (!targets.includes(target)) targets.push(target)
  }
  let before: readonly Kept[] | undefined
  if (given.since !== undefined) {
    try {
      before = readIndex(readFileSync(join(resolve(io.cwd, given.since), 'index.json'), 'utf8'))
    } catch {
      // Told below: there is none.
    }
    if (before === undefined)
      diagnostics.push(misuse('CLI029', `"${given.since}" holds no site`, 'name a folder that terrier catalog has written'))
  }
  const security = given.security === undefined ? undefined : read(resolve(io.cwd, given.security))
  if (given.security !== undefined && (security === undefined || !/^Contact:/im.test(security) || !/^Expires:/im.test(security)))
    diagnostics.push(
      misuse('CLI030', `"${given.security}" is no security.txt`, 'RFC 9116: it has at least the lines Contact: and Expires:'),
    )
  if (given.output !== undefined && !isOurs(resolve(io.cwd, given.output)))
    diagnostics.push(
      misuse('CLI027', `"${given.output}" holds files that are no site of ours`, 'name an empty folder, or a new one'),
    )
  if (diagnostics.length > 0) return { diagnostics }
  return {
    value: {
      base,
      port,
      jobs,
      before,
      security,
      targets: targets.length === 0 ? allTargets : allTargets.filter(one => targets.includes(one)),
    },
    diagnostics,
  }
}

/** The scripts of pages, as they are built. */
export function pageScripts(): Readonly<Record<string, string>> {
  return Object.fromEntries(['site.js', 'search.js'].map(name => [name, readFileSync(pageScript(name), 'utf8')]))
}

const largestText = 1 << 20

function read(file: string): string | undefined {
  try {
    return statSync(file).isFile() && statSync(file).size <= largestText ? readFileSync(file, 'utf8') : undefined
  } catch {
    return undefined
  }
}

/** The atomic tests below some folders, by their names. */
function atomicsBelow(folders: readonly string[], io: Io, report: (finding: Diagnostic) => void): readonly Source[] {
  const found: Source[] = []
  for (const folder of folders) {
    let names: readonly string[] = []
    try {
      names = readdirSync(resolve(io.cwd, folder), { recursive: true, encoding: 'utf8' }).filter(name =>
        /(?:^|[\\/])T\d{4}(?:\.\d{3})?\.ya?ml$/.test(name),
      )
    } catch (error) {
      report(misuse('CLI028', `the atomic tests in "${folder}" cannot be read: ${reason(error)}`))
      continue
    }
    if (names.length === 0)
      report(misuse('CLI028', `there are no atomic tests in "${folder}"`, 'they are files like T1572/T1572.yaml'))
    for (const name of [...names].sort()) {
      const text = read(join(resolve(io.cwd, folder), name))
      if (text !== undefined) found.push({ name: join(folder, name), text })
    }
  }
  return found
}

/** The Markdown beside a folder of rules: what a pack says for all of them. */
function packTexts(files: readonly string[], io: Io): NonNullable<CatalogOptions['texts']> {
  const roots = new Set<string>()
  for (const file of files)
    for (let folder = dirname(file), depth = 0; depth < 12 && folder !== dirname(folder); folder = dirname(folder), depth++)
      if (basename(folder) === 'rules') {
        roots.add(dirname(folder))
        break
      }
  return [...roots].sort().flatMap(folder => {
    let names: readonly string[] = []
    try {
      names = readdirSync(resolve(io.cwd, folder)).filter(
        name => /\.md$/i.test(name) && !/^(?:contributing|changelog|license|code_of_conduct|security)\b/i.test(name),
      )
    } catch {
      return []
    }
    return [...names].sort().flatMap(name => {
      const markdown = read(join(resolve(io.cwd, folder), name))
      if (markdown === undefined) return []
      const title = /^#\s+(.+)$/m.exec(markdown)?.[1]?.trim() ?? name.replace(/\.md$/i, '')
      return [{ folder, title, markdown }]
    })
  })
}

/** A corpus of logs by the name it was given, and a digest of what its files were when. */
function corpusOf(path: string, io: Io, report: (finding: Diagnostic) => void): Corpus {
  const stamps: string[] = []
  try {
    const place = resolve(io.cwd, path)
    const files = statSync(place).isDirectory()
      ? readdirSync(place, { recursive: true, encoding: 'utf8' }).map(name => join(place, name))
      : [place]
    for (const file of files.sort()) {
      const { size, mtimeMs } = statSync(file)
      stamps.push(`${file} ${size} ${mtimeMs}`)
    }
  } catch {
    // A glob has no digest: it is measured each time.
  }
  return {
    name: basename(path.replace(/[\\/]+$/, '')) || path,
    ...(stamps.length === 0 ? {} : { digest: createHash('sha256').update(stamps.join('\n')).digest('hex') }),
    sources: () => eventSources([path], report, { stdin: io.stdin }),
  }
}

async function run(parsed: Command, io: Io): Promise<number> {
  const given = parsed.opts<CatalogArguments>()
  const { language, wrong: wrongLanguage } = readLanguage(given)
  if (wrongLanguage.length > 0) return refuse(io, wrongLanguage, 'catalog')
  const wrong = refuseAddresses([...parsed.args, ...(given.events ?? []), ...(given.atomics ?? []), ...(given.corpus ?? [])])
  if (wrong.length > 0) return refuse(io, wrong, 'catalog')
  const asked = plan(given, io)
  if (asked.value === undefined) return refuse(io, asked.diagnostics, 'catalog')
  const sat = desk({ ...given, output: undefined }, served, 'catalog', io, 'text')
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'catalog')
  const { base, port, jobs, targets, before, security } = asked.value
  const at = sat.value
  const own = given.output === undefined ? mkdtempSync(join(tmpdir(), 'terrier-site-')) : undefined
  const folder = own ?? resolve(io.cwd, given.output!)
  const line = stepsOf('catalog', given.progress !== false && given.quiet !== true, io)
  try {
    const rules = await loadRules(parsed.args, io, { language })
    const problems: Diagnostic[] = [...rules.findings]
    show(at.talk, rules.findings.filter(finding => finding.severity === 'error').slice(0, at.verbose ? undefined : 20))
    if (rules.detections.length === 0) {
      show(at.talk, [misuse('CLI013', 'no rule could be read')])
      return exitCode([3])
    }
    const wrongs: Diagnostic[] = []
    const atomics = atomicsBelow(given.atomics ?? [], io, finding => wrongs.push(finding))
    if (wrongs.length > 0) return refuse(io, wrongs, 'catalog')
    const unread: Diagnostic[] = []
    const corpus = given.corpus === undefined ? [] : (await loadRules(given.corpus, io, { language })).detections
    const beside = await besideRules(parsed.args, io.cwd, finding => problems.push(finding))
    const cache = given.cache === false ? undefined : cacheFolder(io.env)
    const kept = cache === undefined ? undefined : join(cache, 'catalog')
    const store = kept === undefined ? undefined : factStore(kept, finding => problems.push(finding))
    const shelf = await catalog(rules.detections, {
      targets,
      corpus,
      documents: rules.sources,
      atomics,
      events: (given.events ?? []).map(path => corpusOf(path, io, finding => unread.push(finding))),
      texts: packTexts(
        rules.sources.map(source => source.name),
        io,
      ),
      names: namesOf(beside.names),
      problems,
      ...(store === undefined ? {} : { store }),
      ...(kept === undefined
        ? {}
        : {
            crew: factCrew({
              detections: rules.detections,
              documents: rules.sources,
              jobs,
              folder: kept,
              targets: targets.map(target => target.id),
              ...(io.signal === undefined ? {} : { signal: io.signal }),
            }),
          }),
      salt: factSalt(),
      hash: of => createHash('sha256').update(of).digest('hex'),
      progress: (done, of) => line(`${done} of ${counted(of, 'rule')}`),
      signal: io.signal,
    })
    store?.tidy()
    if (given.events !== undefined && shelf.catalog.corpora.every(one => one.events === 0)) {
      line('')
      show(at.talk, [...unread.slice(0, 20), misuse('CLI014', 'no log could be read')])
      return exitCode([4])
    }
    const manifest = readManifest(folder)
    const root = base === undefined ? '/' : new URL(base).pathname
    const groups = siteOf(shelf, {
      name: given.title ?? 'Detections',
      base,
      program: `terrier ${version()}`,
      state: codeDigest(['pages']),
      scripts: pageScripts(),
      before,
      security,
      told: manifest.told,
    })
    const done = await writeSite(folder, groups, manifest, {
      root,
      signal: io.signal,
      progress: (made, written) => line(`${counted(made, 'group')} of pages, ${counted(written, 'file')} written`),
    })
    line('')
    for (const fault of done.faults.slice(0, 50)) at.talk.write(`${fault.path}: ${fault.what}\n`)
    if (at.format === 'jsonl') {
      const { faults, ...counts } = done
      jsonl(at.out).row({ folder: given.output ?? folder, rules: rules.detections.length, ...counts, faults: faults.length })
    } else if (!at.quiet)
      at.out.write(
        `${counted(rules.detections.length, 'rule')}: ${counted(done.pages, 'page')} in ${counted(done.files, 'file')}, ${done.written} written, ${done.removed} removed${own === undefined ? `, in ${given.output}` : ''}\n`,
      )
    if (given.serve === true) await serveUntil(folder, port, io, text => at.talk.write(text))
    return exitCode([
      ...(io.signal?.aborted === true && given.serve !== true ? [130] : []),
      ...(done.faults.length > 0 ? [1] : []),
    ])
  } catch (error) {
    line('')
    if (error instanceof Aborted || io.signal?.aborted === true) return exitCode([130])
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
    if (!/^E[A-Z]+$/.test(code)) throw error
    const what =
      code === 'EADDRINUSE' || code === 'EACCES'
        ? `the site cannot be shown or written: ${code === 'EADDRINUSE' ? `port ${port} is taken` : reason(error)}`
        : `the site cannot be written: ${reason(error)}`
    return refuse(io, [misuse('CLI005', what)], 'catalog')
  } finally {
    if (own !== undefined) rmSync(own, { recursive: true, force: true })
    at.close()
  }
}

/** Bodies of macros and lists by name, for their pages. */
function namesOf(names: Awaited<ReturnType<typeof besideRules>>['names']): NonNullable<CatalogOptions['names']> {
  return new Map(
    Object.entries(names).map(([name, value]) => [
      name,
      { body: typeof value === 'string' ? value : 'body' in value ? value.body.text : value.join('\n') },
    ]),
  )
}

/** Shows a folder at a port until the run is interrupted. */
async function serveUntil(folder: string, port: number, io: Io, say: (text: string) => void): Promise<void> {
  const { server, address } = await serveSite(folder, port)
  say(`shown at ${address}; end it with Ctrl+C\n`)
  const { signal } = io
  if (signal === undefined) return
  await new Promise<void>(done => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
  server.closeAllConnections()
  await new Promise<void>(done => server.close(() => done()))
}

export const verb: Verb = {
  command,
  values: { format: served, color: colorSettings, language: languageNames, target: allTargets.map(target => target.id) },
  run,
}
