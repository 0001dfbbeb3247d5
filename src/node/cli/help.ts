// `terrier help`: the verbs, a code that a message showed, or a topic.

import { Command } from 'commander'
import type { Example, Page } from '../../checks/check.ts'
import { suggest } from '../../text/suggest.ts'
import { version } from '../package.ts'
import { exits } from './exit.ts'
import type { Io } from './io.ts'
import { formats, misuse, refuse } from './options.ts'
import { type Verb, verbs } from './verb.ts'

/** The help of the command itself: what it is, its verbs, examples, exit codes. */
export function overview(): string {
  const names = verbs.map(verb => (verb.alias === undefined ? verb.name : `${verb.name}, ${verb.alias}`))
  const room = Math.max(...names.map(name => name.length))
  return `terrier ${version()}: write a detection once, run it anywhere, know it works

Usage: terrier VERB [argument...] [option...]

Verbs:
${verbs.map((verb, index) => `  ${names[index]!.padEnd(room)}  ${verb.summary}`).join('\n')}

Examples:
  terrier hunt packs/t1572/samples
  terrier hunt evtx/ -r sigma/rules --level high+ -o timeline.csv
  terrier convert rule.yml -t splunk
  terrier explain rule.yml --event event.json
  terrier test rules/ && terrier lint rules/
  terrier help hunt, terrier hunt --help, terrier help CODE, terrier help formats

Options of every verb: -h, --help; of the command: -V, --version
Data goes to standard output, everything said about it to standard error. A terminal gets a table, a pipe JSON Lines.

Exit codes:
${Object.entries(exits)
  .map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`)
  .join('\n')}
`
}

/** What the first digit of a code says. */
const kinds: Readonly<Record<string, string>> = {
  '0': 'It means that something could not be read; what could be read is used.',
  '1': 'It means that something was understood and cannot be said or run here; nothing was dropped in silence.',
  '2': 'It means that the text is valid and probably not what was meant.',
  '3': 'It means that something works, but slower or looser than it looks.',
}

async function topic(name: string): Promise<string | undefined> {
  switch (name.toLowerCase()) {
    case 'formats': {
      const [{ logFormats }, { ruleFormats }, { parquet }] = await Promise.all([
        import('../../logs/index.ts'),
        import('../../rules/index.ts'),
        import('../archives/parquet.ts'),
      ])
      const list = (items: readonly { readonly id: string; readonly title: string }[]) =>
        items.map(item => `  ${item.id.padEnd(10)} ${item.title}\n`).join('')
      return `Logs that can be read (found by content; also inside gzip, bzip2, xz, Zstandard, zip and tar):\n${list([...logFormats, parquet()])}\nRules that can be read:\n${list(ruleFormats)}\nResults that can be written (-f, or by the ending of -o; each verb names its own):\n  ${formats.join(', ')}\n`
    }
    case 'exits':
      return `Exit codes:\n${Object.entries(exits)
        .map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}\n`)
        .join('')}`
    case 'codes': {
      const { allCodes } = await import('./codes.ts')
      return [...allCodes()].map(([code, title]) => `${code}  ${title}\n`).join('')
    }
    default:
      return undefined
  }
}

/** The page of a check: what is found, why it matters, and an example of each kind. */
function explained({ what, why, bad, good }: Page): string {
  const example = ({ language, text }: Example) =>
    `\n${text
      .split('\n')
      .map(line => `  ${line}`)
      .join('\n')}\n  (${language === 'sigma' ? 'from a Sigma rule' : language})`
  return `\nWhat: ${what}\nWhy:  ${why}\n\nWith it:${example(bad)}\n\nWithout it:${example(good)}\n`
}

const topics = ['formats', 'exits', 'codes']

function command(): Command {
  return new Command('help').argument('[code]', `a code such as SIG012, a verb, or one of ${topics.join(', ')}`)
}

async function run(parsed: Command, io: Io): Promise<number> {
  const name = parsed.args[0]
  if (name === undefined) {
    io.stdout.write(overview())
    return 0
  }
  const about = await topic(name)
  if (about !== undefined) {
    io.stdout.write(about)
    return 0
  }
  if (verbs.some(verb => verb.name === name || verb.alias === name)) {
    const { main } = await import('./main.ts')
    return main([name, '--help'], io)
  }
  const { allCodes } = await import('./codes.ts')
  const codes = allCodes()
  const code = name.toUpperCase()
  const title = codes.get(code)
  if (title !== undefined) {
    const digit = code.slice(3, 4)
    const kind = Object.hasOwn(kinds, digit) && !code.startsWith('CLI0') ? `\n${kinds[digit]}` : ''
    const { pages } = await import('../../lint.ts')
    const page = Object.hasOwn(pages, code) ? pages[code] : undefined
    io.stdout.write(`${code}: ${title}${kind}\n${page === undefined ? '' : explained(page)}`)
    return 0
  }
  const near = suggest(name, [...codes.keys(), ...topics, ...verbs.map(verb => verb.name)])
  return refuse(io, [
    misuse(
      'CLI010',
      `no code, verb or topic "${name}"`,
      near === undefined ? `topics: ${topics.join(', ')}` : `did you mean "${near}"?`,
    ),
  ])
}

export const verb: Verb = { command, run, values: { '': topics } }
