// Functions of EQL and ES|QL that no other language has.

import { asText, type Value } from '../../../ir/event.ts'
import { asNumber } from '../../number.ts'
import type { FunctionRow } from '../signature.ts'

const eqlManual = 'https://www.elastic.co/docs/reference/query-languages/eql/eql-function-ref'

const amount = (value: Value | undefined): number | undefined => {
  const number = asNumber(value)
  return number === undefined ? undefined : Number(number)
}

/** Whether both are whole numbers, so that a division rounds down. */
const whole = (a: number, b: number): boolean => Number.isInteger(a) && Number.isInteger(b)

export const functions: readonly FunctionRow[] = [
  {
    name: 'elastic:divide',
    manual: `${eqlManual}#eql-fn-divide`,
    least: 2,
    most: 2,
    type: undefined,
    absent: 'absent',
    apply: ([left, right]) => {
      const a = amount(left)
      const b = amount(right)
      if (a === undefined || b === undefined || b === 0) return undefined
      // "If the dividend and divisor are both integers, the operation rounds down."
      return whole(a, b) ? Math.floor(a / b) : a / b
    },
  },
  {
    name: 'elastic:modulo',
    manual: `${eqlManual}#eql-fn-modulo`,
    least: 2,
    most: 2,
    type: undefined,
    absent: 'absent',
    apply: ([left, right]) => {
      const a = amount(left)
      const b = amount(right)
      return a === undefined || b === undefined || b === 0 ? undefined : a % b
    },
  },
  {
    name: 'elastic:number',
    manual: `${eqlManual}#eql-fn-number`,
    least: 1,
    most: 2,
    type: 'real',
    absent: 'seen',
    apply: ([value, base]) => {
      const text = value === undefined ? undefined : asText(value)?.trim()
      if (text === undefined || text === '') return undefined
      const radix = base === undefined || base === null ? undefined : amount(base)
      if (radix === undefined) {
        const number = /^0x[0-9a-f]+$/i.test(text)
          ? Number(text)
          : /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)
            ? Number(text)
            : Number.NaN
        return Number.isNaN(number) ? undefined : number
      }
      if (radix < 2 || radix > 36) return undefined
      const digits = radix === 16 ? text.replace(/^0x/i, '') : text
      if (digits.length > 64 || !/^[0-9a-z]+$/i.test(digits)) return undefined
      let sum = 0
      for (const digit of digits) {
        const worth = Number.parseInt(digit, 36)
        if (worth >= radix) return undefined
        sum = sum * radix + worth
      }
      return sum
    },
  },
  {
    name: 'elastic:substring',
    manual: `${eqlManual}#eql-fn-substring`,
    least: 2,
    most: 3,
    type: 'string',
    absent: 'seen',
    apply: ([value, from, to]) => {
      const text = value === undefined ? undefined : asText(value)
      const start = amount(from)
      if (text === undefined || start === undefined) return undefined
      const end = to === undefined || to === null ? undefined : amount(to)
      // Negative positions count from the end; both as in `slice`, the end left out.
      return text.slice(start, end)
    },
  },
  {
    name: 'elastic:indexof',
    manual: `${eqlManual}#eql-fn-indexof`,
    least: 2,
    most: 4,
    type: 'long',
    absent: 'seen',
    apply: args => {
      const fold = args.at(-1) === 'fold' && args.length > 2
      const [value, part, start] = fold ? args.slice(0, -1) : args
      const text = value === undefined ? undefined : asText(value)
      const sought = part === undefined ? undefined : asText(part)
      const from = start === undefined || start === null ? 0 : amount(start)
      if (text === undefined || sought === undefined || from === undefined || from < 0) return undefined
      const at = fold ? text.toLowerCase().indexOf(sought.toLowerCase(), from) : text.indexOf(sought, from)
      // "If not found, the function returns null."
      return at === -1 ? undefined : at
    },
  },
  {
    name: 'elastic:between',
    manual: `${eqlManual}#eql-fn-between`,
    least: 3,
    most: 5,
    type: 'string',
    absent: 'seen',
    apply: args => {
      const fold = args.at(-1) === 'fold' && args.length > 3
      const [value, first, second, greedy] = fold ? args.slice(0, -1) : args
      const text = value === undefined ? undefined : asText(value)
      const left = first === undefined ? undefined : asText(first)
      const right = second === undefined ? undefined : asText(second)
      if (text === undefined || left === undefined || right === undefined) return undefined
      const [all, open, close] = fold ? [text, left, right].map(one => one.toLowerCase()) : [text, left, right]
      const start = all!.indexOf(open!)
      if (start === -1) return ''
      const from = start + left.length
      const end = greedy === true || greedy === 'true' ? all!.lastIndexOf(close!) : all!.indexOf(close!, from)
      return end < from ? '' : text.slice(from, end)
    },
  },
]
