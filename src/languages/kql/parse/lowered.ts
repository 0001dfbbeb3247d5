// What an expression means: a value and its type, and where it is a condition, when it is true and when it is false, since Kusto's conditions may be neither.

import type { Value } from '../../../ir/event.ts'
import type { Match, Predicate, Scalar, ValueType } from '../../../ir/predicate.ts'
import type { Span } from '../../../text/source.ts'

/** An expression told in the tree. `type` undefined: nobody knows (a column of a table that is not known). */
export interface Lowered {
  readonly type: ValueType | undefined
  readonly scalar: () => Scalar
  /** When it is true, and when it is false; where neither holds it is null. */
  readonly holds: () => Predicate
  readonly fails: () => Predicate
  /** It is never null. */
  readonly sure: boolean
  /** What it is, where that is known before any row: a literal, or what was computed of literals. Undefined inside is null. */
  readonly constant?: { readonly value: Value | undefined }
  /** The column that it is, unchanged. */
  readonly column?: string
  /** How deep the tree is. */
  readonly depth: number
}

const test = (subject: Scalar, match: Match, span?: Span): Predicate => ({
  kind: 'test',
  subject,
  match,
  ...(span === undefined ? {} : { span }),
})

export { test }

export const negate = (of: Predicate, span?: Span): Predicate =>
  of.kind === 'not'
    ? of.arg
    : of.kind === 'const'
      ? { kind: 'const', value: !of.value }
      : { kind: 'not', arg: of, ...(span === undefined ? {} : { span }) }

export const all = (args: readonly Predicate[], span?: Span): Predicate => joined('and', args, span)
export const either = (args: readonly Predicate[], span?: Span): Predicate => joined('or', args, span)

function joined(kind: 'and' | 'or', args: readonly Predicate[], span: Span | undefined): Predicate {
  const whole = kind === 'and'
  const kept = args.filter(arg => !(arg.kind === 'const' && arg.value === whole))
  if (kept.some(arg => arg.kind === 'const')) return { kind: 'const', value: !whole }
  if (kept.length === 0) return { kind: 'const', value: whole }
  if (kept.length === 1) return kept[0]!
  return {
    kind,
    args: kept.flatMap(arg => (arg.kind === kind && arg.span === undefined ? arg.args : [arg])),
    ...(span === undefined ? {} : { span }),
  }
}

export const present = (of: Scalar, span?: Span): Predicate => test(of, { kind: 'present' }, span)

/** Whether a text is empty or not there. */
export const blank = (of: Scalar, span?: Span): Predicate => either([negate(present(of)), test(of, { kind: 'empty' })], span)

/** The null of a type as a scalar: absent, and the empty text for a string. */
export const nullOf = (type: ValueType | undefined): Scalar => ({
  kind: 'literal',
  value: type === 'string' ? '' : null,
  ...(type === undefined ? {} : { type }),
})

/** A value as an expression; a condition where its type is bool. */
export function computed(
  scalar: Scalar,
  type: ValueType | undefined,
  options: { sure?: boolean; column?: string; depth?: number } = {},
): Lowered {
  const isTrue = (value: boolean): Predicate =>
    test(scalar, { kind: 'compare', op: '=', to: { kind: 'literal', value, type: 'bool' } }, scalar.span)
  return {
    type,
    scalar: () => scalar,
    holds: () => isTrue(true),
    fails: () => isTrue(false),
    sure: options.sure ?? type === 'string',
    ...(options.column === undefined ? {} : { column: options.column }),
    depth: options.depth ?? 1,
  }
}

/** A literal. */
export function literal(value: Value | undefined, type: ValueType | undefined, span?: Span): Lowered {
  const scalar: Scalar = {
    kind: 'literal',
    value: value ?? (type === 'string' ? '' : null),
    ...(type === undefined ? {} : { type }),
    ...(span === undefined ? {} : { span }),
  }
  const constant = { value: type === 'string' ? (value ?? '') : (value ?? undefined) }
  return {
    type,
    scalar: () => scalar,
    holds: () => ({ kind: 'const', value: value === true }),
    fails: () => ({ kind: 'const', value: value === false }),
    sure: constant.value !== undefined,
    constant,
    depth: 1,
  }
}

/** A condition that is always true or false. */
export function condition(holds: Predicate, depth: number): Lowered {
  return {
    type: 'bool',
    holds: () => holds,
    fails: () => negate(holds),
    scalar: () => ({
      kind: 'case',
      branches: [{ when: holds, then: { kind: 'literal', value: true, type: 'bool' } }],
      otherwise: { kind: 'literal', value: false, type: 'bool' },
      ...(holds.span === undefined ? {} : { span: holds.span }),
    }),
    sure: true,
    depth,
  }
}

/** A condition that may be null: neither true nor false. */
export function condition3(holds: Predicate, fails: Predicate, depth: number): Lowered {
  return {
    type: 'bool',
    holds: () => holds,
    fails: () => fails,
    scalar: () => ({
      kind: 'case',
      branches: [
        { when: holds, then: { kind: 'literal', value: true, type: 'bool' } },
        { when: fails, then: { kind: 'literal', value: false, type: 'bool' } },
      ],
      otherwise: { kind: 'literal', value: null, type: 'bool' },
      ...(holds.span === undefined ? {} : { span: holds.span }),
    }),
    sure: false,
    depth,
  }
}
