// What an ES|QL query says, before it is said in the terms of the house.

import type { Span } from '../../../text/source.ts'

/** A condition or a value, as EsqlBaseParser.g4 nests them. */
export type Expression = { readonly span: Span } & (
  | { readonly kind: 'and' | 'or'; readonly args: readonly Expression[] }
  | { readonly kind: 'not'; readonly arg: Expression }
  | {
      readonly kind: 'compare'
      readonly op: '==' | '=~' | '!=' | '<' | '<=' | '>' | '>='
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'in'; readonly left: Expression; readonly values: readonly Expression[] }
  | { readonly kind: 'like'; readonly how: 'like' | 'rlike'; readonly left: Expression; readonly patterns: readonly Expression[] }
  /** `field : "words"`, the match operator. */
  | { readonly kind: 'match'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'null'; readonly arg: Expression; readonly negated: boolean }
  | {
      readonly kind: 'arithmetic'
      readonly op: '+' | '-' | '*' | '/' | '%'
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'cast'; readonly arg: Expression; readonly type: string }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'literal'; readonly value: string | number | bigint | boolean | null }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  /** `5 minutes`; months and longer have no fixed length and are told by their unit. */
  | { readonly kind: 'span'; readonly amount: number; readonly unit: Unit }
  | { readonly kind: 'parameter'; readonly name: string }
)

export type Unit = 'millisecond' | 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year'

/** `name = value`, or a value that names itself; of STATS also what it counts. */
export interface Named {
  readonly name: string
  readonly value: Expression
  readonly where?: Expression
  readonly span: Span
}

/** A name as it is written in KEEP, DROP and the like: `*` any run. */
export interface Pattern {
  readonly parts: readonly (string | '*')[]
  readonly span: Span
}

export type Command = { readonly span: Span } & (
  | { readonly kind: 'from'; readonly indices: readonly string[]; readonly metadata: readonly string[] }
  | { readonly kind: 'row'; readonly columns: readonly Named[] }
  | { readonly kind: 'where'; readonly where: Expression }
  | { readonly kind: 'eval'; readonly columns: readonly Named[] }
  | { readonly kind: 'stats'; readonly inline: boolean; readonly measures: readonly Named[]; readonly by: readonly Named[] }
  | { readonly kind: 'keep' | 'drop'; readonly names: readonly Pattern[] }
  | { readonly kind: 'rename'; readonly names: readonly { readonly from: string; readonly to: string }[] }
  | {
      readonly kind: 'sort'
      readonly keys: readonly { readonly by: Expression; readonly descending: boolean; readonly nulls: 'first' | 'last' }[]
    }
  | { readonly kind: 'limit'; readonly count: number }
  | { readonly kind: 'expand'; readonly name: string }
  | { readonly kind: 'dissect' | 'grok'; readonly of: Expression; readonly pattern: string; readonly separator: string }
  | { readonly kind: 'lookup'; readonly index: string; readonly on: readonly string[] }
  /** The answer of a model to a text. */
  | { readonly kind: 'completion'; readonly column: string; readonly prompt: Expression; readonly model: string }
  /** Fields of a policy's index; `on` undefined: the policy says which field it matches, `fields` undefined: all that it has. */
  | {
      readonly kind: 'enrich'
      readonly policy: string
      readonly on: string | undefined
      readonly fields: readonly { readonly name: string; readonly field: string }[] | undefined
    }
  /** Understood by name and not executable: fork, rerank … */
  | { readonly kind: 'named'; readonly name: string }
)
