// What an EQL query says, before it is said in the terms of the house.

import type { Span } from '../../../text/source.ts'

/** A condition or a value, as EqlBase.g4 nests them. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly args: readonly Expression[]; readonly span: Span }
  | { readonly kind: 'not'; readonly arg: Expression; readonly span: Span }
  | {
      readonly kind: 'compare'
      readonly op: '==' | '!=' | '<' | '<=' | '>' | '>='
      readonly left: Expression
      readonly right: Expression
      readonly span: Span
    }
  /** `f : ("a*", "b")`, `f in ("a")`, `f regex~ "…"`. */
  | {
      readonly kind: 'match'
      readonly op: MatchWord
      readonly left: Expression
      readonly values: readonly Expression[]
      readonly span: Span
    }
  | {
      readonly kind: 'arithmetic'
      readonly op: '+' | '-' | '*' | '/' | '%'
      readonly left: Expression
      readonly right: Expression
      readonly span: Span
    }
  | { readonly kind: 'field'; readonly name: string; readonly optional: boolean; readonly span: Span }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly fold: boolean
      readonly args: readonly Expression[]
      readonly span: Span
    }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null; readonly span: Span }

export type MatchWord = ':' | 'like' | 'like~' | 'regex' | 'regex~' | 'in' | 'in~'

/** One event that is asked for: its category (undefined: any) and a condition. */
export interface EventQuery {
  readonly category: string | undefined
  readonly where: Expression
  readonly span: Span
}

/** A step of a sequence or sample. */
export interface StepQuery {
  readonly event: EventQuery
  readonly by: readonly (Expression & { kind: 'field' })[]
  readonly absent: boolean
  readonly runs: number | undefined
  readonly span: Span
}

export type Statement = (
  | { readonly kind: 'event'; readonly event: EventQuery }
  | {
      readonly kind: 'sequence'
      readonly by: readonly (Expression & { kind: 'field' })[]
      /** In milliseconds. */
      readonly within: number | undefined
      readonly steps: readonly StepQuery[]
      readonly until: StepQuery | undefined
      readonly span: Span
    }
  | {
      readonly kind: 'sample'
      readonly by: readonly (Expression & { kind: 'field' })[]
      readonly steps: readonly StepQuery[]
      readonly span: Span
    }
) & { readonly pipes: readonly { readonly kind: 'head' | 'tail'; readonly count: number; readonly span: Span }[] }
