// Regular expressions that take more than they seem to, or cost more.

import { compileRegex } from '../engine/regex.ts'
import { and, not } from '../ir/logic.ts'
import { printRegex, type RegexTree, readPortable } from '../ir/regex.ts'
import { meaningCheck, quoted } from './meaning.ts'
import { commandColumn, programColumn } from './mentions.ts'
import { alternativesOf, bare, everyPart, least, type Pattern, patternsOf, runOf, samples, written } from './patterns.ts'
import { everyday } from './programs.ts'
import { asking, eventWith, exchanged, matching, type Question } from './question.ts'

const pages = {
  LNT306: {
    title: 'a pattern that begins with what may be absent',
    what: 'An expression that is searched for anywhere begins with parts that may be left out.',
    why: 'What may be absent at the beginning guards nothing: "(--dns)?(server=)?\\w+\\.com" finds every name in .com.',
    bad: { language: 'spl', text: 'index=x | regex process="(--dns)?(server=)?\\w+\\.tunnel"' },
    good: { language: 'spl', text: 'index=x | regex process="--dns\\s+server=\\w+\\.tunnel"' },
  },
  LNT307: {
    title: 'a pattern that everyday command lines match',
    what: 'One of the alternatives of an expression over command lines matches a command line of everyday work, and the rule asks nothing else of the process.',
    why: 'The rule fires all day. The event shown is one that it matches.',
    bad: { language: 'spl', text: 'index=x EventCode=1 | regex process="\\w+\\.(com|net):\\d+"' },
    good: { language: 'spl', text: 'index=x EventCode=1 process_name=plink.exe | regex process="\\w+\\.(com|net):\\d+"' },
  },
  LNT308: {
    title: 'a pattern that matches everything',
    what: 'An expression that is searched for anywhere can match the empty text.',
    why: 'The empty text is in every value, so the test is true wherever the field is there.',
    bad: { language: 'kql', text: 'DeviceProcessEvents | where ProcessCommandLine matches regex "(-R)?( -L)*"' },
    good: { language: 'kql', text: 'DeviceProcessEvents | where ProcessCommandLine matches regex "(-R| -L)"' },
  },
  LNT309: {
    title: 'a pattern that may take long',
    what: 'An expression repeats what is repeated, has several unbounded runs of any character in one alternative, or two that can take the same text side by side.',
    why: 'Engines that go back (PCRE in Splunk and grep, .NET in PowerShell) try every way to share the text out: the time grows with a power of its length.',
    bad: { language: 'spl', text: 'index=x | regex process="^(.*.*plink|x)"' },
    good: { language: 'spl', text: 'index=x | regex process="^(.*plink|x)"' },
  },
  LNT310: {
    title: 'a host that may only be an address',
    what: 'An expression asks for the host of a user@host, or of a forwarded port, as an address of IPv4.',
    why: 'Hosts have names, and addresses of IPv6: "ssh -L 8443:localhost:443 user@host.example" is missed.',
    bad: { language: 'spl', text: 'index=x | regex process="\\w+@(\\d{1,3}\\.){3}\\d{1,3}"' },
    good: { language: 'spl', text: 'index=x | regex process="\\w+@[\\w.:-]+"' },
  },
} as const

type Tell = Parameters<Parameters<typeof meaningCheck>[2]>[2]

export const breadth = meaningCheck('breadth', pages, (_, questions, tell) => {
  for (const question of questions)
    for (const one of patternsOf(question)) {
      const { asked, text, whole, tree } = one
      if (
        !whole &&
        least(tree) === 0 &&
        !/^(?:\(\?[a-z]+\))?(?:\.[*+]|\^?\.[*+]\$?|\^.*)$/.test(text) &&
        !everyPart(tree).some(part => part.kind === 'edge' || part.kind === 'look')
      )
        tell('LNT308', 'warning', `${quoted(text)} matches every value, the empty one too`, asked.test, {
          hint: 'let some part of it be needed',
          witness: matching(question, asking(asked, { kind: 'regex', pattern: '^x?$', fold: false, whole: false })),
        })
      if (!whole) guards(question, one, tell)
      if (!one.later) cost(one, tell)
      addresses(question, one, tell)
      everydayLines(question, one, tell)
    }
})

