// The command itself: verbs, help, codes, completions, usage errors. Start-up of the built command where there is one.

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { allCodes, codes } from '../../src/node/cli/codes.ts'
import { exits } from '../../src/node/cli/exit.ts'
import { verbs } from '../../src/node/cli/verb.ts'
import { terrier } from './run.ts'

describe('the command', () => {
  it('without arguments shows the verbs and fails', async () => {
    const { code, out, err } = await terrier([])
    expect(code).toBe(2)
    expect(out).toBe('')
    for (const verb of verbs) expect(err).toContain(`  ${verb.name}`)
  })
  it('says its version and its help', async () => {
    const about = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(await terrier(['--version'])).toEqual({ code: 0, out: `${about.version}\n`, err: '' })
    const help = await terrier(['--help'])
    expect(help.code).toBe(0)
    for (const [exit, meaning] of Object.entries(exits)) expect(help.out).toContain(`${exit.padStart(3)}  ${meaning}`)
    expect((await terrier(['help'])).out).toBe(help.out)
  })
  it('guesses the verb that was meant', async () => {
    const { code, err } = await terrier(['hnut', 'x.evtx'])
    expect(code).toBe(2)
    expect(err).toContain('error[CLI002]: no verb "hnut"')
    expect(err).toContain('did you mean "hunt"?')
  })
  it('offers only verbs that exist now', async () => {
    for (const later of ['watch', 'studio']) {
      const { code, err } = await terrier([later])
      expect(code, later).toBe(2)
      expect(err, later).toContain(`no verb "${later}"`)
    }
  })
  it('tells how to search a file that stands where the verb should', async () => {
    expect((await terrier(['package.json'])).err).toContain('to search it: terrier hunt package.json')
  })
  it('takes global flags before the verb', async () => {
    expect((await terrier(['--color', 'never', '-q', 'hunt', '--help'])).code).toBe(0)
    expect((await terrier(['--frob', 'hunt'])).err).toContain('unknown option "--frob" before the verb')
  })
  it('does not take inherited names for verbs or topics', async () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect((await terrier([name])).code).toBe(2)
      expect((await terrier(['help', name])).code).toBe(2)
    }
  })
})

describe('every verb', () => {
  for (const { name, alias } of verbs) {
    it(`${name} has help with what it does`, async () => {
      const { code, out, err } = await terrier([name, '--help'])
      expect(code).toBe(0)
      expect(err).toBe('')
      expect(out).toContain(`Usage: terrier ${name}`)
      if (alias !== undefined) expect((await terrier([alias, '--help'])).out).toBe(out)
      expect((await terrier(['help', name])).out).toBe(out)
      for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(140)
    })
    it(`${name} refuses unknown options with the nearest one`, async () => {
      const { code, err } = await terrier([name, '--hepl'])
      expect(code).toBe(2)
      expect(err).toContain('error[CLI001]: unknown option "--hepl"')
      expect(err).toContain('did you mean "--help"?')
    })
  }
  it('with results documents examples and exit codes', async () => {
    for (const name of ['hunt', 'explain', 'test', 'lint', 'logs']) {
      const { out } = await terrier([name, '--help'])
      expect(out, name).toContain('Examples:')
      expect(out, name).toContain('Exit codes:')
    }
  })
})

describe('help', () => {
  it('explains every code', async () => {
    for (const [code, title] of allCodes()) {
      const { code: exit, out } = await terrier(['help', code.toLowerCase()])
      expect(exit, code).toBe(0)
      expect(out).toContain(`${code}: ${title}`)
    }
  })
  it('lists codes, formats, schemas and exit codes', async () => {
    const listed = (await terrier(['help', 'codes'])).out
    for (const code of Object.keys(codes)) expect(listed).toContain(code)
    expect((await terrier(['help', 'formats'])).out).toContain('evtx')
    expect((await terrier(['help', 'schemas'])).out).toContain('terrier schemas defender')
    expect((await terrier(['help', 'exits'])).out).toContain('130  interrupted')
  })
  it('guesses a code', async () => {
    const { code, err } = await terrier(['help', 'CLI0O1'])
    expect(code).toBe(2)
    expect(err).toContain('error[CLI010]')
    expect(err).toContain('did you mean "CLI001"?')
  })
})

