// Parts of a rule that change nothing: branches and values within others, conditions that always hold, rules that never do.

import { and, not } from '../ir/logic.ts'
import type { Predicate } from '../ir/predicate.ts'
import { rewrite } from '../ir/walk.ts'
import { fold } from '../text/fold.ts'
import { andMore, meaningCheck, placeOf, quoted, textAt } from './meaning.ts'
import { type Asked, eventOf, exchanged, type Question } from './question.ts'

const pages = {
  LNT266: {
    title: 'an alternative that adds nothing',
    what: 'Whatever matches one of the alternatives is matched by the others already.',
    why: 'The branch is dead: it was meant to find something of its own, or it can go.',
    bad: {
      language: 'sigma',
      text: "plink:\n  Image|endswith: '\\plink.exe'\nrdp:\n  Image|endswith: '\\plink.exe'\n  CommandLine|contains: ':3389:'\ncondition: plink or rdp",
    },
    good: {
      language: 'sigma',
      text: "plink:\n  Image|endswith: '\\plink.exe'\nrdp:\n  CommandLine|contains: ':3389:'\ncondition: plink or rdp",
    },
  },
  LNT267: {
    title: 'a value that another one of its list covers',
    what: 'A value of a list is part of another one, so that one of the two changes nothing.',
    why: 'The list looks longer than what it finds; perhaps something else was meant.',
    bad: { language: 'eql', text: 'process where process.command_line : ("*dns.com*", "*cloud-dns.com*")' },
    good: { language: 'eql', text: 'process where process.command_line : ("*dns.com*", "*dns.net*")' },
  },
  LNT268: {
    title: 'a rule that no event can match',
    what: 'The conditions of the rule exclude each other.',
    why: 'The rule is never going to fire.',
    bad: {
      language: 'sigma',
      text: "selection:\n  Image|endswith: '\\plink.exe'\n  Image|startswith: 'plink'\n  Image: 'C:\\a.exe'\ncondition: selection",
    },
    good: {
      language: 'sigma',
      text: "selection:\n  Image|endswith: '\\plink.exe'\n  Image|startswith: 'C:\\'\ncondition: selection",
    },
  },
  LNT269: {
    title: 'one part of a condition lies within another',
    what: 'Whatever matches one part matches another part of the rule, too, which asks less.',
    why: 'A reader takes the two for different things. The narrower one may be needless, or the wider one wider than was meant.',
    bad: {
      language: 'sigma',
      text: "exact:\n  Image|endswith: '\\plink.exe'\n  CommandLine|contains: ':127.0.0.9:3389'\nrdp:\n  Image|endswith: '\\plink.exe'\n  CommandLine|contains: ':3389'\nuser:\n  User|contains: 'anna'\ncondition: exact or (rdp and user)",
    },
    good: {
      language: 'sigma',
      text: "rdp:\n  Image|endswith: '\\plink.exe'\n  CommandLine|contains: ':3389'\nuser:\n  User|contains: 'anna'\ncondition: rdp and user",
    },
  },
  LNT257: {
    title: 'a condition that always holds',
    what: 'Part of a condition is true of every event that the rest of it matches.',
    why: 'It excludes nothing and asks nothing: an exclusion that never applies, or a test that another one has made already.',
    bad: {
      language: 'sigma',
      text: "selection:\n  Image|endswith: '\\plink.exe'\nfilter:\n  Image|endswith: '\\putty.exe'\n  User: 'anna'\ncondition: selection and not filter",
    },
    good: {
      language: 'sigma',
      text: "selection:\n  Image|endswith: '\\plink.exe'\nfilter:\n  User: 'anna'\ncondition: selection and not filter",
    },
  },
} as const

type Tell = Parameters<Parameters<typeof meaningCheck>[2]>[2]

/** Columns of Elastic that hold one value; of all others a document may hold several, each of which may meet a test of its own. So may labels of Logpoint and repeated fields of UDM. */
const single =
  /(?:^|\.)(?:name|executable|command_line|path|extension|pid|code|action|outcome|dataset|port|original_file_name|entity_id)$/

