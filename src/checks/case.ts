// Case taken away where it tells two things apart, and counted where the system does not heed it.

import { and, not } from '../ir/logic.ts'
import { readPortable } from '../ir/regex.ts'
import { andMore, meaningCheck, quoted } from './meaning.ts'
import { commandColumn, mentions, programColumn } from './mentions.ts'
import { samples } from './patterns.ts'
import { casedPrograms, foldingPrograms } from './programs.ts'
import { type Asked, asking, eventWith, exchanged, globOf, parting, type Question } from './question.ts'

const pages = {
  LNT304: {
    title: 'an option found in both cases',
    what: 'A one-letter option is looked for without regard to case, and the program means two things by the two letters.',
    why: 'With -L plink forwards a port, with -l it names a user: the rule fires for every login.',
    bad: {
      language: 'sigma',
      text: "selection:\n  Image|endswith: '\\plink.exe'\n  CommandLine|contains: ' -L '\ncondition: selection",
    },
    good: {
      language: 'sigma',
      text: "selection:\n  Image|endswith: '\\plink.exe'\n  CommandLine|contains|cased: ' -L '\ncondition: selection",
    },
  },
  LNT305: {
    title: 'case counted in a name that has none',
    what: 'The name of a program or file of Windows is compared with its case.',
    why: 'Windows does not heed the case of file names: PLINK.EXE is the same program, and is missed.',
    bad: { language: 'kql', text: 'DeviceProcessEvents | where FileName == "plink.exe"' },
    good: { language: 'kql', text: 'DeviceProcessEvents | where FileName =~ "plink.exe"' },
  },
} as const

export const letterCase = meaningCheck('case', pages, (detection, questions, tell) => {
  for (const question of questions) {
    options(question, tell)
    // Whoever writes "cased" in Sigma means it.
    if (detection.written.language !== 'sigma') names(question, tell)
  }
})

type Tell = Parameters<Parameters<typeof meaningCheck>[2]>[2]

const option = /(?:^|[\s"'*])-([A-Za-z])(?=$|[\s"'=:*])/

function options(question: Question, tell: Tell): void {
  const cased = mentions(question, casedPrograms)
  if (mentions(question, foldingPrograms)) return
  // KQL's own reader speaks of `has`.
  const silent = question.detection.written.language === 'kql'
  let named = false
  const groups = new Map<unknown, { first: Asked; letter: string; count: number }>()
  for (const asked of question.tests) {
    const { told, negated, above, field } = asked
    if (field !== undefined && programColumn.test(field) && !commandColumn.test(field)) named = true
    if (told === undefined || negated || !told.fold || (field !== undefined && !commandColumn.test(field))) continue
    if (told.kind === 'word' && silent) continue
    const text = told.kind === 'regex' ? letters(told.pattern) : option.exec(told.text)?.[1]
    if (text === undefined) continue
    const key = above?.kind === 'or' ? above : asked
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { first: asked, letter: text, count: 1 })
    else group.count++
  }
  for (const { first, letter, count } of groups.values()) {
    const { told } = first
    if (told === undefined) continue
    // Where no such program is named, a capital that stands alone shows that its author minded.
    const alone = told.kind === 'regex' || told.text.replace(/[\s"'*]/g, '').length === 2
    if (!cased && (named || letter !== letter.toUpperCase() || !alone)) continue
    if (told.kind === 'regex') {
      const swapped = told.pattern.replace(choice, whole => `(?-i:${whole.replace(/[A-Za-z]/g, swap)})`)
      const own = told.pattern.replace(choice, whole => `(?-i:${whole})`)
      const tree = readPortable(swapped).value
      const event =
        tree === undefined
          ? undefined
          : eventWith(
              question,
              first,
              samples(tree),
              and([
                question.where,
                asking(first, { kind: 'regex', pattern: swapped, fold: false, whole: told.whole }),
                not(asking(first, { kind: 'regex', pattern: own, fold: false, whole: told.whole })),
              ]),
            )
      tell('LNT304', 'note', `case is ignored, so the option -${letter} is also -${swap(letter)}`, first.test, {
        hint: 'let case count for the option: (?-i:…)',
        witness: event === undefined ? undefined : { event, matches: true },
      })
      continue
    }
    const { match } = first.test
    const heeding = told.kind === 'text' ? globOf(told, false) : match.kind === 'word' ? { ...match, fold: false } : undefined
    tell(
      'LNT304',
      'note',
      `case is ignored, so ${andMore(quoted(`-${letter}`), count)} ${count > 1 ? 'are' : 'is'} also found as "-${swap(letter)}"`,
      first.test,
      {
        hint: 'compare the option with its case',
        witness:
          heeding === undefined
            ? undefined
            : parting(question, exchanged(question.where, first.test, asking(first, heeding)), true),
      },
    )
  }
}

const choice = /(?<=-)(?:\((?:\?:)?[A-Za-z](?:\|[A-Za-z])*\)|\[[A-Za-z]{2,6}\])(?![A-Za-z])/

/** The letters of an option in a pattern: `-(R|D|L)`, `-[RDL]`. */
function letters(text: string): string | undefined {
  const found = choice.exec(text)?.[0].replace(/\?:/, '')
  return found === undefined ? undefined : /[A-Za-z]/.exec(found)?.[0]
}

const swap = (letter: string): string => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase())

function names(question: Question, tell: Tell): void {
  const flawed = question.tests.filter(({ told, field, negated }) => {
    if (told === undefined || told.fold || negated) return false
    if (told.kind === 'regex') return field === undefined && /\\\.exe\b/.test(told.pattern)
    return (
      (field === undefined || programColumn.test(field) || commandColumn.test(field)) &&
      /\.(?:exe|dll|ps1|bat|cmd|vbs|js|hta|com|scr|msi|sys)\b/i.test(told.text)
    )
  })
  const [first] = flawed
  if (first?.told === undefined) return
  const { match } = first.test
  const folding =
    first.told.kind === 'text'
      ? globOf(first.told, true)
      : match.kind === 'word' || match.kind === 'regex'
        ? { ...match, fold: true }
        : undefined
  const text = first.told.kind === 'regex' ? first.told.pattern : first.told.text
  tell(
    'LNT305',
    'note',
    `${andMore(quoted(text), flawed.length)} ${flawed.length > 1 ? 'are' : 'is'} found in these letters only, and Windows does not heed case`,
    first.test,
    {
      hint: 'compare without regard to case',
      witness:
        folding === undefined
          ? undefined
          : parting(question, exchanged(question.where, first.test, asking(first, folding)), false),
    },
  )
}
