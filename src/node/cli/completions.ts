// `terrier completions`: a script for a shell, made from the grammar of the verbs, so that it cannot differ from it.

import { Command } from 'commander'
import { suggest } from '../../text/suggest.ts'
import type { Io } from './io.ts'
import { misuse, refuse } from './options.ts'
import { type Verb, verbs } from './verb.ts'

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const

/** An option as completions see it. */
interface Flag {
  /** `-r` and `--rules`, those that exist. */
  readonly names: readonly string[]
  readonly long: string
  readonly takes: boolean
  readonly values: readonly string[]
  readonly about: string
}

interface Entry {
  readonly names: readonly string[]
  readonly about: string
  readonly flags: readonly Flag[]
  /** Words offered for the argument; files when empty. */
  readonly words: readonly string[]
}

async function entries(): Promise<readonly Entry[]> {
  return Promise.all(
    verbs.map(async line => {
      const verb = await line.load()
      const command = verb.command().helpOption('-h, --help', 'show this help')
      const flags = command
        .createHelp()
        .visibleOptions(command)
        .map((option): Flag => {
          const long = option.long ?? option.short ?? ''
          const values = verb.values?.[long.replace(/^-+/, '')] ?? []
          const names = [option.short, option.long].filter(name => name !== undefined)
          return { names, long, takes: option.required || option.optional, values, about: option.description }
        })
      const names = line.alias === undefined ? [line.name] : [line.name, line.alias]
      return { names, about: line.summary, flags, words: verb.values?.[''] ?? [] }
    }),
  )
}

function bash(all: readonly Entry[]): string {
  const cases = all.map(entry => {
    const valued = entry.flags.filter(flag => flag.values.length > 0)
    const files = entry.flags.filter(flag => flag.takes && flag.values.length === 0)
    const lines = [
      ...valued.map(
        flag => `        ${flag.names.join('|')}) COMPREPLY=($(compgen -W "${flag.values.join(' ')}" -- "$word")); return ;;`,
      ),
      ...(files.length === 0
        ? []
        : [`        ${files.flatMap(flag => flag.names).join('|')}) COMPREPLY=($(compgen -f -- "$word")); return ;;`]),
    ]
    const before = lines.length === 0 ? '' : `      case "$last" in\n${lines.join('\n')}\n      esac\n`
    const words = entry.words.length === 0 ? '' : `        COMPREPLY=($(compgen -W "${entry.words.join(' ')}" -- "$word"))\n`
    return `    ${entry.names.join('|')})
${before}      if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "${entry.flags.flatMap(flag => flag.names).join(' ')}" -- "$word"))
      else
${words === '' ? '        COMPREPLY=($(compgen -f -- "$word"))\n' : words}      fi ;;`
  })
  return `# bash completion for terrier: eval "$(terrier completions bash)"
_terrier() {
  local word=\${COMP_WORDS[COMP_CWORD]} last=\${COMP_WORDS[COMP_CWORD-1]} verb=\${COMP_WORDS[1]}
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "${all.flatMap(entry => entry.names).join(' ')} --help --version" -- "$word"))
    return
  fi
  case "$verb" in
${cases.join('\n')}
  esac
}
complete -o filenames -o bashdefault -F _terrier terrier
`
}

