// What a statement of SQL says, as it is written: expressions and queries before anything is decided about their meaning.

import type { Value } from '../../../ir/event.ts'
import type { Span } from '../../../text/source.ts'

/** The dialects that are read. */
export type DialectName = 'duckdb' | 'clickhouse' | 'sqlite' | 'postgres'

/** How a text is matched: LIKE and its kin, and the operators with regular expressions. */
export type LikeWord = 'like' | 'ilike' | 'glob' | 'similar' | 'regexp' | '~' | '~*'

export interface Call {
  readonly kind: 'call'
  readonly name: string
  readonly args: readonly Expression[]
  readonly distinct: boolean
  readonly filter?: Expression
  readonly over: boolean
  /** `quantile(0.9)(x)`: the arguments of the first pair of parentheses. */
  readonly parameters?: readonly Expression[]
  readonly span: Span
}

export type Expression =
  | { readonly kind: 'literal'; readonly value: Value; readonly span: Span }
  | { readonly kind: 'column'; readonly name: string; readonly span: Span }
  | { readonly kind: 'star'; readonly span: Span }
  | Call
  | { readonly kind: 'and' | 'or'; readonly args: readonly Expression[]; readonly span: Span }
  | { readonly kind: 'not'; readonly arg: Expression; readonly span: Span }
  | {
      readonly kind: 'compare'
      readonly op: '=' | '<>' | '<' | '<=' | '>' | '>='
      readonly left: Expression
      readonly right: Expression
      readonly span: Span
    }
  | {
      readonly kind: 'like'
      readonly how: LikeWord
      readonly left: Expression
      readonly right: Expression
      readonly escape?: Expression
      readonly negated: boolean
      readonly span: Span
    }
  | {
      readonly kind: 'in'
      readonly left: Expression
      readonly list: readonly Expression[]
      readonly query?: Select
      readonly negated: boolean
      readonly span: Span
    }
  | {
      readonly kind: 'between'
      readonly left: Expression
      readonly low: Expression
      readonly high: Expression
      readonly negated: boolean
      readonly span: Span
    }
  | {
      readonly kind: 'is'
      readonly arg: Expression
      readonly what: 'null' | 'true' | 'false'
      readonly negated: boolean
      readonly span: Span
    }
  | {
      readonly kind: 'arithmetic'
      readonly op: '+' | '-' | '*' | '/' | '%' | '||'
      readonly left: Expression
      readonly right: Expression
      readonly span: Span
    }
  | { readonly kind: 'within'; readonly left: Expression; readonly network: Expression; readonly span: Span }
  | { readonly kind: 'cast'; readonly arg: Expression; readonly type: string; readonly span: Span }
  | {
      readonly kind: 'case'
      readonly operand?: Expression
      readonly branches: readonly { readonly when: Expression; readonly then: Expression }[]
      readonly otherwise?: Expression
      readonly span: Span
    }
  | { readonly kind: 'exists'; readonly query: Select; readonly span: Span }
  | { readonly kind: 'query'; readonly query: Select; readonly span: Span }
  | { readonly kind: 'lambda'; readonly name: string; readonly body: Expression; readonly span: Span }
  | { readonly kind: 'list'; readonly of: readonly Expression[]; readonly span: Span }

export interface Item {
  readonly value: Expression
  readonly name?: string
}

export type From =
  | { readonly kind: 'table'; readonly name: string; readonly span: Span }
  | { readonly kind: 'query'; readonly query: Select; readonly span: Span }
  | {
      readonly kind: 'call'
      readonly call: Call
      readonly alias: string
      readonly columns: readonly string[]
      readonly span: Span
    }

export interface Select {
  readonly with: readonly { readonly name: string; readonly query: Select }[]
  readonly distinct: boolean
  readonly items: readonly Item[]
  readonly from?: From
  readonly where?: Expression
  readonly groups: readonly Expression[]
  readonly having?: Expression
  readonly order: readonly { readonly by: Expression; readonly descending: boolean; readonly nulls?: 'first' | 'last' }[]
  readonly limit?: number
  readonly others: readonly Select[]
  readonly span: Span
}
