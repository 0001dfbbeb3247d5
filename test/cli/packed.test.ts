// What npm puts into the package, laid out as it installs it: the bundled command finds its rules, its threads and the pages' scripts from there, and the library stands beside it.

import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const present = existsSync(join(root, 'dist/bin/terrier.js'))
if (!present) console.log('skipped: the packed command; run npm run build')

/** Put before what runs: a thread writes down that it answered. */
const witness = `
const { isMainThread, parentPort } = require('node:worker_threads')
if (!isMainThread) {
  const post = parentPort.postMessage.bind(parentPort)
  parentPort.postMessage = (...all) => {
    require('node:fs').appendFileSync(process.env.TERRIER_TEST_ANSWERS, 'answered\\n')
    return post(...all)
  }
}
`

describe.skipIf(!present)('the packed command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'terrier-packed-'))
  const own = join(folder, 'node_modules/terrier-detect')
  const answers = join(folder, 'answers')
  const run = (...args: string[]) => {
    writeFileSync(answers, '')
    const done = spawnSync(
      process.execPath,
      ['--require', join(folder, 'witness.cjs'), join(own, 'dist/bin/terrier.js'), ...args],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), TERRIER_TEST_ANSWERS: answers },
      },
    )
    return { code: done.status, out: done.stdout, err: done.stderr, answered: readFileSync(answers, 'utf8') !== '' }
  }

  beforeAll(() => {
    const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' })
    const [{ files }] = JSON.parse(told) as [{ files: readonly { path: string }[] }]
    for (const { path } of files) {
      mkdirSync(dirname(join(own, path)), { recursive: true })
      cpSync(join(root, path), join(own, path))
    }
    symlinkSync(join(root, 'node_modules'), join(own, 'node_modules'))
    writeFileSync(join(folder, 'witness.cjs'), witness)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('says its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    expect(run('--version')).toMatchObject({ code: 0, out: `${version}\n` })
  })

  it('hunts with its own rules, in one thread and in two', () => {
    // Long enough that the second thread is up before the first is done.
    const log = join(folder, 'long.jsonl')
    const quiet = '{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":"C:\\\\own.exe","CommandLine":"own"}\n'
    writeFileSync(log, readFileSync(join(root, 'packs/t1572/samples/events.jsonl'), 'utf8') + quiet.repeat(600_000))
    const one = run('hunt', log, '-q', '-f', 'jsonl', '-j', '1')
    const two = run('hunt', log, '-q', '-f', 'jsonl', '-j', '2')
    expect(one.code, one.err).toBe(0)
    expect(one.answered).toBe(false)
    expect(two.answered).toBe(true)
    expect(one.out.split('\n').length).toBeGreaterThan(10)
    expect(two.out).toBe(one.out)
  })

  it('publishes its rules, in two threads, with the scripts of the pages', () => {
    const site = join(folder, 'site')
    const done = run('catalog', '-o', site, '-j', '2', '-t', 'sqlite')
    expect(done.code, done.err).toBe(0)
    expect(done.answered).toBe(true)
    for (const name of ['site.js', 'search.js'])
      expect(readFileSync(join(site, name), 'utf8'), name).toBe(readFileSync(join(root, 'dist/pages/browser', name), 'utf8'))
  })

  it('loads what each verb needs', () => {
    for (const verb of ['targets', 'languages', 'schemas', 'logs', 'lint', 'coverage'])
      expect(run(verb, '--help'), verb).toMatchObject({ code: 0 })
    expect(run('help', 'CLI002').code).toBe(0)
  })

  it('is a library of which every part loads', () => {
    const { exports } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as { exports: Record<string, unknown> }
    const parts = Object.keys(exports)
      .filter(name => name !== './package.json')
      .map(name => name.replace('*', name.startsWith('./logs') ? 'evtx' : 'spl'))
    const script = parts.map(name => `await import('terrier-detect${name.slice(1)}')`).join('\n')
    const done = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, encoding: 'utf8' })
    expect(done.stderr).toBe('')
    expect(done.status).toBe(0)
  })
})