/** A text inside single quotes of a POSIX shell. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

function zsh(all: readonly Entry[]): string {
  const about = (text: string) => text.replace(/[[\]:\\]/g, '\\$&')
  const cases = all.map(entry => {
    const specs = entry.flags.flatMap(flag =>
      flag.names.map(name => {
        const value = !flag.takes ? '' : flag.values.length > 0 ? `:value:(${flag.values.join(' ')})` : ':file:_files'
        return `      ${quoted(`*${name}[${about(flag.about)}]${value}`)} \\`
      }),
    )
    const rest = entry.words.length > 0 ? `*:word:(${entry.words.join(' ')})` : '*:file:_files'
    return `    ${entry.names.join('|')})\n      _arguments \\\n${specs.join('\n')}\n      ${quoted(rest)} ;;`
  })
  const named = all.flatMap(entry => entry.names.map(name => `    ${quoted(`${name}:${about(entry.about)}`)}`))
  return `#compdef terrier
# zsh completion for terrier: terrier completions zsh > "\${fpath[1]}/_terrier"
_terrier() {
  local -a verbs
  verbs=(
${named.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'verb' verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case "$verb" in
${cases.join('\n')}
  esac
}
if [[ "$funcstack[1]" == _terrier ]]; then _terrier "$@"; else compdef _terrier terrier; fi
`
}

function fish(all: readonly Entry[]): string {
  const lines = [
    '# fish completion for terrier: terrier completions fish > ~/.config/fish/completions/terrier.fish',
    'complete -c terrier -n __fish_use_subcommand -f',
  ]
  for (const entry of all) {
    for (const name of entry.names)
      lines.push(`complete -c terrier -n __fish_use_subcommand -a ${name} -d ${quoted(entry.about)}`)
    const when = `-n ${quoted(`__fish_seen_subcommand_from ${entry.names.join(' ')}`)}`
    for (const flag of entry.flags) {
      const names = flag.names.map(name => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ')
      const value = !flag.takes ? '' : flag.values.length > 0 ? ` -x -a ${quoted(flag.values.join(' '))}` : ' -r -F'
      lines.push(`complete -c terrier ${when} ${names}${value} -d ${quoted(flag.about)}`)
    }
    if (entry.words.length > 0) lines.push(`complete -c terrier ${when} -f -a ${quoted(entry.words.join(' '))}`)
  }
  return `${lines.join('\n')}\n`
}

function powershell(all: readonly Entry[]): string {
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`
  const list = (values: readonly string[]) => `@(${values.map(text).join(', ')})`
  const rows = all.flatMap(entry =>
    entry.names.map(name => {
      const valued = entry.flags.filter(flag => flag.values.length > 0)
      const values = valued.flatMap(flag => flag.names.map(spelling => `${text(spelling)} = ${list(flag.values)}`))
      return `    ${text(name)} = @{ flags = ${list(entry.flags.flatMap(flag => flag.names))}; words = ${list(entry.words)}; values = @{ ${values.join('; ')} } }`
    }),
  )
  return `# PowerShell completion for terrier: terrier completions powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName terrier -ScriptBlock {
  param($word, $ast, $cursor)
  $verbs = @{
${rows.join('\n')}
  }
  $before = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { $_.ToString() })
  $found = if ($before.Count -le 1) { $verbs.Keys | Sort-Object }
    elseif ($verbs.ContainsKey($before[1])) {
      $verb = $verbs[$before[1]]
      $last = $before[-1]
      if ($verb.values.ContainsKey($last)) { $verb.values[$last] } elseif ($word -like '-*') { $verb.flags } else { $verb.words }
    }
  $found | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`
}

const scripts: Readonly<Record<(typeof shells)[number], (all: readonly Entry[]) => string>> = { bash, zsh, fish, powershell }

function command(): Command {
  return new Command('completions').argument('<shell>', shells.join(', ')).addHelpText(
    'after',
    `
Examples:
  eval "$(terrier completions bash)"
  terrier completions zsh > "\${fpath[1]}/_terrier"
  terrier completions fish > ~/.config/fish/completions/terrier.fish
  terrier completions powershell | Out-String | Invoke-Expression`,
  )
}

async function run(parsed: Command, io: Io): Promise<number> {
  const asked = parsed.args[0]?.toLowerCase() ?? ''
  const shell = asked === 'pwsh' ? 'powershell' : shells.find(known => known === asked)
  if (shell === undefined) {
    const near = suggest(asked, shells)
    return refuse(
      io,
      [
        misuse(
          'CLI011',
          `no shell "${asked}"`,
          near === undefined ? `the shells are ${shells.join(', ')}` : `did you mean "${near}"?`,
        ),
      ],
      'completions',
    )
  }
  io.stdout.write(scripts[shell](await entries()))
  return 0
}

export const verb: Verb = { command, run, values: { '': shells } }
