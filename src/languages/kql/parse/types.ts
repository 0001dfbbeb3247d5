// Types of results: arithmetic, promotion, the common type of several values (https://learn.microsoft.com/kusto/query/numerical-operators, /datetime-timespan-arithmetic).

import type { ValueType } from '../../../ir/predicate.ts'

type Type = ValueType | undefined

const width: Readonly<Partial<Record<ValueType, number>>> = { int: 1, long: 2, real: 3, decimal: 4 }

export const isNumber = (type: Type): boolean => type !== undefined && Object.hasOwn(width, type)

/** The wider of two numbers. */
const wider = (left: ValueType, right: ValueType): ValueType => (width[left]! >= width[right]! ? left : right)

/** The type of `left word right`, or undefined where Kusto has no such operator. Unknown operands (undefined) are taken as the other side asks. */
export function arithmetic(word: string, left: Type, right: Type): ValueType | 'unknown' | undefined {
  if (left === undefined && right === undefined) return 'unknown'
  if (left === 'dynamic' && right === 'dynamic') return 'dynamic'
  const a = left === undefined || left === 'dynamic' ? right! : left
  const b = right === undefined || right === 'dynamic' ? left! : right
  if (isNumber(a) && isNumber(b)) {
    const wide = wider(a, b)
    return wide === 'int' ? 'long' : wide
  }
  const pair = `${a} ${b}`
  switch (word) {
    case '+':
      if (pair === 'timespan timespan') return 'timespan'
      return pair === 'datetime timespan' || pair === 'timespan datetime' || pair === 'datetime datetime' ? 'datetime' : undefined
    case '-':
      if (pair === 'datetime datetime' || pair === 'timespan timespan') return 'timespan'
      return pair === 'datetime timespan' || pair === 'timespan datetime' ? 'datetime' : undefined
    case '*':
      if ((a === 'timespan' && isNumber(b)) || (isNumber(a) && b === 'timespan')) return 'timespan'
      return undefined
    case '/':
      if (pair === 'timespan timespan' || pair === 'datetime timespan' || pair === 'datetime datetime') return 'real'
      return a === 'timespan' && isNumber(b) ? 'timespan' : undefined
    case '%':
      if (pair === 'timespan timespan' || pair === 'datetime datetime') return 'timespan'
      return (a === 'timespan' || a === 'datetime') && isNumber(b) ? a : undefined
    default:
      return undefined
  }
}

/** The type that several values share: the widest of numbers, dynamic or unknown gives way; undefined where there is none. */
export function common(types: readonly Type[]): Type {
  let found: Type
  for (const type of types) {
    if (type === undefined) continue
    if (found === undefined || (found === 'dynamic' && type !== 'dynamic')) found = type
    else if (isNumber(found) && isNumber(type)) found = wider(found, type)
  }
  return found
}

/** Of branches: dynamic gives way to the type of the others; different types that are no numbers are held in a dynamic. */
export function ofBranches(types: readonly Type[]): Type {
  const known = [...new Set(types.filter(type => type !== undefined && type !== 'dynamic'))]
  if (known.length === 0) return types.includes('dynamic') ? 'dynamic' : undefined
  return known.length === 1 || known.every(isNumber) ? common(known) : 'dynamic'
}
