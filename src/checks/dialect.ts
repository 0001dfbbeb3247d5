// Regular expressions that are read otherwise than they look: classes where a path was meant, dots, anchors that are none, escapes of nothing.

import { and, not } from '../ir/logic.ts'
import type { Predicate } from '../ir/predicate.ts'
import { type RegexTree, readPortable } from '../ir/regex.ts'
import { meaningCheck, quoted, textAt } from './meaning.ts'
import { bare, everyPart, letterOf, type Pattern, patternsOf, samples, written } from './patterns.ts'
import { asking, escaped, eventWith, exchanged, parting, pattern, type Question } from './question.ts'

const pages = {
  LNT280: {
    title: 'a backslash of a path that makes a class of characters',
    what: 'In a regular expression a single backslash stands before a name: "\\s" of "\\socat.exe" is any blank, "\\p" begins a class, "\\d" is a digit.',
    why: 'The path is never found, and other text is: " ocat.exe" instead of "\\socat.exe".',
    bad: { language: 'kql', text: 'DeviceProcessEvents | where FolderPath matches regex @"\\socat\\.exe"' },
    good: { language: 'kql', text: 'DeviceProcessEvents | where FolderPath matches regex @"\\\\socat\\.exe"' },
  },
  LNT281: {
    title: 'a dot that is any character',
    what: 'The dot before the ending of a file is not escaped in a regular expression.',
    why: 'A dot is any character: "plink.exe" also finds "plinkXexe".',
    bad: { language: 'kql', text: 'DeviceProcessEvents | where FileName matches regex "(plink|putty).exe"' },
    good: { language: 'kql', text: 'DeviceProcessEvents | where FileName matches regex @"(plink|putty)\\.exe"' },
  },
  LNT282: {
    title: 'an anchor where there is none',
    what: 'A regular expression of Lucene begins with "^" or ends with "$".',
    why: 'In Lucene an expression must match the whole value already, and the two signs are ordinary characters: nothing is found.',
    bad: { language: 'esql', text: 'FROM logs-* | WHERE process.name RLIKE "^plink.*"' },
    good: { language: 'esql', text: 'FROM logs-* | WHERE process.name RLIKE "plink.*"' },
  },
  LNT283: {
    title: 'escapes of characters that need none',
    what: 'A regular expression escapes characters such as "-", "=", ":", "," or "@", which mean only themselves.',
    why: 'PCRE passes over it; Lucene, RE2 in some places and JavaScript with the flag "u" refuse it, so the expression cannot be moved.',
    bad: { language: 'spl', text: 'index=x | regex process="\\-R\\=\\d+"' },
    good: { language: 'spl', text: 'index=x | regex process="-R=\\d+"' },
  },
  LNT284: {
    title: 'a field asked in the text of an event, by a name that others end with',
    what: 'An expression over the whole text of an event begins with the name of a field, and nothing stands in front of it.',
    why: '"Image" is also the end of "ParentImage" and "TargetImage": the lines of those fields are found, too.',
    bad: { language: 'powershell', text: "Get-WinEvent -LogName 'Security' | where { $_.message -match 'Image.*plink' }" },
    good: { language: 'powershell', text: "Get-WinEvent -LogName 'Security' | where { $_.message -match '\\bImage.*plink' }" },
  },
} as const

/** Names of fields of Sysmon that other names of its fields end with, and one of those. */
const longerNames: Readonly<Record<string, string>> = {
  Image: 'ParentImage',
  CommandLine: 'ParentCommandLine',
  User: 'ParentUser',
  ProcessId: 'ParentProcessId',
  ProcessGuid: 'ParentProcessGuid',
}

const endings = ['exe', 'dll', 'ps1', 'bat', 'cmd', 'vbs', 'sys', 'scr', 'hta']

