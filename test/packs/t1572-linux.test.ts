// The pack on Linux logs: the same programs as events under Sigma's names, as auditd records and as Sysmon for Linux raise the same alerts, each once.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { type LinuxExample, linuxStarts, makeLinuxSamples } from '../../packs/t1572/make-samples-linux.ts'
import { compile } from '../../src/engine/engine.ts'
import { hunt, isAlert } from '../../src/hunt.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { random } from '../logs/reading.ts'

const folder = new URL('../../packs/t1572/rules/', import.meta.url)
const files = readdirSync(folder).sort()
const read = readRules(files.map(name => ({ name, text: readFileSync(new URL(name, folder), 'utf8') })))
const program = compile(
  read.value!,
  schemas.filter(schema => schema.optIn !== true),
).value!

const examples: readonly LinuxExample[] = files.flatMap(file =>
  parseAllDocuments(readFileSync(new URL(file, folder), 'utf8')).flatMap(document => {
    const { tests = [] } = document.toJS() as { tests?: readonly { name: string; expect: string; events: unknown }[] }
    return tests.flatMap(test =>
      Array.isArray(test.events) ? [{ rule: file.slice(0, 7), name: test.name, expect: test.expect, events: test.events }] : [],
    )
  }),
)
const day = Date.UTC(2026, 2, 11)
const starts = linuxStarts(examples, day)
const samples = makeLinuxSamples(examples, day, random)

/** Who raised an alert, and for which process. */
async function alertsIn(name: string, text: string): Promise<string[]> {
  const found: string[] = []
  const source = {
    name,
    async *open() {
      yield new TextEncoder().encode(text)
    },
  }
  for await (const item of hunt(program, [source])) {
    if (isAlert(item)) {
      const rule = read.value![item.index]!
      found.push(`${rule.name} ${item.events[0]!.fields.ProcessId ?? ''}`)
    } else if (item.kind === 'unread') throw new Error(item.diagnostic.message)
  }
  return found.sort()
}

const plain = starts.map(start =>
  JSON.stringify({
    timestamp: new Date(start.at).toISOString(),
    Computer: 'LNX9',
    ProcessId: String(start.process),
    Image: start.image,
    CommandLine: start.list.join(' '),
    ParentImage: start.parent,
  }),
)

describe('the pack on Linux logs', async () => {
  const expected = await alertsIn('plain.jsonl', `${plain.join('\n')}\n`)

  it('finds every example that asks for an alert, and none that asks for silence', () => {
    expect(starts.length).toBeGreaterThan(60)
    const process = new Map(starts.map(start => [String(start.process), start]))
    const raised = new Set(expected.map(one => `${one.slice(0, 7).replace('_', '-')} ${one.slice(one.lastIndexOf(' ') + 1)}`))
    for (const start of starts) {
      const own = `${start.rule} ${start.process}`
      expect([own, start.list.join(' '), raised.has(own)]).toEqual([own, start.list.join(' '), start.expect === 'alert'])
    }
    expect([...raised].every(one => process.has(one.split(' ')[1]!))).toBe(true)
  })

  it('raises the same in the log of auditd, each command once, and beside them the module that is loaded', async () => {
    expect(await alertsIn('audit.log', samples['samples/auditd.log']!)).toEqual([...expected, 'tun_026_kernel_module '].sort())
  })

  it('raises the same in Sysmon for Linux', async () => {
    expect(await alertsIn('syslog', samples['samples/sysmon-linux.log']!)).toEqual(expected)
  })

  it('falls back to the argument list where its system call is not logged', async () => {
    const lists = samples['samples/auditd.log']!.split('\n').filter(line => line.includes(' type=EXECVE '))
    const alerts = await readAlone(`${lists.join('\n')}\n`)
    expect(alerts.every(name => name === 'tun_025_linux_ssh_auditd')).toBe(true)
    expect(alerts).toHaveLength(2)
  })
})

/** Alerts of a log whose notes are expected. */
async function readAlone(text: string): Promise<string[]> {
  const names: string[] = []
  const source = {
    name: 'audit.log',
    async *open() {
      yield new TextEncoder().encode(text)
    },
  }
  for await (const item of hunt(program, [source])) if (isAlert(item)) names.push(read.value![item.index]!.name!)
  return names
}
