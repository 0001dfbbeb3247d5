// Texts looked for without the boundary that was meant: a number that may go on, an option that begins inside a word, an option that asks for one kind of blank.

import { andMore, meaningCheck, quoted } from './meaning.ts'
import { mentions, programColumn } from './mentions.ts'
import { attachingPrograms } from './programs.ts'
import { type Asked, asking, escaped, exchanged, parting, pattern, type Question } from './question.ts'

const pages = {
  LNT301: {
    title: 'a number that may go on',
    what: 'A text that ends in a number is looked for where anything may follow, so the number may be the beginning of a longer one.',
    why: '":3389" is also in ":33890", and " -P 22" in " -P 2222": the rule fires for ports that nobody meant.',
    bad: { language: 'sigma', text: "selection:\n  CommandLine|contains: ' -P 22'\ncondition: selection" },
    good: { language: 'sigma', text: "selection:\n  CommandLine|contains: ' -P 22 '\ncondition: selection" },
  },
  LNT302: {
    title: 'an option that may begin inside a word',
    what: 'A short option is looked for without anything in front of it.',
    why: '"-R " is also at the end of "foo-R bar" and of "--user-R x".',
    bad: { language: 'sigma', text: "selection:\n  CommandLine|contains: '-R '\ncondition: selection" },
    good: { language: 'sigma', text: "selection:\n  CommandLine|contains: ' -R '\ncondition: selection" },
  },
  LNT303: {
    title: 'an option that must be followed by a blank',
    what: 'A short option is looked for with a blank behind it.',
    why: 'A tab, a quotation mark or, for programs that allow it, the value itself may follow: "-R\\t8080:…", "-R\\"8080:…" and "-L8080:…" are missed.',
    bad: { language: 'kql', text: 'DeviceProcessEvents | where FileName =~ "ssh.exe" and ProcessCommandLine has "-L "' },
    good: {
      language: 'kql',
      text: 'DeviceProcessEvents | where FileName =~ "ssh.exe" and ProcessCommandLine matches regex @"\\s-L[\\s\\x22\\d]"',
    },
  },
  LNT256: {
    title: 'the end of a name without a boundary',
    what: 'A column that holds a path or a file name is asked for its end, and the text asked for is a whole name.',
    why: '"plink.exe" is also the end of "notplink.exe". A backslash in front was left out, or one of several layers of escaping took it away.',
    bad: { language: 'eql', text: 'process where process.executable : "*plink.exe"' },
    good: { language: 'eql', text: 'process where process.executable : "*\\\\plink.exe"' },
  },
} as const

export const boundary = meaningCheck('boundary', pages, (detection, questions, tell) => {
  for (const question of questions) {
    for (const { first, count, text } of grouped(question, endsInNumber)) {
      const bounded = `${escaped(text)}(?:[^0-9]|$)`
      const start = first.told?.kind === 'text' && first.told.how === 'start' ? '^' : ''
      const other = asking(first, pattern(start + bounded, foldOf(first)))
      tell('LNT301', 'note', `${andMore(quoted(text.trim()), count)} may be the beginning of a longer number`, first.test, {
        hint: 'say what stands behind the number',
        witness: parting(question, exchanged(question.where, first.test, other), true),
      })
    }
    for (const { first, count, text } of grouped(question, beginsWithOption)) {
      const other = asking(first, pattern(`(?:^|[\\s"'])${escaped(text)}`, foldOf(first)))
      tell('LNT302', 'note', `${andMore(quoted(text), count)} may begin inside a word`, first.test, {
        hint: 'put a blank in front of it',
        witness: parting(question, exchanged(question.where, first.test, other), true),
      })
    }
    // Sigma documents have a check of their own.
    if (detection.written.language !== 'sigma')
      for (const { first, count, text } of grouped(question, bareEnd)) {
        const other = asking(first, pattern(`(?:^|[\\\\/])${escaped(text)}$`, foldOf(first)))
        tell('LNT256', 'note', `${andMore(quoted(text), count)} may be the end of a longer name`, first.test, {
          hint: `put a backslash in front: "not${text}" is found, too`,
          witness: parting(question, exchanged(question.where, first.test, other), true),
        })
      }
    const attaching = mentions(question, attachingPrograms)
    for (const { first, count, text } of grouped(question, needsBlank)) {
      const option = text.trim()
      const behind = attaching ? '[\\t"\'0-9]' : '[\\t"\']'
      const other = asking(first, pattern(`${escaped(option)}${behind}`, foldOf(first)))
      tell(
        'LNT303',
        'note',
        `${andMore(quoted(text), count)} ${count > 1 ? 'are' : 'is'} found before a blank only`,
        first.test,
        {
          hint: attaching ? 'a tab, a quotation mark or the value itself may follow' : 'a tab or a quotation mark may follow',
          witness: parting(question, exchanged(question.where, first.test, other), false),
        },
      )
    }
  }
})

const foldOf = ({ told }: Asked): boolean => told?.fold === true

/** Tests of one list that have the same flaw: the first of them, and how many there are. */
function grouped(
  { tests }: Question,
  flawed: (asked: Asked) => string | undefined,
): readonly { readonly first: Asked; readonly count: number; readonly text: string }[] {
  const groups = new Map<unknown, { first: Asked; count: number; text: string }>()
  for (const asked of tests) {
    if (asked.negated) continue
    const text = flawed(asked)
    if (text === undefined) continue
    const key = asked.above?.kind === 'or' ? asked.above : asked
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { first: asked, count: 1, text })
    else group.count++
  }
  return [...groups.values()]
}

function endsInNumber({ told }: Asked): string | undefined {
  if (told?.kind !== 'text' || (told.how !== 'anywhere' && told.how !== 'start')) return undefined
  // Addresses of IPv6 and times of day end in numbers that are whole.
  if (told.text.includes('::') || /^\D?\d?\d:\d\d$/.test(told.text)) return undefined
  return /(?::|(?:^|[^\w])[-/][A-Za-z]+[ =:]|\bport[ =:])\d{2,5}$/.test(told.text) ? told.text : undefined
}

function beginsWithOption({ told }: Asked): string | undefined {
  if (told?.kind === 'text' && told.how === 'anywhere') return /^-[A-Za-z]{1,2}[\s"'=:]*$/.test(told.text) ? told.text : undefined
  return undefined
}

function bareEnd({ told, field }: Asked): string | undefined {
  if (told?.kind !== 'text' || told.how !== 'end' || field === undefined || !programColumn.test(field)) return undefined
  return /^[\w+-]+\.(?:exe|dll|com|ps1|bat|scr)$/i.test(told.text) ? told.text : undefined
}

function needsBlank({ told }: Asked): string | undefined {
  if (told?.kind !== 'text' && told?.kind !== 'word') return undefined
  if (told.kind === 'text' && told.how !== 'anywhere') return undefined
  return /^[\s"']?-[LRDPwWpJ] $/.test(told.text) ? told.text : undefined
}
