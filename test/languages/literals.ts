// What the tests of the printers of flat search languages share: a filter over one field, every shape of wildcard around a text, and the texts on which a literal must part right from wrong.

import { expect } from 'vitest'
import { matchGlob } from '../../src/ir/glob.ts'
import type { Pipeline } from '../../src/ir/pipeline.ts'
import type { Glob, Match, Predicate, ValueType } from '../../src/ir/predicate.ts'

export const any = { wild: 'any' } as const
export const one = { wild: 'one' } as const

/** The rows of a table for which a predicate holds. */
export const rowsOf = (table: string, where: Predicate): Pipeline => ({
  from: { kind: 'table', name: table },
  stages: [{ kind: 'filter', where }],
})

/** A test of one field, written at the second character of a rule. */
export const test = (match: Match, name: string, type?: ValueType): Predicate => ({
  kind: 'test',
  subject: { kind: 'field', name, ...(type === undefined ? {} : { type }) },
  match,
  span: { start: 1, end: 2 },
})

/** A reader of tokens: `grammar` is anchored at the start, and its first group is what stands between tokens. Throws where no token begins. */
export const tokensBy =
  (grammar: RegExp) =>
  (text: string): readonly string[] => {
    const found: string[] = []
    for (let at = 0; at < text.length; ) {
      const [whole, blank] = grammar.exec(text.slice(at)) ?? []
      if (whole === undefined) throw new Error(`no token at ${JSON.stringify(text.slice(at, at + 40))}`)
      if (blank === undefined) found.push(whole)
      at += whole.length
    }
    return found
  }

export interface Asked {
  readonly text: string
  readonly glob: Glob
  readonly fold: boolean
}

/** Each text whole, at the start, the end, inside, before one more character and doubled around anything, with and without case. */
export function* globsAround(texts: readonly string[]): Generator<Asked> {
  for (const text of texts)
    for (const glob of [[text], [any, text], [text, any], [any, text, any], [text, one], [text, any, text]] as Glob[])
      for (const fold of [true, false]) yield { text, glob, fold }
}

/** Holds what a printed literal asks to what the wildcards ask, on the text and its neighbours. With `wider` it may find more, never less. */
export function holdToGlob({ text, glob, fold }: Asked, printed: string, asks: (text: string) => boolean, wider = false): void {
  const wanted = matchGlob(glob, fold)
  for (const other of [text, `${text}x`, `x${text}`, `${text}\n`, text + text, text.toUpperCase(), text.toLowerCase(), '', 'x'])
    if (!wider || wanted(other)) expect([printed, other, asks(other)]).toEqual([printed, other, wanted(other)])
}
