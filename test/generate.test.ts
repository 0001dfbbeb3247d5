// Tests that are made of rules: what is in them, that the rule passes them as it is read back, that an edited rule does not, and what is refused.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generate } from '../src/generate.ts'
import type { Detection, Trial } from '../src/ir/detection.ts'
import { testsYaml } from '../src/node/cli/generate.ts'
import { ruleSources } from '../src/node/rulefiles.ts'
import { readRules } from '../src/rules/index.ts'
import { test } from '../src/trial.ts'
import { lines, terrier } from './cli/run.ts'

const rule = (detection: string, more = ''): string =>
  `title: Made\nid: 8a4d8a0e-7b0d-4c4e-9d50-000000000001\nlogsource:\n  product: windows\n  category: process_creation\n${more}detection:\n${detection
    .split('\n')
    .map(line => `  ${line}\n`)
    .join('')}`
const read = (text: string): Detection => readRules([{ name: 'made.yml', text }]).value![0]!
async function made(text: string): Promise<readonly Trial[]> {
  const { value, diagnostics } = await generate(read(text))
  expect(value, JSON.stringify(diagnostics)).toBeDefined()
  return value!
}
const told = (trials: readonly Trial[]) =>
  trials.map(({ expect: wanted, events }) => [wanted, 'dataset' in events ? {} : events[0]!.fields] as const)
/** How many of some tests a rule fails. */
async function failures(detection: Detection, tests: readonly Trial[]): Promise<number> {
  return (await test({ ...detection, tests })).filter(({ outcome }) => outcome !== 'passed').length
}

describe('tests of a rule', () => {
  it('have the text in its own spelling, in the other case, cut at both ends, and missing', async () => {
    const trials = told(await made(rule("selection:\n  CommandLine|contains: ' -R '\ncondition: selection")))
    for (const one of [
      ['alert', { CommandLine: ' -R ' }],
      ['alert', { CommandLine: ' -r ' }],
      ['silence', { CommandLine: '-R ' }],
      ['silence', { CommandLine: ' -R' }],
      ['silence', {}],
    ] as const)
      expect(trials).toContainEqual(one)
  })

  it('know the case that is heeded, and what stands at an open or closed end', async () => {
    const cased = told(await made(rule("selection:\n  CommandLine|contains|cased: ' -R '\ncondition: selection")))
    expect(cased).toContainEqual(['silence', { CommandLine: ' -r ' }])
    const ends = told(await made(rule("selection:\n  Image|endswith: '\\plink.exe'\ncondition: selection")))
    expect(ends).toContainEqual(['silence', { Image: 'plink.exe' }])
    expect(ends).toContainEqual(['silence', { Image: '\\plink.exex' }])
    const port = told(await made(rule("selection:\n  CommandLine|endswith: ':3389'\ncondition: selection")))
    expect(port).toContainEqual(['silence', { CommandLine: ':33890' }])
  })

  it('stand on both sides of numbers and networks', async () => {
    const numbers = told(await made(rule('selection:\n  DestinationPort|gte: 1024\ncondition: selection')))
    for (const [wanted, DestinationPort] of [
      ['silence', 1023],
      ['alert', 1024],
      ['alert', 1025],
    ] as const)
      expect(numbers).toContainEqual([wanted, { DestinationPort }])
    const network = told(await made(rule('selection:\n  DestinationIp|cidr: 10.20.0.0/16\ncondition: selection')))
    for (const [wanted, DestinationIp] of [
      ['alert', '10.20.0.0'],
      ['alert', '10.20.255.255'],
      ['silence', '10.19.255.255'],
      ['silence', '10.21.0.0'],
    ] as const)
      expect(network).toContainEqual([wanted, { DestinationIp }])
  })

  it('show each part deciding alone, what is excluded, and say why', async () => {
    const trials = await made(
      rule(
        "one:\n  Image|endswith: '\\a.exe'\ntwo:\n  Image|endswith: '\\b.exe'\nbut:\n  User: 'svc'\ncondition: (one or two) and not but",
      ),
    )
    const all = told(trials)
    for (const one of [
      ['alert', { Image: '\\a.exe' }],
      ['alert', { Image: '\\b.exe' }],
      ['silence', { Image: '\\b.exe', User: 'svc' }],
      ['alert', { Image: '\\b.exe', User: 'svcx' }],
    ] as const)
      expect(all.map(([wanted, fields]) => [wanted, Object.fromEntries(Object.entries(fields).sort())])).toContainEqual(one)
    const names = trials.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toContain('alert: Image ends with "\\a.exe"')
    expect(names).toContain('silence: it is excluded that User is "svc"')
    for (const { name, expect: wanted } of trials) expect(name.startsWith(`${wanted}: `), name).toBe(true)
  })

  it('are the same each time', async () => {
    const text = readFileSync('packs/t1572/rules/tun-001-plink-forward.yml', 'utf8')
    expect(await generate(read(text))).toEqual(await generate(read(text)))
  })

  it('name a part that decides nothing', async () => {
    const { diagnostics } = await generate(
      read(rule("selection:\n  CommandLine|contains:\n    - 'abc'\n    - 'xabcx'\ncondition: selection")),
    )
    const found = diagnostics.filter(({ code }) => code === 'GEN201')
    expect(found.map(({ message }) => message)).toEqual([
      'no test is made of CommandLine contains "xabcx": there is no event on which it decides anything',
    ])
  })

  it('are no more than asked for, and what is left out is counted', async () => {
    const members = Array.from({ length: 200 }, (_, index) => `    - 'tool${String(index).padStart(3, '0')}'`).join('\n')
    const detection = read(rule(`selection:\n  CommandLine|contains:\n${members}\ncondition: selection`))
    const { value, diagnostics } = await generate(detection, { most: 20 })
    expect(value).toHaveLength(20)
    expect(new Set(value!.map(trial => trial.expect))).toEqual(new Set(['alert', 'silence']))
    expect(diagnostics.map(({ code }) => code)).toContain('GEN202')
  })
})