export const dialect = meaningCheck('dialect', pages, (detection, questions, tell) => {
  const { language } = detection.written
  for (const question of questions)
    for (const one of patternsOf(question)) {
      classes(question, one, tell)
      // Sigma documents have a check of their own.
      if (language !== 'sigma' && !one.later) dots(question, one, tell)
      if (!one.later) fieldNames(question, one, tell)
      if (one.whole && /^(?:lucene|esql|eql)$/.test(language)) anchors(one, tell)
      const text = textAt(detection, one.asked.test) ?? ''
      const needless = new Set(
        [...text.matchAll(/(?<!\\)(?:\\\\)*(\\[-=:,@;!"'<>%&~`#])/g)]
          .map(found => found[1]!)
          .filter(sign => !/["'\\]$/.test(sign)),
      )
      const outside = [...needless].filter(sign => sign !== '\\-' || !/\[[^\]]*\\-[^\]]*\]/.test(text))
      if (outside.length > 0 && language !== 'sigma')
        tell(
          'LNT283',
          'note',
          `${outside.map(sign => `"${sign}"`).join(', ')} ${outside.length > 1 ? 'need' : 'needs'} no backslash`,
          one.asked.test,
          {
            hint: 'leave it out, so that other engines take the expression, too',
          },
        )
    }
})

type Tell = Parameters<Parameters<typeof meaningCheck>[2]>[2]

/** An event that an expression takes and another wording of it does not: one of the texts that it plainly takes, or what the search finds. */
function shown(
  question: Question,
  { asked, tree }: Pattern,
  other: Predicate,
  part: RegexTree = tree,
): ReturnType<typeof parting> {
  const where = exchanged(question.where, asked.test, other)
  const event = eventWith(question, asked, samples(part), and([question.where, not(where)]))
  return event === undefined ? parting(question, where, true) : { event, matches: true }
}

/** A class of one character, right before letters that end in the ending of a program. */
function classes(question: Question, one: Pattern, tell: Tell): void {
  const { tree, asked, text, fold } = one
  const source = textAt(question.detection, asked.test) ?? text
  for (const part of everyPart(tree)) {
    if (part.kind !== 'sequence') continue
    for (let at = 0; at < part.of.length; at++) {
      const here = bare(part.of[at]!)
      if (here.kind !== 'set' && !(here.kind === 'edge' && here.at === 'word')) continue
      let end = at + 1
      let name = ''
      for (
        let letter = letterOf(part.of[end]);
        letter !== undefined && /[a-z0-9_-]/.test(letter);
        letter = letterOf(part.of[end])
      ) {
        name += letter
        end++
      }
      const dot = part.of[end]
      if (name.length < 3 || dot === undefined || !(letterOf(dot) === '.' || bare(dot).kind === 'any')) continue
      const ending = [1, 2, 3].map(step => letterOf(part.of[end + step]) ?? '').join('')
      if (!endings.includes(ending)) continue
      const said = new RegExp(`(?<!\\\\)(\\\\(?:\\\\)?)([A-Za-z]{1,2})${name}\\\\*\\.`, 'i').exec(source)
      // Written with one backslash, or with two in a language whose texts take one of them away.
      if (said === null) continue
      const wanted = `${escaped(`\\${said[2]!}${name}`)}\\.${ending}`
      const kept = asking(asked, pattern(wanted, fold))
      tell(
        'LNT280',
        'warning',
        `"\\${said[2]}" before ${quoted(name)} is a class of characters, and no backslash of a path`,
        asked.test,
        {
          hint: `for the path write "\\\\${said[2]}${name}"`,
          witness: shown(question, one, kept, part),
        },
      )
    }
  }
}

/** A field's name at the beginning of an expression over the whole text of an event. */
function fieldNames(question: Question, { asked, text, whole, fold }: Pattern, tell: Tell): void {
  if (whole || (asked.field !== undefined && !/^(?:message|_raw|raw)$/i.test(asked.field))) return
  const found = /^(\(\?[a-z]+\))?([A-Z][A-Za-z]+)/.exec(text)
  const name = found?.[2]
  if (name === undefined || !Object.hasOwn(longerNames, name)) return
  const rest = text.slice(found![0].length)
  const as = (before: string) => asking(asked, pattern(`${found![1] ?? ''}${before}${rest}`, fold))
  const longer = as(longerNames[name]!)
  const tree = longer.match.kind === 'regex' ? readPortable(longer.match.pattern).value : undefined
  const wanted = and([question.where, not(as(`(?:^|[^A-Za-z])${name}`))])
  const event = tree === undefined ? undefined : eventWith(question, asked, samples(tree), wanted)
  tell('LNT284', 'note', `"${name}" is also the end of "${longerNames[name]}"`, asked.test, {
    hint: `write "\\b${name}", or ask the field itself`,
    witness: event === undefined ? undefined : { event, matches: true },
  })
}

function dots(question: Question, one: Pattern, tell: Tell): void {
  const { tree, asked, text, fold } = one
  for (const part of everyPart(tree)) {
    if (part.kind !== 'sequence') continue
    const at = part.of.findIndex((dot, place) => {
      if (bare(dot).kind !== 'any') return false
      const ending = [1, 2, 3].map(step => letterOf(part.of[place + step]) ?? '').join('')
      const before = part.of[place - 1]
      return endings.includes(ending) && before !== undefined && bare(before).kind !== 'any' && bare(before).kind !== 'repeat'
    })
    if (at === -1) continue
    const dot = part.of[at]!
    const other = written(replacedPart(tree, dot, { kind: 'char', point: 46, fold: false }))
    if (other === undefined) continue
    tell('LNT281', 'note', `the dot in ${quoted(text)} is any character`, asked.test, {
      hint: 'write "\\." for a dot',
      witness: shown(question, one, asking(asked, { kind: 'regex', pattern: other, fold, whole: false })),
    })
    return
  }
}

function replacedPart(tree: RegexTree, part: RegexTree, other: RegexTree): RegexTree {
  if (tree === part) return other
  if (tree.kind === 'sequence' || tree.kind === 'choice')
    return { ...tree, of: tree.of.map(inner => replacedPart(inner, part, other)) }
  return 'of' in tree ? { ...tree, of: replacedPart(tree.of, part, other) } : tree
}

function anchors({ tree, asked, text }: Pattern, tell: Tell): void {
  const parts = bare(tree).kind === 'sequence' ? (bare(tree) as RegexTree & { kind: 'sequence' }).of : [tree]
  const signs = [letterOf(parts[0]) === '^' ? '^' : '', letterOf(parts.at(-1)) === '$' ? '$' : ''].filter(sign => sign !== '')
  if (signs.length === 0) return
  tell(
    'LNT282',
    'warning',
    `${signs.map(sign => `"${sign}"`).join(' and ')} in ${quoted(text)} ${signs.length > 1 ? 'are ordinary characters' : 'is an ordinary character'} here`,
    asked.test,
    {
      hint: 'leave it out: the whole value must match anyway',
    },
  )
}
