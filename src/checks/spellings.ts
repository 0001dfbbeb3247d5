// What a command line may say otherwise, or leave out, and mean the same: words attached to an option, words shortened, a default not named, a host by another name.

import { glob } from '../ir/glob.ts'
import type { Predicate } from '../ir/predicate.ts'
import { rewrite } from '../ir/walk.ts'
import { meaningCheck, quoted } from './meaning.ts'
import { commandColumn, mentions } from './mentions.ts'
import { abbreviations, defaults, sshSettings } from './programs.ts'
import { type Asked, asking, escaped, exchanged, parting, pattern, type Question } from './question.ts'

const pages = {
  LNT311: {
    title: 'a whole word that is often part of a longer one',
    what: 'A setting of ssh is looked for as a whole word.',
    why: 'Programs of OpenSSH take it right behind "-o": "-oLocalForward=…" is one word for Kusto and Splunk, and is missed.',
    bad: { language: 'kql', text: 'DeviceProcessEvents | where ProcessCommandLine has "LocalForward"' },
    good: { language: 'kql', text: 'DeviceProcessEvents | where ProcessCommandLine contains "LocalForward"' },
  },
  LNT312: {
    title: 'a word that the program takes shortened',
    what: 'A word of a command line is looked for in full, and the program takes it shortened, too.',
    why: '"netsh int portp ad v4tov4 …" does what "netsh interface portproxy add v4tov4 …" does, and "powershell -enc" what "-EncodedCommand" does.',
    bad: { language: 'kql', text: 'DeviceProcessEvents | where FileName =~ "netsh.exe" and ProcessCommandLine has "portproxy"' },
    good: {
      language: 'kql',
      text: 'DeviceProcessEvents | where FileName =~ "netsh.exe" and ProcessCommandLine contains " portp"',
    },
  },
  LNT317: {
    title: 'an option that may be left out',
    what: 'An option is asked for with the value that holds without it.',
    why: 'Without the option plink connects to port 22 where nothing else is said: the plainest command line has no " -P 22" and is missed.',
    bad: {
      language: 'sigma',
      text: "selection:\n  Image|endswith: '\\plink.exe'\n  CommandLine|contains: ' -P 22 '\ncondition: selection",
    },
    good: {
      language: 'sigma',
      text: "selection:\n  Image|endswith: '\\plink.exe'\n  CommandLine|contains: ':3389:'\ncondition: selection",
    },
  },
  LNT318: {
    title: 'an address that has other names',
    what: 'A command line is asked for the address 127.0.0.1.',
    why: 'The machine itself is also "localhost", "[::1]", "0.0.0.0" and any other address that begins with 127.',
    bad: { language: 'sigma', text: "selection:\n  CommandLine|contains: ':127.0.0.1:3389'\ncondition: selection" },
    good: {
      language: 'sigma',
      text: "selection:\n  CommandLine|contains:\n    - ':127.'\n    - ':localhost:'\n    - ':[::1]:'\ncondition: selection",
    },
  },
} as const

type Tell = Parameters<Parameters<typeof meaningCheck>[2]>[2]

export const spellings = meaningCheck('spellings', pages, (_, questions, tell) => {
  for (const question of questions) {
    settings(question, tell)
    shortened(question, tell)
    leftOut(question, tell)
    itself(question, tell)
  }
})

function settings(question: Question, tell: Tell): void {
  for (const asked of question.tests) {
    const { told, test, negated } = asked
    if (told?.kind !== 'word' || negated || !sshSettings.some(name => name.toLowerCase() === told.text.toLowerCase())) continue
    const other = asking(asked, pattern(`-o${escaped(told.text)}=`, true))
    tell('LNT311', 'note', `${quoted(told.text)} is found as a whole word only`, test, {
      hint: `ask for the text anywhere: "-o${told.text}=" is one word`,
      witness: parting(question, exchanged(question.where, test, other), false),
    })
  }
}

/** Texts of a command line by the word that they look for, with what stands around it. */
const wordIn = (text: string): readonly [string, string, string] | undefined => {
  const found = /^([\s"']*)(-?[A-Za-z]+)([\s"']*)$/.exec(text)
  return found === null ? undefined : [found[1]!, found[2]!, found[3]!]
}

function shortened(question: Question, tell: Tell): void {
  for (const { program, words } of abbreviations) {
    if (!mentions(question, program === 'powershell' ? ['powershell', 'pwsh'] : [program])) continue
    const other = new Map<Predicate, Predicate>()
    const first: Asked[] = []
    for (const asked of question.tests) {
      const { told, field, negated } = asked
      if (negated || (told?.kind !== 'text' && told?.kind !== 'word') || (told.kind === 'text' && told.how !== 'anywhere'))
        continue
      if (field !== undefined && !commandColumn.test(field)) continue
      const parts = wordIn(told.text)
      const word = parts?.[1].toLowerCase()
      if (parts === undefined || word === undefined || !Object.hasOwn(words, word)) continue
      other.set(asked.test, asking(asked, pattern(`${parts[0] === '' ? '(?:^|\\s)' : '\\s'}${escaped(words[word]!)}\\s`, true)))
      first.push(asked)
    }
    const [one] = first
    if (one === undefined || one.told === undefined || one.told.kind === 'regex') continue
    const where = rewrite(question.where, { predicate: node => other.get(node) ?? node })
    const word = one.told.text.trim()
    const witness = parting(question, where, false)
    // Lists often have the short forms beside the long one: without an event nothing is told.
    if (witness === undefined) continue
    tell('LNT312', 'note', `${program} takes ${quoted(word)} shortened, too`, one.test, {
      hint: `"${words[word.toLowerCase()]}" is enough for ${program}`,
      witness,
    })
  }
}

function leftOut(question: Question, tell: Tell): void {
  for (const { programs, option, value, what } of defaults) {
    if (!mentions(question, programs)) continue
    for (const asked of question.tests) {
      const { told, negated, above, test } = asked
      if (told?.kind !== 'text' || negated || told.how !== 'anywhere') continue
      const text = told.text.trim()
      if (text !== `${option} ${value}` && text !== `${option}${value}`) continue
      // With other values beside it, it is the list that may be passed by.
      const part = above?.kind === 'or' && above.args.every(arg => arg.kind === 'test') ? above : test
      const none = asking(asked, { kind: 'glob', glob: [{ wild: 'any' }, `${option} `, { wild: 'any' }], fold: told.fold })
      tell('LNT317', 'note', `${quoted(text)} is what holds without the option: who leaves it out uses the same ${what}`, test, {
        hint: 'do not ask for it, or take command lines without the option, too',
        witness: parting(question, exchanged(question.where, part, { kind: 'not', arg: none }), false),
      })
    }
  }
}

function itself(question: Question, tell: Tell): void {
  for (const asked of question.tests) {
    const { told, field, negated, test } = asked
    if (
      told?.kind !== 'text' ||
      negated ||
      !told.text.includes('127.0.0.1') ||
      (field !== undefined && !commandColumn.test(field))
    )
      continue
    const text = told.text.replace('127.0.0.1', 'localhost')
    const wild = { wild: 'any' } as const
    const other = asking(asked, { kind: 'glob', glob: glob([wild, text, wild]), fold: told.fold })
    tell('LNT318', 'note', `${quoted(told.text)} is found by this address only`, test, {
      hint: 'the machine itself is also "localhost", "[::1]" and every address that begins with 127',
      witness: parting(question, exchanged(question.where, test, other), false),
    })
  }
}
