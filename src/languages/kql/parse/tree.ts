// The syntax tree of a query in KQL, before names are resolved. Plain data; every node says where it was written.

import type { ValueType } from '../../../ir/predicate.ts'
import type { Span } from '../../../text/source.ts'

interface At {
  readonly span: Span
}

/** A literal; `value` of a datetime or timespan is in ticks of 100 ns (a datetime's since the year 1), undefined is null. */
export type Literal = At & { readonly kind: 'literal' } & (
    | { readonly type: 'string' | 'guid' | 'decimal'; readonly value: string | undefined }
    | { readonly type: 'long' | 'int' | 'datetime' | 'timespan'; readonly value: bigint | undefined }
    | { readonly type: 'real'; readonly value: number | undefined }
    | { readonly type: 'bool'; readonly value: boolean | undefined }
    | { readonly type: 'dynamic'; readonly value: Json }
  )

/** What `dynamic(…)` holds; a datetime or timespan in it is a text. */
export type Json = string | number | bigint | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** The words between two values, as written: `==`, `has_cs`, `!contains`. */
export type BinaryWord = string

export type Expression =
  | Literal
  | (At & { readonly kind: 'name'; readonly name: string })
  /** `project*`: only where names are listed, and in sources of a union. */
  | (At & { readonly kind: 'wildcard'; readonly text: string })
  | (At & { readonly kind: 'star' })
  | (At & { readonly kind: 'path'; readonly of: Expression; readonly name: string; readonly at: Span })
  | (At & { readonly kind: 'index'; readonly of: Expression; readonly index: Expression })
  | (At & { readonly kind: 'call'; readonly name: string; readonly at: Span; readonly args: readonly Argument[] })
  | (At & { readonly kind: 'minus'; readonly of: Expression })
  | (At & { readonly kind: 'and' | 'or'; readonly args: readonly Expression[] })
  | (At & { readonly kind: 'binary'; readonly word: BinaryWord; readonly left: Expression; readonly right: Expression })
  /** `in`, `has_any`, `has_all` and their kin, over a list of values or one table. */
  | (At & { readonly kind: 'list'; readonly word: BinaryWord; readonly left: Expression; readonly items: readonly Expression[] })
  | (At & {
      readonly kind: 'between'
      readonly negated: boolean
      readonly left: Expression
      readonly from: Expression
      readonly to: Expression
    })
  | (At & { readonly kind: 'typeof'; readonly types: readonly TypeName[] })
  /** A source and what is done to it; also a lone source that is no scalar. */
  | (At & { readonly kind: 'pipe'; readonly source: Expression; readonly operators: readonly Operator[] })
  /** What produces rows by itself: `print`, `range`, `datatable` … */
  | (At & { readonly kind: 'source'; readonly of: Source })
  /** `contextual_data_table`, `cluster("x")…` and other things that are refused by name. */
  | (At & { readonly kind: 'refused'; readonly what: string })

export interface Argument extends At {
  readonly name?: string
  readonly value: Expression
}

export interface TypeName extends At {
  readonly name: string
}

export interface TypedName extends At {
  readonly name: string
  readonly type: ValueType
}

/** `name = expression`, `(a, b) = expression` or an expression alone. */
export interface Named extends At {
  readonly names?: readonly { readonly name: string; readonly span: Span }[]
  readonly value: Expression
}

/** `kind=inner`, `hint.strategy = shuffle`: the word and what it was set to. */
export interface Parameter extends At {
  readonly name: string
  readonly value: string
  readonly expression?: Expression
}

export interface Ordered extends At {
  readonly value: Expression
  readonly descending: boolean
  /** What was written; absent when it follows from the order. */
  readonly nulls?: 'first' | 'last'
}

/** A name in a list of names, with `*` for any run of characters. */
export interface NamePattern extends At {
  readonly text: string
  readonly wild: boolean
  /** Of `project-reorder`. */
  readonly order?: 'asc' | 'desc' | 'granny-asc' | 'granny-desc'
}

export type Source =
  | { readonly kind: 'print'; readonly columns: readonly Named[] }
  | {
      readonly kind: 'range'
      readonly column: string
      readonly from: Expression
      readonly to: Expression
      readonly step: Expression
    }
  | { readonly kind: 'datatable'; readonly columns: readonly TypedName[]; readonly values: readonly Expression[] }
  | { readonly kind: 'externaldata'; readonly columns: readonly TypedName[]; readonly urls: readonly string[] }
  | { readonly kind: 'operator'; readonly operator: Operator }

export type ParsePart =
  | { readonly kind: 'star'; readonly span: Span }
  | { readonly kind: 'text'; readonly value: Expression; readonly span: Span }
  | { readonly kind: 'column'; readonly name: string; readonly type: ValueType; readonly span: Span }

export interface Expanded extends At {
  readonly name?: string
  readonly value: Expression
  readonly to?: ValueType
}

