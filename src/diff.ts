// Two states of rules to what changed between them: which rule became which, and what each gains and loses, as events.

import { type Compared, compare } from './compare.ts'
import type { Detection } from './ir/detection.ts'
import type { Event } from './ir/event.ts'

/**
 * `same`: nothing changed. `metadata`: only what is written around the question. `rewritten`: other words for the same question.
 * `narrowed`, `widened`: the new rule lies within the old one, or the old one within the new. `moved`: each matches what the other does not.
 * `differs`, `agrees`: of rules about several events, a stream parts them, or none that was tried does. `undecided`: what the change does is not known.
 */
export type ChangeKind =
  | 'same'
  | 'metadata'
  | 'rewritten'
  | 'narrowed'
  | 'widened'
  | 'moved'
  | 'differs'
  | 'agrees'
  | 'undecided'
  | 'added'
  | 'removed'

/** Every kind of change, in the order in which they are told. */
export const changeKinds: readonly ChangeKind[] = [
  'removed',
  'narrowed',
  'moved',
  'differs',
  'undecided',
  'widened',
  'added',
  'agrees',
  'rewritten',
  'metadata',
  'same',
]

/** What became of one rule. */
export interface Change {
  readonly kind: ChangeKind
  readonly old?: Detection
  readonly now?: Detection
  /** How the old rule relates to the new one, where that was asked. */
  readonly relation?: Compared['relation']
  /** An event that is no longer matched. */
  readonly lost?: Event
  /** An event that was not matched before. */
  readonly gained?: Event
  /** An event that both match. */
  readonly both?: Event
  /** Streams of events, of rules about several events. */
  readonly streams?: Compared['streams']
  /** Why it is undecided. */
  readonly why?: string
  /** What is called otherwise than before: the old name and the new one. */
  readonly renamed: { readonly id?: Names; readonly title?: Names; readonly file?: Names }
  /** Which parts around the question are others than before. */
  readonly metadata: readonly string[]
}
type Names = readonly [old: string, now: string]

export interface DiffOptions {
  /** The file of an old and of a new rule below what was compared; default: the name of its document. */
  readonly fileOf?: (detection: Detection, side: 'old' | 'now') => string
}

/** Changes from old rules to new ones: rules are matched by id, then by file and title, by title alone, and by file alone. */
export function diff(old: readonly Detection[], now: readonly Detection[], options: DiffOptions = {}): readonly Change[] {
  const fileOf = options.fileOf ?? (detection => detection.written.document.name)
  return paired(old, now, fileOf).map(([before, after]) => changeOf(before, after, fileOf))
}

type FileOf = NonNullable<DiffOptions['fileOf']>
type Couple = readonly [old: Detection | undefined, now: Detection | undefined]

/** The ways to know a rule again, the surest first. A key that several rules of one side have matches them in their order. */
const keys: readonly ((of: Detection, file: string) => string)[] = [
  of => of.id,
  (of, file) => `${file}\u0000${of.title}`,
  (of, file) => `${lastOf(file)}\u0000${of.title}`,
  of => of.title,
  (_, file) => file,
  (_, file) => lastOf(file),
]
const lastOf = (file: string): string => file.split(/[\\/]/).at(-1)!

function paired(old: readonly Detection[], now: readonly Detection[], fileOf: FileOf): readonly Couple[] {
  const partner = new Map<Detection, Detection>()
  const taken = new Set<Detection>()
  const match = (key: (of: Detection, side: 'old' | 'now') => string): void => {
    const waiting = new Map<string, Detection[]>()
    for (const one of now) {
      if (taken.has(one)) continue
      const list = waiting.get(key(one, 'now'))
      if (list === undefined) waiting.set(key(one, 'now'), [one])
      else list.push(one)
    }
    for (const list of waiting.values()) list.reverse()
    for (const one of old) {
      const found = partner.has(one) ? undefined : waiting.get(key(one, 'old'))?.pop()
      if (found === undefined) continue
      partner.set(one, found)
      taken.add(found)
    }
  }
  // Of rules with one id, those that are where they were come first.
  match((of, side) => `${of.id}\u0000${fileOf(of, side)}\u0000${of.title}`)
  for (const key of keys) match((of, side) => key(of, fileOf(of, side)))
  // A single rule on each side is the same one, whatever it is called.
  const [first] = old
  const [other] = now
  if (old.length === 1 && now.length === 1) partner.set(first!, other!)
  const matched = new Set(partner.values())
  return [
    ...old.map((one): Couple => [one, partner.get(one)]),
    ...now.filter(one => !matched.has(one)).map((one): Couple => [undefined, one]),
  ]
}

