// Facts of a catalog on disk: what was written is read back, and nothing that is damaged, foreign or a link; threads make what one makes.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { catalog } from '../../src/catalog.ts'
import { factCrew } from '../../src/node/catalog/crew.ts'
import { factSalt, factStore } from '../../src/node/catalog/store.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'terrier-facts-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
let count = 0
const fresh = (): string => join(home, `store-${count++}`)

describe('a store of facts', () => {
  it('reads back what was written, and nothing under other names', () => {
    const folder = fresh()
    const store = factStore(folder)
    store.write('own-0123abcd', 'a text with ünïcode\u0000')
    store.write('relations', 'r')
    expect(factStore(folder).read('own-0123abcd')).toBe('a text with ünïcode\u0000')
    expect(factStore(folder).read('relations')).toBe('r')
    expect(store.read('own-ffff')).toBeUndefined()
    for (const key of ['../own-01', 'own-../01', 'own/01', 'OWN-01', '']) {
      store.write(key, 'x')
      expect(store.read(key)).toBeUndefined()
    }
    expect(readdirSync(folder).sort()).toEqual(['01', 'all'])
    store.tidy()
    expect(store.read('relations')).toBe('r')
  })

  it('takes nothing that is damaged, cut off, a link, or open to others', () => {
    const folder = fresh()
    const store = factStore(folder)
    store.write('own-01', 'whole')
    const path = join(folder, '01', 'own-01')
    const bytes = readFileSync(path)
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes)
      damaged[at]! ^= 0x21
      writeFileSync(path, damaged)
      expect(store.read('own-01'), `byte ${at}`).toBeUndefined()
    }
    writeFileSync(path, bytes.subarray(0, bytes.length - 1))
    expect(store.read('own-01')).toBeUndefined()
    writeFileSync(path, bytes)
    expect(store.read('own-01')).toBe('whole')
    chmodSync(path, 0o666)
    expect(store.read('own-01')).toBeUndefined()
    chmodSync(path, 0o600)
    symlinkSync(path, join(folder, '01', 'own-0102'))
    expect(store.read('own-0102')).toBeUndefined()
  })

  it('does not use a folder that others may write into, and says so', () => {
    const folder = fresh()
    mkdirSync(folder, { mode: 0o777 })
    chmodSync(folder, 0o777)
    const found: Diagnostic[] = []
    const store = factStore(folder, finding => found.push(finding))
    store.write('own-01', 'x')
    expect(store.read('own-01')).toBeUndefined()
    expect(readdirSync(folder)).toEqual([])
    expect(found.map(finding => finding.code)).toEqual(['CCH202'])
  })

  it('tells one state of the code from another', () => {
    expect(factSalt()).toMatch(/^\S+ [0-9a-f]{64}$/)
    expect(factSalt()).toBe(factSalt())
  })
})

// Node runs no TypeScript in a thread: the built worker stands for its source, when it is as new.
const built = join(root, 'dist', 'node', 'catalog', 'worker.js')
const asNew = ['node/catalog/worker', 'node/catalog/store', 'catalog', 'catalog/own', 'catalog/gist'].every(name => {
  const made = join(root, 'dist', `${name}.js`)
  return existsSync(made) && statSync(made).mtimeMs >= statSync(join(root, 'src', `${name}.ts`)).mtimeMs
})
if (!asNew) console.warn('SKIPPED: threads are tested with what `npm run build` makes, and that is older than src')

describe.skipIf(!asNew)('a crew', () => {
  const documents = Array.from({ length: 30 }, (_, place) => ({
    name: `rule-${place}.yml`,
    text: `title: Rule ${place}\nid: r-${place}\ntags: [attack.t1572]\nlogsource: { product: windows, category: process_creation }\ndetection:\n  s: { CommandLine|contains: ['a${place}', ' -R '] }\n  condition: s\n`,
  }))
  const detections = readRules(documents).value!
  const targets = ['splunk', 'defender'].map(name => targetOf(name)!)
  const crewOf = (folder: string, entry: URL) =>
    factCrew({ detections, documents, jobs: 2, folder, targets: targets.map(target => target.id), entry })

  it('makes what one thread makes', async () => {
    const alone = await catalog(detections, { documents, targets })
    const folder = fresh()
    const store = factStore(folder)
    const steps: number[] = []
    const crew = crewOf(folder, pathToFileURL(built))
    const shared = await catalog(detections, { documents, targets, store, crew, progress: done => steps.push(done) })
    expect(shared.catalog).toEqual(alone.catalog)
    const slug = alone.catalog.briefs[3]!.slug
    expect(await shared.entry(slug)).toEqual(await alone.entry(slug))
    expect(steps.at(-1)).toBe(30)
    expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => /own-[0-9a-f]+$/.test(name))).toHaveLength(
      30,
    )
  })

  it('leaves what a broken thread did not make to the caller', async () => {
    const broken = join(home, 'broken.mjs')
    writeFileSync(
      broken,
      "import { parentPort } from 'node:worker_threads'\nparentPort.on('message', () => { throw new Error('no') })\n",
    )
    const folder = fresh()
    const made = await catalog(detections, {
      documents,
      targets,
      store: factStore(folder),
      crew: crewOf(folder, pathToFileURL(broken)),
    })
    expect(made.catalog.briefs).toHaveLength(30)
  })
})