/** Whether there is no event of which a question is true. Tests of one field that may hold several values are taken each by itself. */
function impossible(question: Question, where: Predicate): boolean {
  const many = (name: string): boolean =>
    name === 'label' ||
    question.detection.written.language === 'yaral' ||
    (question.rules === 'elastic' && !single.test(name)) ||
    (question.rules === 'splunk' && /\{\}|All_Risk\.|(?:^|\.)tags?$/.test(name))
  const apart = rewrite(where, {
    predicate: node =>
      node.kind === 'test' && node.subject.kind === 'field' && many(node.subject.name)
        ? { ...node, subject: { kind: 'field', name: `${node.subject.name} ${JSON.stringify([node.match, node.each])}` } }
        : node,
  })
  // A column that is compared with a text of another type is no contradiction: products convert.
  return eventOf(question, apart, false) === 'none'
}

/** Parts that are tried in one question. */
const mostTried = 10

export const subsumed = meaningCheck('subsumed', pages, (detection, questions, tell) => {
  const silent = detection.written.language === 'sigma' || detection.written.language === 'kql'
  for (const question of questions) {
    // Text that Elastic takes apart into words is not told from keywords here, so that nothing is claimed of it.
    if (
      question.rules !== 'elastic' &&
      question.whole &&
      (question.tests.length > 0 || question.where.kind === 'const') &&
      impossible(question, question.where)
    ) {
      tell('LNT268', 'warning', 'no event can match this', placed(question), {
        hint: 'two of the conditions exclude each other',
      })
      continue
    }
    if (!silent) covered(question, tell)
    let tried = 0
    for (const { node, negated } of joints(question.where)) {
      if (tried >= mostTried) break
      const alternatives = (node.kind === 'or') !== negated
      // Lists of plain tests have a check of their own.
      const parts = node.args.every(arg => arg.kind === 'test') ? [] : node.args
      if (parts.length < 2 || parts.length > 12) continue
      for (const part of parts) {
        if (tried >= mostTried) break
        if (part.kind === 'test' && alternatives) continue
        const own = textAt(question.detection, part)
        if (own === undefined || isGuard(part) || !(alternatives ? narrows(part, node.args) : shares(part, node.args))) continue
        tried++
        const rest = node.args.filter(arg => arg !== part)
        const without = exchanged(question.where, node, { ...node, args: rest })
        // Without an alternative less is matched, without a condition more; the two are the same where no event parts them.
        if (!impossible(question, alternatives ? and([question.where, not(without)]) : and([without, not(question.where)])))
          continue
        const text = quoted(own.replace(/\s+/g, ' ').trim())
        const hint = 'leave it out'
        if (node.kind === 'or' && !negated)
          tell('LNT266', 'note', `${text} adds nothing: the other alternatives match whatever it matches`, part, { hint })
        else if (node.kind === 'or') tell('LNT257', 'note', `${text} excludes nothing that the rest lets pass`, part, { hint })
        else if (negated) tell('LNT257', 'note', `${text} changes nothing: without it the same is excluded`, part, { hint })
        else tell('LNT257', 'note', `${text} changes nothing: it holds for whatever the rest matches`, part, { hint })
        break
      }
      if (alternatives && !negated) tried += within(question, node, tell, mostTried - tried)
    }
  }
})

/** Whether a part only asks that a field is there: a guard says what the author minds, whether it is needed or not. */
const isGuard = (part: Predicate): boolean =>
  part.kind === 'not'
    ? isGuard(part.arg)
    : part.kind === 'test' && (part.match.kind === 'exists' || part.match.kind === 'present' || part.match.kind === 'empty')

/** The part of a question that has a place: the whole of it, or its first test. */
function placed(question: Question): Predicate | undefined {
  return placeOf(question.detection, question.where) === undefined ? question.tests[0]?.test : question.where
}

type Joint = Predicate & { readonly kind: 'and' | 'or' }

function joints(where: Predicate): readonly { readonly node: Joint; readonly negated: boolean }[] {
  const out: { node: Joint; negated: boolean }[] = []
  const waiting = [{ node: where, negated: false }]
  for (let next = waiting.pop(); next !== undefined && out.length < 200; next = waiting.pop()) {
    const { node, negated } = next
    if (node.kind === 'not') waiting.push({ node: node.arg, negated: !negated })
    if (node.kind !== 'and' && node.kind !== 'or') continue
    out.push({ node, negated })
    for (let at = node.args.length - 1; at >= 0; at--) waiting.push({ node: node.args[at]!, negated })
  }
  return out
}

