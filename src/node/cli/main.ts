// The command line: finds the verb, reads its arguments, runs it, and turns what happened into one exit code.

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { CommanderError } from 'commander'
import { suggest } from '../../text/suggest.ts'
import { version } from '../package.ts'
import type { Io } from './io.ts'
import { misuse, refuse } from './options.ts'
import { type VerbLine, verbs } from './verb.ts'

/** The verb of a name or alias. */
function verbNamed(name: string): VerbLine | undefined {
  return verbs.find(verb => verb.name === name || verb.alias === name)
}

/** Global flags written before the verb are as good as behind it. */
function withVerbFirst(args: readonly string[]): readonly string[] {
  const leading: string[] = []
  let at = 0
  for (; at < args.length; at++) {
    const arg = args[at]!
    if (['-q', '--quiet', '-v', '--verbose', '--no-progress'].includes(arg) || arg.startsWith('--color=')) leading.push(arg)
    else if (arg === '--color' && at + 1 < args.length) leading.push(arg, args[++at]!)
    else break
  }
  return at === 0 || at === args.length ? args : [args[at]!, ...leading, ...args.slice(at + 1)]
}

/** Runs one command line (without the program's own name) in a world, and returns its exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const args = withVerbFirst(argv)
  const name = args[0]
  if (name === undefined || name === '--help' || name === '-h') {
    const { overview } = await import('./help.ts')
    ;(name === undefined ? io.stderr : io.stdout).write(overview())
    return name === undefined ? 2 : 0
  }
  if (name === '--version' || name === '-V') {
    io.stdout.write(`${version()}\n`)
    return 0
  }
  const line = verbNamed(name)
  if (line === undefined) return refuse(io, [unknownVerb(name, io)])
  const verb = await line.load()
  const command = verb.command().name(`terrier ${line.name}`).description(line.summary).helpOption('-h, --help', 'show this help')
  if (line.alias !== undefined) command.alias(line.alias)
  command.exitOverride().configureOutput({
    writeOut: text => void io.stdout.write(text),
    writeErr: () => undefined,
    getOutHelpWidth: () => Math.min(io.stdout.columns ?? 100, 120),
    getOutHasColors: () => false,
  })
  try {
    await command.parseAsync([...args.slice(1)], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    // Commander's own wording, brought into the house's form: quotes, and the suggestion as the hint.
    const [first = '', ...more] = error.message.replace(/^error: /, '').split('\n')
    const hint = /\(Did you mean (?:one of )?(.+)\?\)/.exec(more.join(' '))?.[1]
    return refuse(
      io,
      [misuse('CLI001', first.replaceAll("'", '"'), hint === undefined ? undefined : `did you mean "${hint}"?`)],
      line.name,
    )
  }
  return verb.run(command, io)
}

function unknownVerb(name: string, io: Io) {
  if (name.startsWith('-')) {
    return misuse('CLI001', `unknown option "${name}" before the verb`, 'the verb comes first: terrier hunt LOG…')
  }
  if (existsSync(resolve(io.cwd, name))) return misuse('CLI002', `no verb "${name}"`, `to search it: terrier hunt ${name}`)
  const near = suggest(
    name,
    verbs.flatMap(verb => (verb.alias === undefined ? [verb.name] : [verb.name, verb.alias])),
  )
  const list = `the verbs are ${verbs.map(verb => verb.name).join(', ')}`
  return misuse('CLI002', `no verb "${name}"`, near === undefined ? list : `did you mean "${near}"? ${list}`)
}