const has = (program: string) => spawnSync(program, ['--version']).status === 0

describe('completions', () => {
  it('exist for four shells and hold every verb and option', async () => {
    for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
      const { code, out } = await terrier(['completions', shell])
      expect(code).toBe(0)
      for (const verb of verbs) expect(out, shell).toContain(verb.name)
      for (const word of ['show-skipped', 'timeline', 'high+', 'scan']) expect(out, shell).toContain(word)
    }
  })
  it('refuse another shell', async () => {
    const { code, err } = await terrier(['completions', 'fsih'])
    expect(code).toBe(2)
    expect(err).toContain('error[CLI011]')
    expect(err).toContain('did you mean "fish"?')
    expect((await terrier(['completions'])).code).toBe(2)
  })
  it.skipIf(!has('bash'))('work in bash', async () => {
    const { out } = await terrier(['completions', 'bash'])
    const ask = (words: string[]) =>
      execFileSync('bash', [
        '-c',
        `${out}\nCOMP_WORDS=(${words.map(word => `'${word}'`).join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _terrier; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ])
        .toString()
        .trim()
        .split('\n')
    expect(ask(['terrier', 'hu'])).toEqual(['hunt'])
    expect(ask(['terrier', 'hunt', '--show'])).toEqual(['--show-skipped'])
    expect(ask(['terrier', 'scan', '-f', 'sa'])).toEqual(['sarif'])
    expect(ask(['terrier', 'completions', 'po'])).toEqual(['powershell'])
    expect(ask(['terrier', 'hunt', 'package.js'])).toEqual(['package.json'])
  })
  for (const [shell, flag] of [
    ['zsh', '-n'],
    ['fish', '-n'],
  ] as const) {
    const present = has(shell)
    if (!present) console.log(`skipped: completions for ${shell} are not parsed, it is not installed`)
    it.skipIf(!present)(`are valid ${shell}`, async () => {
      const { out } = await terrier(['completions', shell])
      execFileSync(shell, [flag, '/dev/stdin'], { input: out })
    })
  }
})

describe('the built command', () => {
  const built = 'dist/bin/terrier.js'
  const present = existsSync(built)
  if (!present) console.log(`skipped: ${built} is not there; run npm run build`)
  it.skipIf(!present)('starts at once', () => {
    const time = (...args: string[]) => {
      const from = performance.now()
      const { stdout, status } = spawnSync(process.execPath, args)
      expect(status).toBe(0)
      return { took: performance.now() - from, said: stdout.toString() }
    }
    let bare = Number.POSITIVE_INFINITY
    let own = Number.POSITIVE_INFINITY
    for (let round = 0; round < 5; round++) {
      bare = Math.min(bare, time('-e', '0').took)
      const { took, said } = time(built, '--version')
      own = Math.min(own, took)
      expect(said).toMatch(/^\d+\.\d+\.\d+\n$/)
    }
    // 150 ms on an idle machine, where Node alone takes about 50; a busy one is measured against Node alone.
    expect(own).toBeLessThan(Math.max(150, 3 * bare))
  })
  it.skipIf(!present)('ends on Ctrl-C while it waits for its input, and writes what was found', async () => {
    const child = spawn(process.execPath, [built, 'hunt', '-', '-r', 'test/cli/samples/rules', '-f', 'json'])
    let out = ''
    let err = ''
    child.stdout.on('data', chunk => (out += chunk))
    child.stderr.on('data', chunk => (err += chunk))
    // Enough for the format to be found and the first alerts to be told, and the pipe stays open.
    child.stdin.write(readFileSync('test/cli/samples/logs/sysmon.jsonl', 'utf8').repeat(200))
    for (let wait = 0; wait < 600 && out === ''; wait++) await new Promise(resolve => setTimeout(resolve, 50))
    child.kill('SIGINT')
    const code = await new Promise(resolve => child.on('close', resolve))
    expect(err).not.toContain('error')
    expect(code).toBe(130)
    expect(JSON.parse(out).length).toBeGreaterThan(0)
  })
  it.skipIf(!present)('ends in silence when its reader leaves', () => {
    const { status, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" ${built} help codes | head -1`])
    expect(status).toBe(0)
    expect(stderr.toString()).toBe('')
  })
})
