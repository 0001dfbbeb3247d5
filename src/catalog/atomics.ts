// Atomic Red Team's tests: read from their YAML, arguments filled in, and the process and script events that their commands should leave. Facts: the project's schema of atomics.

import type { Detection } from '../ir/detection.ts'
import { type Event, isRecord, type Value } from '../ir/event.ts'
import { documents, type MapNode } from '../languages/sigma/yaml.ts'
import { toValue } from '../rules/metadata.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'
import { test } from '../trial.ts'
import type { AtomicFact } from './entry.ts'
import { plainEvent } from './plain.ts'

export const codes: Readonly<Record<string, string>> = {
  ATM001: 'a file of atomic tests that cannot be read',
}

type Fields = Readonly<Record<string, Value>>

/** An atomic test with the events that its command should leave. */
export interface Atomic extends Omit<AtomicFact, 'signal'> {
  readonly events: readonly Event[]
}

const text = (value: Value | undefined): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
const record = (value: Value | undefined): Fields => (isRecord(value) ? value : {})
const records = (value: Value | undefined): readonly Fields[] =>
  Array.isArray(value) ? (value as readonly Value[]).filter(isRecord) : []

/** Every test of some files. A file that holds none is reported. */
export function readAtomics(sources: readonly Source[]): {
  readonly atomics: readonly Atomic[]
  readonly diagnostics: readonly Diagnostic[]
} {
  const atomics: Atomic[] = []
  const diagnostics: Diagnostic[] = []
  for (const source of sources) {
    const read = documents(source)
    const roots = read.documents.flatMap(({ root }) => (root?.kind === 'map' ? [root] : []))
    const found = roots.flatMap(root => atomicsOf(root))
    if (found.length === 0)
      diagnostics.push({
        code: 'ATM001',
        severity: 'warning',
        message: 'this file holds no atomic tests',
        source,
        hint: 'a file of atomic tests has "attack_technique" and "atomic_tests"',
      })
    atomics.push(...found)
  }
  return { atomics, diagnostics }
}

function atomicsOf(root: MapNode): readonly Atomic[] {
  const whole = record(toValue(root))
  const technique = text(whole.attack_technique).toUpperCase()
  if (technique === '') return []
  return records(whole.atomic_tests).map((one, place): Atomic => {
    const executor = record(one.executor)
    const given = Object.entries(record(one.input_arguments)).map(([name, argument]) => ({
      name,
      description: text(record(argument).description).trim(),
      fallback: text(record(argument).default),
    }))
    const fill = (command: Value | undefined): string => {
      let filled = text(command).trim()
      for (const { name, fallback } of given) filled = filled.replaceAll(`#{${name}}`, fallback)
      return filled
    }
    const command = fill(executor.command ?? executor.steps)
    const cleanup = fill(executor.cleanup_command)
    const platforms = (Array.isArray(one.supported_platforms) ? (one.supported_platforms as readonly Value[]) : []).map(text)
    const name = text(executor.name)
    return {
      technique,
      id: text(one.auto_generated_guid) || `${technique}-${place + 1}`,
      name: text(one.name),
      description: text(one.description).trim(),
      platforms,
      executor: name,
      command,
      ...(cleanup === '' ? {} : { cleanup }),
      elevated: executor.elevation_required === true,
      prerequisites: records(one.dependencies).map(dependency => {
        const check = fill(dependency.prereq_command)
        const install = fill(dependency.get_prereq_command)
        return {
          description: fill(dependency.description),
          ...(check === '' ? {} : { check }),
          ...(install === '' ? {} : { install }),
        }
      }),
      arguments: given,
      events: eventsOf(command, name, platforms),
    }
  })
}

const mostLines = 12

/** Whether a word of a command line is a program that starts a process of its own, as far as its look tells. */
const program = /^(?:"([^"]+\.exe)"|'([^']+\.exe)'|((?:[A-Za-z]:|%\w+%|\$env:\w+)?[^\s"'|&;<>()]*\.exe))/i

const shells: Readonly<Record<string, string>> = {
  powershell: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  command_prompt: 'C:\\Windows\\System32\\cmd.exe',
  sh: '/bin/sh',
  bash: '/bin/bash',
}

/** Programs of Windows that people call without their ending. */
const plainPrograms: ReadonlySet<string> = new Set(
  'at attrib bitsadmin certutil cmd cscript curl esentutl ipconfig mshta msiexec net net1 netsh netstat nltest nslookup ping plink powershell reg regsvr32 rundll32 sc schtasks ssh systeminfo taskkill tasklist vssadmin wevtutil whoami wmic wscript'.split(
    ' ',
  ),
)

/** The events that a command should leave: the shell's own start, the programs it starts, and the script block of PowerShell. */
function eventsOf(command: string, executor: string, platforms: readonly string[]): readonly Event[] {
  const shell = shells[executor]
  if (shell === undefined || command === '') return []
  const unix = executor === 'sh' || executor === 'bash'
  const product = unix ? (platforms.includes('linux') ? 'linux' : 'macos') : 'windows'
  const process = { product, category: 'process_creation' }
  const lines = command
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !/^(?:#|::|rem\s)/i.test(line))
    .slice(0, mostLines)
  const events: Event[] = []
  const add = (image: string, line: string, parent: string): void => {
    const name = image.slice(Math.max(image.lastIndexOf('\\'), image.lastIndexOf('/')) + 1)
    events.push({
      fields: {
        Image: image,
        CommandLine: line,
        ...(unix ? {} : { OriginalFileName: name }),
        ParentImage: parent,
        _class: process,
      },
    })
  }
  if (executor === 'powershell') {
    events.push({ fields: { ScriptBlockText: command, _class: { product: 'windows', category: 'ps_script' } } })
    add(shell, `"powershell.exe" & {${command}}`, shell)
  } else if (executor === 'command_prompt') add(shell, `"cmd.exe" /c ${lines.join(' & ')}`, shells.powershell!)
  else add(shell, `${executor} -c ${lines.join('; ')}`, shell)
  for (const line of lines)
    for (const part of line.split(/&&|\|\||[|&;]/).map(one => one.trim())) {
      if (unix) {
        const word = /^(?:sudo\s+|nohup\s+)*([\w./-]+)/.exec(part)?.[1]
        if (word !== undefined && /[a-z]/i.test(word))
          add(word.startsWith('/') ? word : `/usr/bin/${word.replace(/^.*\//, '')}`, part, shell)
        continue
      }
      const found = program.exec(part)
      const path = found?.[1] ?? found?.[2] ?? found?.[3]
      const word = /^[\w-]+/.exec(part)?.[0]?.toLowerCase()
      if (path !== undefined) add(/[\\/]/.test(path) ? path : `C:\\Windows\\System32\\${path}`, part, shell)
      else if (word !== undefined && plainPrograms.has(word)) add(`C:\\Windows\\System32\\${word}.exe`, part, shell)
    }
  return events
}

/** An atomic test beside a rule: which of its events the rule fires on. */
export async function signalOf(detection: Detection, atomic: Atomic): Promise<AtomicFact['signal']> {
  const results = await test({
    ...detection,
    tests: atomic.events.map((event, place) => ({ name: String(place), events: [event], expect: 'alert' })),
  })
  return atomic.events.map((event, place) => {
    const { _class, ...fields } = event.fields
    return { event: plainEvent({ fields }), fires: results[place]!.outcome === 'passed' }
  })
}
