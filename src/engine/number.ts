// Numbers as logs write them: decimal or hexadecimal text, integers of any size.

import type { Value } from '../ir/event.ts'

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i
const whole = /^[+-]?\d+$/

/** The number a value is or spells (decimal, or hexadecimal with `0x`), or undefined. Integers beyond 2^53 keep their digits. */
export function asNumber(value: Value | undefined): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value !== 'string' || value.length === 0 || value.length > 400) return undefined
  const text = value.trim()
  if (whole.test(text)) {
    const number = Number(text)
    return Number.isSafeInteger(number) ? number : BigInt(text.startsWith('+') ? text.slice(1) : text)
  }
  if (/^0x[0-9a-f]{1,64}$/i.test(text)) {
    const number = BigInt(text)
    return number <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(number) : number
  }
  return decimal.test(text) ? Number(text) : undefined
}

/** Whether a value is the number, or its canonical decimal text (`4688` and `"4688"`, not `"04688"`, not `"0x1250"`). */
export function equalsNumber(value: Value, number: number | bigint): boolean {
  if (typeof value === 'number' || typeof value === 'bigint') return value >= number && value <= number
  return typeof value === 'string' && value === String(number)
}
