// Which tests of one field follow from which others, found by their texts without comparing each with each: what is implied is left out of a question before it is searched.

import { fold } from '../text/fold.ts'
import type { Atom } from './atoms.ts'
import { implies, type Textual } from './values.ts'

/** Tests of one field of which another may follow. */
interface Field {
  readonly texts: Map<string, number>
  readonly lengths: Set<number>
  readonly others: { readonly atom: Textual; readonly ref: number }[]
}

/** Longer texts are not taken apart. */
const longest = 400
/** Tests that are no plain texts, compared one by one. */
const mostOthers = 40

const keyOf = (shape: string, folds: boolean, text: string): string => `${shape}${folds ? 'i' : 'c'}${text}`

/** A set of tests that is asked whether one of them follows from a test. */
export class Cover {
  private readonly fields = new Map<string, Field>()

  add(atom: Atom, ref: number): void {
    if (atom.kind !== 'literal' && atom.kind !== 'automaton') return
    let field = this.fields.get(atom.field)
    if (field === undefined) {
      field = { texts: new Map(), lengths: new Set(), others: [] }
      this.fields.set(atom.field, field)
    }
    if (atom.kind === 'literal') {
      field.texts.set(keyOf(atom.shape, atom.fold, atom.text), ref)
      field.lengths.add(atom.text.length)
    } else if (field.others.length < mostOthers) field.others.push({ atom, ref })
  }

  /** A test of the set, other than the one given, that holds wherever that one does. */
  followsFrom(atom: Atom, own: number): number | undefined {
    if (atom.kind !== 'literal' && atom.kind !== 'automaton') return undefined
    const field = this.fields.get(atom.field)
    if (field === undefined) return undefined
    if (atom.kind === 'literal' && atom.text.length <= longest) {
      const { shape } = atom
      // A test with case implies the same without.
      for (const folds of atom.fold ? [true] : [false, true]) {
        const text = folds ? fold(atom.text) : atom.text
        const found = (how: string, part: string): number | undefined => {
          const ref = field.texts.get(keyOf(how, folds, part))
          return ref === own ? undefined : ref
        }
        for (const length of field.lengths) {
          if (length > text.length) continue
          const begins = shape === 'equals' || shape === 'prefix' ? found('prefix', text.slice(0, length)) : undefined
          const ends = shape === 'equals' || shape === 'suffix' ? found('suffix', text.slice(text.length - length)) : undefined
          const whole = shape === 'equals' && length === text.length ? found('equals', text) : undefined
          const ref = begins ?? ends ?? whole
          if (ref !== undefined) return ref
          for (let from = 0; from + length <= text.length; from++) {
            const inside = found('contains', text.slice(from, from + length))
            if (inside !== undefined) return inside
          }
        }
      }
    }
    return field.others.find(one => one.ref !== own && implies(atom, one.atom))?.ref
  }
}
