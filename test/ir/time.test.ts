import { describe, expect, it } from 'vitest'
import { datePart, formatTime, parseTime } from '../../src/ir/time.ts'

/** Typed by hand; 1556712000 is 2019-05-01T12:00:00Z (`date -u -d @1556712000`). */
const noon = 1_556_712_000_000

describe('parseTime', () => {
  it.each<[string | number | bigint, number, number]>([
    ['2019-05-01T12:00:00Z', noon, 0],
    ['2019-05-01T12:00:00', noon, 0],
    ['2019-05-01t12:00:00z', noon, 0],
    ['2019-05-01 12:00:00.123', noon + 123, 0],
    ['2019-05-01T12:00:00.1234567Z', noon + 123, 4567],
    ['2019-05-01T12:00:00.123456789Z', noon + 123, 4567],
    ['2019-05-01T12:00:00,5Z', noon + 500, 0],
    ['2019-05-01T12:00Z', noon, 0],
    ['2019-05-01', noon - 43_200_000, 0],
    ['2019/05/01 12:00:00', noon, 0],
    ['2019-05-01T14:00:00+02:00', noon, 0],
    ['2019-05-01T14:00:00+0200', noon, 0],
    ['2019-05-01T06:30:00.000-05:30', noon, 0],
    ['2019-05-01T14:00:00+02', noon, 0],
    ['2019-05-01 12:00:00.000 UTC', noon, 0],
    ['2019-05-01T24:00:00Z', noon + 43_200_000, 0],
    ['2016-12-31T23:59:60Z', 1_483_228_800_000, 0],
    ['2020-02-29T00:00:00Z', 1_582_934_400_000, 0],
    ['1969-12-31T23:59:59.9999999Z', -1, 9999],
    ['1601-01-01T00:00:00Z', -11_644_473_600_000, 0],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000, 0],
    ['9999-12-31T23:59:59.999Z', 253_402_300_799_999, 0],
    ['5/1/2019 12:00:00 PM', noon, 0],
    ['5/1/2019, 12:00:00.123 PM', noon + 123, 0],
    ['05/01/2019 12:00:00 AM', noon - 43_200_000, 0],
    ['5/1/2019 1:00 PM', noon + 3_600_000, 0],
    ['5/1/2019 12:00:00', noon, 0],
    ['May 1, 2019 @ 12:00:00.123', noon + 123, 0],
    ['May 1, 2019 12:00:00 PM', noon, 0],
    ['/Date(1556712000000)/', noon, 0],
    ['/Date(1556712000000+0200)/', noon, 0],
    [1_556_712_000, noon, 0],
    [1_556_712_000.5, noon + 500, 0],
    ['1556712000', noon, 0],
    ['1556712000.123', noon + 123, 0],
    ['1556712000.1234567', noon + 123, 4567],
    [1_556_712_000_123, noon + 123, 0],
    ['1556712000123', noon + 123, 0],
    ['1556712000123456', noon + 123, 4560],
    ['1556712000123456789', noon + 123, 4567],
    [1_556_712_000_123_456_789n, noon + 123, 4567],
    ['132011856001234567', noon + 123, 4567],
    [132_011_856_000_000_000n, noon, 0],
  ])('%s', (value, time, ticks) => {
    expect(parseTime(value)).toEqual({ time, ticks })
  })

  it.each([
    '',
    'now',
    '2019-13-01T00:00:00Z',
    '2019-02-29',
    '2019-04-31',
    '2019-00-10',
    '2019-05-00',
    '2019-05-01T25:00:00Z',
    '2019-05-01T24:00:01Z',
    '2019-05-01T12:60:00Z',
    '2019-05-01T12:00:61Z',
    '2019-05-01T12:00:00+25:00',
    '2019-05-01T12:00:00 EDT',
    '2019-05/01',
    '13/1/2019 12:00:00 PM',
    '5/1/2019 13:00:00 PM',
    '5/1/2019 0:00:00 AM',
    'Foo 1, 2019 12:00:00',
    '2019',
    '20190501',
    '4688',
    4688,
    0,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e300,
    99999999999999999999n,
    true,
    null,
    [],
    {},
    'x'.repeat(100_000),
    '1'.repeat(30),
  ])('%s is no time', value => {
    expect(parseTime(value as never)).toBeUndefined()
  })
})

describe('formatTime', () => {
  it('writes three digits, or seven with ticks', () => {
    expect(formatTime(noon + 7)).toBe('2019-05-01T12:00:00.007Z')
    expect(formatTime(noon + 7, 8)).toBe('2019-05-01T12:00:00.0070008Z')
    expect(formatTime(-1, 9999)).toBe('1969-12-31T23:59:59.9999999Z')
    expect(formatTime(undefined)).toBe('')
    expect(formatTime(Number.NaN)).toBe('')
    expect(formatTime(1e18)).toBe('')
  })
})

describe('datePart', () => {
  it('gives parts in UTC', () => {
    expect(datePart(noon, 'minute')).toBe(0)
    expect(datePart(noon, 'hour')).toBe(12)
    expect(datePart(noon, 'day')).toBe(1)
    expect(datePart(noon, 'month')).toBe(5)
    expect(datePart(noon, 'year')).toBe(2019)
  })
  // Truth: Python's date.isocalendar().
  it.each([
    ['2019-05-01', 18],
    ['2020-12-31', 53],
    ['2021-01-01', 53],
    ['2021-01-03', 53],
    ['2021-01-04', 1],
    ['2018-12-31', 1],
    ['2016-01-03', 53],
    ['1969-12-29', 1],
    ['1969-12-28', 52],
  ])('%s is in ISO week %i', (text, week) => {
    expect(datePart(parseTime(text)!.time, 'week')).toBe(week)
  })
})
