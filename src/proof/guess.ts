// Values near those that a search proposed: where it cannot decide, some of them may still show a difference. What is drawn is the same each time.

import type { Atom } from './atoms.ts'
import { everywhere, joinedMark } from './atoms.ts'
import type { Found } from './events.ts'
import { sampleOf } from './values.ts'

/** Numbers from 0 to 1, always the same ones. */
function numbers(): () => number {
  let state = 0x2545f491
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** The text that a test asks for, where it names one. */
export function textOf(atom: Atom): string | undefined {
  if (atom.kind === 'literal') return atom.text
  if (atom.kind === 'automaton') return atom.sample ?? sampleOf(atom.tree)
  return atom.kind === 'opaque' ? atom.hint : undefined
}

/** The texts near what a test asks for: of an expression that is not understood, those of its pieces. */
function textsOf(atom: Atom): readonly string[] {
  if (atom.kind === 'opaque' && atom.expression !== undefined) return atom.expression.pieces
  const text = textOf(atom)
  return text === undefined ? [] : [text]
}

/** Values for the fields of some tests, each a change of one that is given. */
export function* near(
  begun: readonly ReadonlyMap<string, Found>[],
  tests: readonly Atom[],
  count: number,
): Generator<ReadonlyMap<string, Found>> {
  const random = numbers()
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const texts = new Map<string, string[]>()
  for (const atom of tests) {
    if (atom.field.startsWith('\u0000') && atom.field !== everywhere && !atom.field.startsWith(joinedMark)) continue
    const list = texts.get(atom.field) ?? []
    list.push(...textsOf(atom))
    texts.set(atom.field, list)
  }
  const fields = [...texts.keys()]
  const begins = begun.length === 0 ? [new Map<string, Found>()] : begun
  yield* begins
  if (fields.length === 0) return
  for (let left = count; left > 0; left--) {
    const values = new Map(pick(begins))
    for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
      const field = pick(fields)
      const old = values.get(field)
      const own = old?.kind === 'values' ? old.values[0]! : ''
      const list = texts.get(field)!
      const text = list.length === 0 ? 'x' : pick(list)
      const kind = random()
      if (kind < 0.1) values.set(field, { kind: 'absent' })
      else if (kind < 0.2) values.set(field, values.get(pick(fields)) ?? { kind: 'absent' })
      else
        values.set(field, {
          kind: 'values',
          values: [
            kind < 0.35
              ? text
              : kind < 0.45
                ? text.toUpperCase()
                : kind < 0.6
                  ? own + text
                  : kind < 0.7
                    ? text + own
                    : kind < 0.8
                      ? `x${text}`
                      : kind < 0.9
                        ? `${own} ${text} `
                        : `${text}${pick(list.length === 0 ? [''] : list)}`,
          ],
        })
    }
    yield values
  }
}