/** Parts that may be absent, at the beginning of an alternative. */
function guards(question: Question, { asked, tree, fold }: Pattern, tell: Tell): void {
  for (const alternative of alternativesOf(tree)) {
    const run = runOf(alternative)
    let optional = 0
    let letters = 0
    while (optional < run.length && least(run[optional]!) === 0 && run[optional]!.kind === 'repeat') {
      const part = run[optional]!
      if (everyPart(part).some(inner => inner.kind === 'any')) break
      letters = Math.max(letters, everyPart(part).filter(inner => inner.kind === 'char').length)
      optional++
    }
    if (optional < 2 || letters < 2 || optional === run.length) continue
    const rest: RegexTree = { kind: 'sequence', of: run.slice(optional) }
    const needed: RegexTree = {
      kind: 'sequence',
      of: run.map((part, at) => (at < optional && part.kind === 'repeat' ? { ...part, min: 1 } : part)),
    }
    const guarded = written(needed)
    const other = printRegex(rest, 'portable').value
    if (guarded === undefined || other === undefined) continue
    const event = eventWith(
      question,
      asked,
      samples(rest),
      and([question.where, { kind: 'not', arg: asking(asked, { kind: 'regex', pattern: guarded, fold, whole: false }) }]),
    )
    const witness = event === undefined ? undefined : { event, matches: true }
    tell(
      'LNT306',
      'note',
      `the first ${optional} parts of an alternative may be absent, so they guard nothing: ${quoted(other)} is enough`,
      asked.test,
      {
        hint: 'let them be needed, or leave them out',
        witness,
      },
    )
    return
  }
}

const unbounded = (tree: RegexTree): tree is RegexTree & { kind: 'repeat' } =>
  tree.kind === 'repeat' && tree.max === undefined && tree.how !== 'possessive'

function cost({ asked, tree, text }: Pattern, tell: Tell): void {
  const nested = everyPart(tree).some(part => {
    if (!unbounded(part)) return false
    const inner = bare(part.of)
    // (a+)+ and (a|a+)+: the inner run is all there is.
    return (
      (inner.kind !== 'sequence' &&
        everyPart(inner).some(deep => deep !== inner && unbounded(deep) && bare(inner).kind === 'choice')) ||
      unbounded(inner)
    )
  })
  let beside = false
  let most = 0
  let several = 0
  for (const part of everyPart(tree)) {
    if (part.kind !== 'sequence') continue
    const run = runOf(part)
    const wide = run.map(inner => unbounded(inner) && bare(inner.of).kind === 'any')
    beside ||= wide.some((is, at) => is && wide[at + 1] === true)
    const runs = wide.filter(Boolean).length
    most = Math.max(most, runs)
    if (runs >= 2) several++
  }
  const reason = nested
    ? 'repeats what is repeated already'
    : beside
      ? 'has two runs of any character side by side'
      : most >= 3
        ? `has ${most} runs of any character in one alternative`
        : several >= 2
          ? 'has several alternatives with runs of any character'
          : undefined
  if (reason !== undefined)
    tell('LNT309', 'note', `${quoted(text)} ${reason}, which engines that go back may take long over`, asked.test, {
      hint: nested || beside ? 'one run is enough' : 'say what the runs may hold',
    })
}

const address = '(?:(?:\\(\\\\d\\{1,3\\}\\\\\\.\\)\\{3\\}\\\\d\\{1,3\\})|(?:(?:\\\\d\\{1,3\\}\\\\\\.){3}\\\\d\\{1,3\\}))'

function addresses(question: Question, { asked, text, fold, whole }: Pattern, tell: Tell): void {
  if (asked.field !== undefined && !commandColumn.test(asked.field)) return
  if (!new RegExp(`@${address}`).test(text)) return
  const places = new RegExp(address, 'g')
  const as = (host: string) => asking(asked, { kind: 'regex', pattern: text.replace(places, host), fold, whole })
  const tree = readPortable(text.replace(places, 'localhost')).value
  const wider = exchanged(question.where, asked.test, as('[\\w.:-]+'))
  const event = tree === undefined ? undefined : eventWith(question, asked, samples(tree), and([wider, not(question.where)]))
  tell('LNT310', 'note', 'the host may only be an address of IPv4 here, and hosts have names', asked.test, {
    hint: 'take "[\\w.:-]+" for a host',
    witness: event === undefined ? undefined : { event, matches: false },
  })
}

const mostEveryday = 4

function everydayLines(question: Question, { asked, tree, fold, whole }: Pattern, tell: Tell): void {
  const { field } = asked
  if (field === undefined || !commandColumn.test(field)) return
  // What asks for a program beside is about that program's lines.
  const beside = question.tests.some(
    other =>
      other !== asked &&
      !other.negated &&
      (other.field === undefined || programColumn.test(other.field) || commandColumn.test(other.field)) &&
      other.told !== undefined,
  )
  if (beside) return
  let told = 0
  for (const alternative of alternativesOf(tree)) {
    const text = written(alternative)
    if (text === undefined || told >= mostEveryday) continue
    const regex = compileRegex(text, { fold, whole }).value
    const line = regex === undefined ? undefined : everyday.find(one => regex.test(one) === true)
    if (line === undefined) continue
    const event = eventWith(question, asked, [line], question.where)
    if (event === undefined) continue
    told++
    tell('LNT307', 'warning', `the alternative ${quoted(text)} matches the everyday command line "${line}"`, asked.test, {
      hint: 'ask for the program or for more of its options',
      witness: { event, matches: true },
    })
  }
}