function changeOf(old: Detection | undefined, now: Detection | undefined, fileOf: FileOf): Change {
  const nothing = { renamed: {}, metadata: [] }
  if (old === undefined || now === undefined) {
    const one = (old ?? now)!
    const { both, why } = compare(one, one)
    const event = both === undefined ? {} : old === undefined ? { gained: both } : { lost: both }
    return {
      kind: old === undefined ? 'added' : 'removed',
      ...(old === undefined ? {} : { old }),
      ...(now === undefined ? {} : { now }),
      ...event,
      ...(why === undefined ? {} : { why }),
      ...nothing,
    }
  }
  const metadata = metadataOf(old, now)
  const files: Names = [fileOf(old, 'old'), fileOf(now, 'now')]
  const renamed = {
    ...(old.id === now.id || generated(old, now) ? {} : { id: [old.id, now.id] as const }),
    ...(old.title === now.title ? {} : { title: [old.title, now.title] as const }),
    ...(files[0] === files[1] ? {} : { file: files }),
  }
  const about = { old, now, renamed, metadata }
  if (textOf([old.query, old.schema]) === textOf([now.query, now.schema]))
    return { kind: metadata.length + Object.keys(renamed).length > 0 ? 'metadata' : 'same', ...about }
  const { relation, onlyA, onlyB, both, why, streams } = compare(old, now)
  return {
    kind: kinds[relation],
    ...about,
    relation,
    ...(onlyA === undefined ? {} : { lost: onlyA }),
    ...(onlyB === undefined ? {} : { gained: onlyB }),
    ...(both === undefined ? {} : { both }),
    ...(streams === undefined ? {} : { streams }),
    ...(why === undefined ? {} : { why }),
  }
}

const kinds: Readonly<Record<Compared['relation'], ChangeKind>> = {
  equal: 'rewritten',
  narrower: 'widened',
  wider: 'narrowed',
  overlapping: 'moved',
  disjoint: 'moved',
  undecided: 'undecided',
  agrees: 'agrees',
  differs: 'differs',
}

/** Whether the ids are those that a reader gives to rules without one: they follow from file and title. */
function generated(old: Detection, now: Detection): boolean {
  const written = (of: Detection): boolean => of.written.document.text.includes(of.id)
  return !written(old) && !written(now)
}

const parts = [
  'name',
  'description',
  'level',
  'status',
  'attack',
  'authors',
  'references',
  'falsePositives',
  'created',
  'modified',
  'risk',
  'tests',
  'silent',
] as const

/** What stands around the question and is another than before, by name. */
function metadataOf(old: Detection, now: Detection): readonly string[] {
  const rest = [...new Set([...Object.keys(old.rest), ...Object.keys(now.rest)])].sort()
  return [
    ...parts.filter(part => textOf(old[part]) !== textOf(now[part])),
    ...rest.filter(name => textOf(own(old.rest, name)) !== textOf(own(now.rest, name))),
  ]
}

const own = (of: Readonly<Record<string, unknown>>, name: string): unknown => (Object.hasOwn(of, name) ? of[name] : undefined)

/** A tree as text, without the places where its parts were written. */
function textOf(of: unknown): string {
  return (
    JSON.stringify(of, (key, value: unknown) =>
      key === 'span' || key === 'origin' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
    ) ?? ''
  )
}
