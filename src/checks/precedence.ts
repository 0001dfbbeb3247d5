// And beside or without parentheses where the reading that was meant is probably the other one.

import { and, or } from '../ir/logic.ts'
import type { Predicate } from '../ir/predicate.ts'
import { meaningCheck, placeOf } from './meaning.ts'
import { exchanged, parting, type Question } from './question.ts'

const pages = {
  LNT265: {
    title: 'alternatives and a condition stand side by side without parentheses',
    what: 'Several values of one field are alternatives, and a further condition stands beside them without parentheses.',
    why: 'One of the two operators binds closer, and which one differs by language: the condition may hold for the last alternative only, or for all of them where the same text is read as "where".',
    bad: {
      language: 'kql',
      text: 'T | where FileName =~ "plink.exe" or FileName =~ "putty.exe" and ProcessCommandLine contains "3389"',
    },
    good: {
      language: 'kql',
      text: 'T | where (FileName =~ "plink.exe" or FileName =~ "putty.exe") and ProcessCommandLine contains "3389"',
    },
  },
} as const

/** Languages in whose conditions OR binds closer than what merely stands side by side. */
const loose: ReadonlySet<string> = new Set(['spl', 'logpoint'])

export const precedence = meaningCheck('precedence', pages, (detection, questions, tell) => {
  if (detection.written.language === 'sigma') return
  for (const question of questions) {
    let asked = 0
    for (const node of nodesOf(question.where)) {
      if (asked >= 4) break
      const found = loose.has(detection.written.language) ? closeOr(node, question) : closeAnd(node, question)
      if (found === undefined) continue
      asked++
      const witness = parting(question, exchanged(question.where, node, found.other), found.matches)
      tell('LNT265', 'note', found.message, found.at, { hint: 'put parentheses where you mean them', witness })
    }
  }
})

function nodesOf(where: Predicate): readonly Predicate[] {
  const out: Predicate[] = []
  const waiting = [where]
  for (let node = waiting.pop(); node !== undefined && out.length < 2000; node = waiting.pop()) {
    if (node.kind === 'not') waiting.push(node.arg)
    if (node.kind !== 'and' && node.kind !== 'or') continue
    out.push(node)
    for (let at = node.args.length - 1; at >= 0; at--) waiting.push(node.args[at]!)
  }
  return out
}

interface Found {
  readonly other: Predicate
  readonly matches: boolean
  readonly message: string
  readonly at: Predicate
}

/** The one field that all tests of a part are about. */
function fieldOf(node: Predicate): string | undefined {
  if (node.kind === 'test') return node.subject.kind === 'field' ? node.subject.name : undefined
  if (node.kind === 'const' || node.kind === 'opaque') return undefined
  const names = new Set((node.kind === 'not' ? [node.arg] : node.args).map(fieldOf))
  const [name] = names
  return names.size === 1 ? name : undefined
}

/** `a = 1 or a = 2 and b = 3`, where and binds closer. */
function closeAnd(node: Predicate, question: Question): Found | undefined {
  if (node.kind !== 'or' || node.args.length < 2) return undefined
  const place = node.args.findIndex(arg => arg.kind === 'and')
  const last = node.args[place]
  if (last?.kind !== 'and' || place !== node.args.length - 1 || wrapped(last, question)) return undefined
  const [head, ...rest] = last.args
  const before = node.args.slice(0, place)
  const field = fieldOf(head!)
  if (field === undefined || before.some(arg => fieldOf(arg) !== field) || rest.some(arg => fieldOf(arg) === field))
    return undefined
  return {
    other: and([or([...before, head!]), ...rest]),
    matches: true,
    message: `"and" binds closer than "or": what follows the last alternative of "${field}" holds for that one only`,
    at: node,
  }
}

/** `a = 1 OR b = 2 c = 3`, where OR binds closer. */
function closeOr(node: Predicate, question: Question): Found | undefined {
  if (node.kind !== 'and') return undefined
  const place = node.args.findIndex((arg, at) => arg.kind === 'or' && at < node.args.length - 1 && spelled(arg, question))
  const first = node.args[place]
  if (first?.kind !== 'or' || wrapped(first, question)) return undefined
  const rest = node.args.slice(place + 1)
  return {
    other: and([...node.args.slice(0, place), or([...first.args.slice(0, -1), and([first.args.at(-1)!, ...rest])])]),
    matches: false,
    message:
      'OR binds closer here; "where" and "eval" read the same text so that the condition behind it belongs to the last alternative only',
    at: first,
  }
}

/** Whether alternatives are written with OR, and not as a list. */
function spelled(node: Predicate, { detection }: Question): boolean {
  const span = placeOf(detection, node)
  return (
    span !== undefined &&
    /\sOR\s/i.test(detection.written.document.text.slice(span.start, span.end).replace(/\([^()]*\)|"[^"]*"/g, ''))
  )
}

/** Whether parentheses stand around a part. */
function wrapped(node: Predicate, { detection }: Question): boolean {
  const span = placeOf(detection, node)
  if (span === undefined) return true
  const { text } = detection.written.document
  const own = text.slice(span.start, span.end).trim()
  if (own.startsWith('(') && own.endsWith(')') && closes(own)) return true
  return /\(\s*$/.test(text.slice(Math.max(0, span.start - 40), span.start)) && /^\s*\)/.test(text.slice(span.end, span.end + 40))
}

/** Whether the first parenthesis is closed by the last one. */
function closes(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++
    if (text[at] === ')' && --depth === 0) return at === text.length - 1
  }
  return false
}