/** The fields that a part asks. */
function fieldsOf(node: Predicate): ReadonlySet<string> {
  const out = new Set<string>()
  const waiting = [node]
  for (let next = waiting.pop(); next !== undefined && out.size < 50; next = waiting.pop()) {
    if (next.kind === 'not') waiting.push(next.arg)
    else if (next.kind === 'and' || next.kind === 'or') waiting.push(...next.args)
    else if (next.kind === 'test') out.add(next.subject.kind === 'field' ? next.subject.name : JSON.stringify(next.subject.kind))
  }
  return out
}

/** Whether a part asks nothing but fields that the others ask, too; else it cannot be needless. */
function shares(part: Predicate, all: readonly Predicate[]): boolean {
  const others = new Set(all.filter(arg => arg !== part).flatMap(arg => [...fieldsOf(arg)]))
  const own = fieldsOf(part)
  // A negated conjunction is needless as soon as one of its fields settles it.
  return part.kind === 'not' ? [...own].some(name => others.has(name)) : [...own].every(name => others.has(name))
}

/** Whether another alternative asks nothing but fields that this one asks, too; else this one cannot lie within the others. */
function narrows(part: Predicate, all: readonly Predicate[]): boolean {
  const own = fieldsOf(part)
  return all.some(arg => arg !== part && [...fieldsOf(arg)].every(name => own.has(name)))
}

/** Alternatives that lie within a part of another alternative. */
function within(question: Question, node: Joint, tell: Tell, most: number): number {
  let tried = 0
  for (const narrow of node.args) {
    if (narrow.kind !== 'and') continue
    for (const other of node.args) {
      if (other === narrow || other.kind !== 'and') continue
      for (const wide of other.args) {
        if (tried >= most || wide.kind !== 'and' || wide.args.length < 2) continue
        const fields = fieldsOf(narrow)
        if (![...fieldsOf(wide)].every(name => fields.has(name))) continue
        tried++
        if (!impossible(question, and([narrow, not(wide)]))) continue
        const span = placeOf(question.detection, wide)
        tell(
          'LNT269',
          'note',
          `whatever matches ${quoted(clean(question, narrow))} matches ${quoted(clean(question, wide))}, too`,
          narrow,
          {
            ...(span === undefined ? {} : { related: [{ message: 'this one asks less', span }] }),
          },
        )
      }
    }
  }
  return tried
}

const clean = (question: Question, node: Predicate): string =>
  (textAt(question.detection, node) ?? 'one part').replace(/\s+/g, ' ').trim()

/** Values of one list of which one holds another. */
function covered(question: Question, tell: Tell): void {
  const groups = new Map<unknown, Asked[]>()
  for (const asked of question.tests)
    if (asked.told?.kind === 'text' && asked.above !== undefined && asked.told.how !== 'whole') {
      const list = groups.get(asked.above) ?? []
      list.push(asked)
      groups.set(asked.above, list)
    }
  for (const list of groups.values()) {
    if (list.length < 2 || list.length > 200) continue
    const needless: Asked[] = []
    for (const one of list) {
      const { told, field } = one
      if (told?.kind !== 'text') continue
      const text = told.fold ? fold(told.text) : told.text
      const wide = list.find(other => {
        if (
          other === one ||
          other.field !== field ||
          other.told?.kind !== 'text' ||
          other.told.how !== told.how ||
          other.told.fold !== told.fold
        )
          return false
        const part = told.fold ? fold(other.told.text) : other.told.text
        // What stands twice is told by the reader of Splunk's language.
        if (part === '' || (part === text && (question.rules === 'splunk' || list.indexOf(other) > list.indexOf(one))))
          return false
        return told.how === 'start' ? text.startsWith(part) : told.how === 'end' ? text.endsWith(part) : text.includes(part)
      })
      if (wide !== undefined) needless.push(one)
    }
    const [first] = needless
    if (first?.told?.kind !== 'text' || first.above === undefined) continue
    const either = (first.above.kind === 'or') !== first.negated
    const many = needless.length > 1
    tell(
      'LNT267',
      'note',
      either
        ? `${andMore(quoted(first.told.text), needless.length)} ${many ? 'add' : 'adds'} nothing: a shorter value of the list finds ${many ? 'them' : 'it'}`
        : `a shorter value beside ${quoted(first.told.text)} asks nothing more`,
      first.test,
      { hint: either ? 'leave it out' : 'leave the shorter one out' },
    )
  }
}
