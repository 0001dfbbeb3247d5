// Lists in which most values have one form and a few another: endings that were forgotten, blanks and backslashes in front.

import { glob } from '../ir/glob.ts'
import type { Predicate } from '../ir/predicate.ts'
import { meaningCheck, quoted } from './meaning.ts'
import { programColumn } from './mentions.ts'
import { type Asked, asking, exchanged, parting, type Question } from './question.ts'

const pages = {
  LNT254: {
    title: 'some names of a list have an ending and some have none',
    what: 'A list of programs has most names with ".exe" and a few without.',
    why: 'No program of Windows is called by the bare name: those members of the list find nothing.',
    bad: {
      language: 'sigma',
      text: "selection:\n  Image|endswith:\n    - '\\plink.exe'\n    - '\\chisel.exe'\n    - '\\iodine.exe'\n    - '\\socat'\ncondition: selection",
    },
    good: {
      language: 'sigma',
      text: "selection:\n  Image|endswith:\n    - '\\plink.exe'\n    - '\\chisel.exe'\n    - '\\iodine.exe'\n    - '\\socat.exe'\ncondition: selection",
    },
  },
  LNT255: {
    title: 'one option of a list lacks the blank in front',
    what: 'A list of options has a blank in front of most of them, and of one or two it has not.',
    why: 'The odd ones are found inside other words, too.',
    bad: {
      language: 'sigma',
      text: "selection:\n  CommandLine|contains:\n    - ' -R '\n    - ' -L '\n    - ' -D '\n    - '-w '\ncondition: selection",
    },
    good: {
      language: 'sigma',
      text: "selection:\n  CommandLine|contains:\n    - ' -R '\n    - ' -L '\n    - ' -D '\n    - ' -w '\ncondition: selection",
    },
  },
} as const

export const lists = meaningCheck('lists', pages, (detection, questions, tell) => {
  for (const question of questions)
    for (const list of listsOf(question)) {
      // KQL's own reader speaks of endings.
      if (detection.written.language !== 'kql') endings(question, list, tell)
      blanks(question, list, tell)
    }
})

type Tell = Parameters<Parameters<typeof meaningCheck>[2]>[2]
type Member = Asked & {
  readonly told: { readonly kind: 'text'; readonly how: string; readonly text: string; readonly fold: boolean }
}

const isText = (asked: Asked): asked is Member => asked.told?.kind === 'text'

/** Values of one field that are alternatives, four or more. */
function listsOf({ tests }: Question): readonly (readonly Member[])[] {
  const groups = new Map<Predicate, Map<string, Member[]>>()
  for (const asked of tests) {
    if (!isText(asked) || asked.negated || asked.above?.kind !== 'or') continue
    const fields = groups.get(asked.above) ?? new Map<string, Member[]>()
    groups.set(asked.above, fields)
    const key = `${asked.field ?? ''}\u0000${asked.told.how}`
    fields.set(key, [...(fields.get(key) ?? []), asked])
  }
  return [...groups.values()].flatMap(fields => [...fields.values()]).filter(list => list.length >= 4)
}

function endings(question: Question, list: readonly Member[], tell: Tell): void {
  const [first] = list
  if (first === undefined || first.field === undefined || !programColumn.test(first.field)) return
  if (question.rules === 'elastic' && !windows(question)) return
  if (first.told.how !== 'whole' && first.told.how !== 'end') return
  const ended = list.filter(({ told }) => /\.exe$/i.test(told.text))
  const odd = list.filter(({ told }) => /^\\?[A-Za-z0-9_-]{2,}$/.test(told.text))
  // A list that names everything twice is for Windows and for other systems.
  const twice = odd.filter(({ told }) => ended.some(other => other.told.text.toLowerCase() === `${told.text.toLowerCase()}.exe`))
  const bare = odd.filter(one => !twice.includes(one))
  if (ended.length < 3 || bare.length === 0 || bare.length * 2 > ended.length + twice.length) return
  const [one] = bare
  const other = asking(one!, {
    kind: 'glob',
    glob: glob([...(one!.told.how === 'end' ? [{ wild: 'any' } as const] : []), `${one!.told.text}.exe`]),
    fold: one!.told.fold,
  })
  tell(
    'LNT254',
    'warning',
    `${names(bare)} ${bare.length > 1 ? 'have' : 'has'} no ".exe", and the others of the list have it`,
    one!.test,
    {
      hint: 'no program of Windows is called so; add the ending',
      witness: parting(question, exchanged(question.where, one!.test, other), false),
    },
  )
}

function blanks(question: Question, list: readonly Member[], tell: Tell): void {
  if (list[0]!.told.how !== 'anywhere') return
  const options = list.filter(({ told }) => /^ ?[-/][A-Za-z]/.test(told.text))
  const led = options.filter(({ told }) => told.text.startsWith(' '))
  const odd = options.filter(({ told }) => !told.text.startsWith(' ') && !led.some(other => other.told.text === ` ${told.text}`))
  if (led.length < 3 || odd.length === 0 || odd.length * 3 > led.length) return
  const [one] = odd
  const other = asking(one!, {
    kind: 'glob',
    glob: glob([{ wild: 'any' }, ` ${one!.told.text}`, { wild: 'any' }]),
    fold: one!.told.fold,
  })
  tell(
    'LNT255',
    'note',
    `${names(odd)} ${odd.length > 1 ? 'have' : 'has'} no blank in front, and the others of the list have one`,
    one!.test,
    {
      hint: 'put a blank in front',
      witness: parting(question, exchanged(question.where, one!.test, other), true),
    },
  )
}

/** Whether a question is about Windows alone. */
const windows = ({ tests }: Question): boolean =>
  tests.some(
    ({ field, told, negated }) =>
      !negated && /os\.(?:type|family)$/.test(field ?? '') && told?.kind === 'text' && told.text === 'windows',
  )

const names = (list: readonly Member[]): string =>
  list
    .slice(0, 4)
    .map(({ told }) => quoted(told.text))
    .join(', ')