export type Operator = At & { readonly parameters?: readonly Parameter[] } & (
    | { readonly kind: 'where'; readonly where: Expression }
    | { readonly kind: 'extend' | 'project' | 'serialize'; readonly columns: readonly Named[] }
    | { readonly kind: 'project-away' | 'project-keep' | 'project-reorder'; readonly names: readonly NamePattern[] }
    | {
        readonly kind: 'project-rename'
        readonly names: readonly { readonly to: string; readonly from: string; readonly span: Span }[]
      }
    | { readonly kind: 'distinct'; readonly columns: readonly Named[] | 'all' }
    | {
        readonly kind: 'summarize'
        readonly measures: readonly Named[]
        readonly by: readonly Named[]
      }
    | { readonly kind: 'sort'; readonly keys: readonly Ordered[] }
    | { readonly kind: 'top'; readonly count: Expression; readonly keys: readonly Ordered[] }
    | {
        readonly kind: 'top-nested'
        readonly levels: readonly {
          readonly count?: Expression
          readonly of: Named
          readonly others?: Expression
          readonly by: Named
          readonly descending: boolean
        }[]
      }
    | { readonly kind: 'top-hitters'; readonly count: Expression; readonly of: Expression; readonly by?: Expression }
    | { readonly kind: 'take' | 'sample'; readonly count: Expression }
    | { readonly kind: 'sample-distinct'; readonly count: Expression; readonly of: Expression }
    | { readonly kind: 'count'; readonly as?: string }
    | { readonly kind: 'join' | 'lookup'; readonly right: Expression; readonly on: readonly Expression[] }
    | { readonly kind: 'union'; readonly of: readonly Expression[] }
    | { readonly kind: 'mv-expand'; readonly items: readonly Expanded[]; readonly limit?: Expression }
    | {
        readonly kind: 'mv-apply'
        readonly items: readonly Expanded[]
        readonly limit?: Expression
        readonly body: readonly Operator[]
      }
    | { readonly kind: 'parse' | 'parse-where'; readonly value: Expression; readonly parts: readonly ParsePart[] }
    | {
        readonly kind: 'parse-kv'
        readonly value: Expression
        readonly columns: readonly TypedName[]
        readonly options: readonly Parameter[]
      }
    | {
        readonly kind: 'make-series'
        readonly measures: readonly { readonly measure: Named; readonly otherwise?: Expression }[]
        readonly on: Named
        readonly from?: Expression
        readonly to?: Expression
        readonly step?: Expression
        readonly by: readonly Named[]
      }
    | { readonly kind: 'render'; readonly chart: string }
    | {
        readonly kind: 'evaluate'
        readonly name: string
        readonly at: Span
        readonly args: readonly Argument[]
        readonly columns?: readonly TypedName[]
        /** The columns that come in are kept beside those. */
        readonly rest?: boolean
      }
    | { readonly kind: 'invoke'; readonly name: string; readonly at: Span; readonly args: readonly Argument[] }
    | { readonly kind: 'search'; readonly tables: readonly Expression[]; readonly where: Expression; readonly folded: boolean }
    | {
        readonly kind: 'find'
        readonly tables: readonly Expression[]
        readonly where: Expression
        readonly columns?: readonly Named[] | 'smart'
        readonly away?: readonly NamePattern[]
      }
    | { readonly kind: 'as'; readonly name: string }
    | { readonly kind: 'getschema' | 'consume' }
    | { readonly kind: 'partition'; readonly by: Expression; readonly body: Expression | readonly Operator[] }
    | { readonly kind: 'reduce'; readonly by: Expression }
    | {
        readonly kind: 'scan'
        readonly declared: readonly (TypedName & { readonly value?: Expression })[]
        readonly steps: readonly {
          readonly name: string
          readonly optional: boolean
          readonly output?: string
          readonly where: Expression
          readonly set: readonly Named[]
          readonly span: Span
        }[]
        readonly order?: readonly Ordered[]
        readonly partition?: readonly Expression[]
      }
    /** An operator that is known and not understood further, or one with a mistake in it: its text, up to the next bar. */
    | { readonly kind: 'opaque'; readonly name: string; readonly known: boolean }
  )

export interface FunctionParameter extends At {
  readonly name: string
  /** A table's columns (`*` when others may be there) or a value's type. */
  readonly type: ValueType | { readonly columns: readonly TypedName[]; readonly open: boolean }
  readonly otherwise?: Expression
}

/** The body of a function: its own statements, then what it gives. */
export interface Body {
  readonly statements: readonly Statement[]
  readonly result?: Expression
}

export type Statement = At &
  (
    | { readonly kind: 'let'; readonly name: string; readonly at: Span; readonly value: Expression }
    | {
        readonly kind: 'function'
        readonly name: string
        readonly at: Span
        readonly view: boolean
        readonly parameters: readonly FunctionParameter[]
        readonly body: Body
      }
    | { readonly kind: 'query'; readonly value: Expression }
    | { readonly kind: 'parameters'; readonly parameters: readonly FunctionParameter[] }
    /** `set`, `alias`, `pattern`, `restrict`: no meaning for rows that are here. */
    | { readonly kind: 'other'; readonly word: string }
  )
