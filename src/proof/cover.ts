// Which tests of one field follow from which others, found by their texts without comparing each with each: what is implied is left out of a question before it is searched.

import { fold } from '../text/fold.ts'
import type { Atom } from './atoms.ts'
import { implies, type Textual } from './values.ts'

/** Tests of one field of which another may follow. */
interface Field {
  /** By shape, and whether they fold. */
  readonly texts: Map<string, Texts>
  readonly others: { readonly atom: Textual; readonly ref: number }[]
}

/** Longer texts are not taken apart. */
const longest = 400
/** Tests that are no plain texts, compared one by one. */
const mostOthers = 40

interface Texts {
  readonly refs: Map<string, number>
  readonly lengths: Set<number>
}

const kindOf = (shape: string, folds: boolean): string => (folds ? shape : `${shape} with case`)

const begins = (text: string, length: number): readonly string[] => [text.slice(0, length)]
const ends = (text: string, length: number): readonly string[] => [text.slice(text.length - length)]
const whole = (text: string, length: number): readonly string[] => (length === text.length ? [text] : [])
function inside(text: string, length: number): readonly string[] {
  const parts: string[] = []
  for (let from = 0; from + length <= text.length; from++) parts.push(text.slice(from, from + length))
  return parts
}

/** A set of tests that is asked whether one of them follows from a test. */
export class Cover {
  private readonly fields = new Map<string, Field>()

  add(atom: Atom, ref: number): void {
    if (atom.kind !== 'literal' && atom.kind !== 'automaton') return
    let field = this.fields.get(atom.field)
    if (field === undefined) {
      field = { texts: new Map(), others: [] }
      this.fields.set(atom.field, field)
    }
    if (atom.kind === 'literal') {
      const kind = kindOf(atom.shape, atom.fold)
      let texts = field.texts.get(kind)
      if (texts === undefined) {
        texts = { refs: new Map(), lengths: new Set() }
        field.texts.set(kind, texts)
      }
      texts.refs.set(atom.text, ref)
      texts.lengths.add(atom.text.length)
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
        const look = (how: string, parts: (text: string, length: number) => readonly string[]): number | undefined => {
          const texts = field.texts.get(kindOf(how, folds))
          if (texts === undefined) return undefined
          for (const length of texts.lengths) {
            if (length > text.length) continue
            for (const part of parts(text, length)) {
              const ref = texts.refs.get(part)
              if (ref !== undefined && ref !== own) return ref
            }
          }
          return undefined
        }
        const found =
          (shape === 'equals' || shape === 'prefix' ? look('prefix', begins) : undefined) ??
          (shape === 'equals' || shape === 'suffix' ? look('suffix', ends) : undefined) ??
          (shape === 'equals' ? look('equals', whole) : undefined) ??
          look('contains', inside)
        if (found !== undefined) return found
      }
    }
    return field.others.find(one => one.ref !== own && implies(atom, one.atom))?.ref
  }
}