describe('the rules of the pack', () => {
  it('pass their tests as they are read back from the YAML that is written, with alerts and silence each', async () => {
    const sources = await ruleSources(['packs/t1572/rules'], () => undefined)
    let count = 0
    for (const source of sources) {
      const found = readRules([source])
      const [detection] = found.value ?? []
      if (
        found.value?.length !== 1 ||
        detection?.query.from.kind !== 'class' ||
        detection.query.stages.some(({ kind }) => kind !== 'filter')
      )
        continue
      const { value: trials, diagnostics } = await generate(detection)
      expect(trials, `${source.name}: ${JSON.stringify(diagnostics)}`).toBeDefined()
      expect(diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([])
      const body = source.text.replace(/^tests:\n(?:(?:[ -].*)?\n)*/m, '')
      const again = readRules([{ name: source.name, text: `${body.trimEnd()}\n${testsYaml(trials!)}` }])
      expect(again.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
      const kept = again.value![0]!
      expect(kept.tests).toEqual(trials)
      expect(await failures(kept, kept.tests), source.name).toBe(0)
      expect(new Set(trials!.map(trial => trial.expect)), source.name).toEqual(new Set(['alert', 'silence']))
      count++
    }
    expect(count).toBeGreaterThan(10)
  })

  it('pass them as they are, also where they stand with others in a file', async () => {
    const sources = await ruleSources(['packs/t1572/rules'], () => undefined)
    const plain = readRules(sources).value!.filter(
      ({ query }) => query.from.kind === 'class' && query.stages.every(({ kind }) => kind === 'filter'),
    )
    expect(plain.length).toBeGreaterThan(30)
    for (const detection of plain) {
      const { value: trials, diagnostics } = await generate(detection, { most: 20 })
      expect(trials, `${detection.title}: ${JSON.stringify(diagnostics)}`).toBeDefined()
      expect(await failures(detection, trials!), detection.title).toBe(0)
    }
  })

  it('fail them when an edit has changed what they mean', async () => {
    const before = readFileSync('packs/t1572/rules/tun-001-plink-forward.yml', 'utf8')
    const trials = await made(before)
    const edits: readonly (readonly [string, string])[] = [
      ["Image|endswith: '\\plink.exe'", "Image|endswith: 'plink.exe'"],
      ["Image|endswith: '\\plink.exe'", "Image|contains: '\\plink.exe'"],
      ['condition: ', 'condition: not '],
      ['OriginalFileName:', 'OriginalFileName|cased:'],
    ]
    for (const [old, now] of edits) {
      if (!before.includes(old)) throw new Error(`the rule has no ${old}`)
      expect(await failures(read(before.replace(old, now)), trials), `${old} → ${now}`).toBeGreaterThan(0)
    }
  })
})

describe('terrier test --generate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'terrier-generate-'))
  const write = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  const plain = rule("selection:\n  CommandLine|contains: ' -R '\ncondition: selection")

  it('writes YAML that can be put behind the rule, and objects with -f jsonl', async () => {
    const path = write('plain.yml', plain)
    const { code, out, err } = await terrier(['test', '--generate', path])
    expect(code, err).toBe(0)
    writeFileSync(path, plain + out)
    const tested = await terrier(['test', path, '-f', 'table'])
    expect(tested.code, tested.out).toBe(0)
    expect(tested.out).toMatch(/[1-9]\d* passed, 0 failed, 0 skipped/)
    const rows = lines((await terrier(['test', '--generate', path, '-f', 'jsonl'])).out)
    expect(rows[0]).toMatchObject({
      rule: '8a4d8a0e-7b0d-4c4e-9d50-000000000001',
      expect: 'alert',
      events: [{ CommandLine: ' -R ' }],
    })
    expect((await terrier(['test', '--generate', path])).err).toContain('has tests already')
    expect((await terrier(['test', '--generate', path, '--most', '2', '-f', 'jsonl'])).out.trim().split('\n')).toHaveLength(2)
  })

  it('says of which rules none can be made: exit code 1', async () => {
    const never = write(
      'never.yml',
      rule("selection:\n  CommandLine: 'a'\nother:\n  CommandLine: 'b'\ncondition: selection and other"),
    )
    const { code, err } = await terrier(['test', '--generate', never])
    expect(code).toBe(1)
    expect(err).toContain('GEN001')
    expect((await terrier(['test', '--generate', 'test/cli/samples/queries/shell-has.kql'])).err).toContain(
      'only Sigma rules have a place for tests',
    )
  })

  it('refuses what makes no sense: exit codes 2 and 3', async () => {
    const path = write('sense.yml', plain)
    expect((await terrier(['test', path, '--generate', path])).code).toBe(2)
    expect((await terrier(['test', '--generate', path, '--most', 'many'])).code).toBe(2)
    expect((await terrier(['test', '--generate', join(folder, 'absent.yml')])).code).toBe(3)
  })
})
