// Decimal numbers as digits: exact sums, differences and products, quotients to 28 digits, as Kusto's decimal.

interface Decimal {
  /** The number is `digits` divided by ten to the power of `scale`. */
  readonly digits: bigint
  readonly scale: number
}

const most = 34

/** A decimal of its text, or of a number; undefined for what is none. */
export function readDecimal(value: string | number | bigint): Decimal | undefined {
  if (typeof value === 'bigint') return { digits: value, scale: 0 }
  const text = typeof value === 'number' ? (Number.isFinite(value) ? String(value) : '') : value.trim()
  const found = /^([+-]?)(\d{0,40})(?:\.(\d{0,40}))?(?:e([+-]?\d{1,3}))?$/i.exec(text)
  if (found === null || (found[2] === '' && (found[3] ?? '') === '')) return undefined
  const [, sign, before, after = '', power = '0'] = found
  const digits = BigInt(`${before}${after}`) * (sign === '-' ? -1n : 1n)
  const scale = after.length - Number(power)
  return scale >= 0 ? trimmed({ digits, scale }) : { digits: digits * 10n ** BigInt(-scale), scale: 0 }
}

function trimmed({ digits, scale }: Decimal): Decimal {
  let [left, places] = [digits, scale]
  while (places > most) {
    left /= 10n
    places--
  }
  while (places > 0 && left % 10n === 0n) {
    left /= 10n
    places--
  }
  return { digits: left, scale: places }
}

/** The digits as they are written. */
export function printDecimal({ digits, scale }: Decimal): string {
  if (scale === 0) return String(digits)
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0')
  return `${digits < 0n ? '-' : ''}${text.slice(0, -scale)}.${text.slice(-scale)}`
}

const even = (a: Decimal, b: Decimal): readonly [bigint, bigint, number] => {
  const scale = Math.max(a.scale, b.scale)
  return [a.digits * 10n ** BigInt(scale - a.scale), b.digits * 10n ** BigInt(scale - b.scale), scale]
}

/** `a operation b`; undefined where there is no answer. */
export function reckon(
  operation: 'add' | 'subtract' | 'multiply' | 'divide' | 'modulo',
  a: Decimal,
  b: Decimal,
): Decimal | undefined {
  const [x, y, scale] = even(a, b)
  switch (operation) {
    case 'add':
      return trimmed({ digits: x + y, scale })
    case 'subtract':
      return trimmed({ digits: x - y, scale })
    case 'multiply':
      return trimmed({ digits: a.digits * b.digits, scale: a.scale + b.scale })
    case 'divide':
      return y === 0n ? undefined : trimmed({ digits: (x * 10n ** 28n) / y, scale: 28 })
    case 'modulo':
      return y === 0n ? undefined : trimmed({ digits: x % y, scale })
  }
}

/** Negative when `a` is the lesser. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const [x, y] = even(a, b)
  return x < y ? -1 : x > y ? 1 : 0
}
