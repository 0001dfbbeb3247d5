import { describe, expect, it } from 'vitest'
import { derive, derived, queryPrefixLength, registeredDomain } from '../../src/schemas/derive.ts'

// The algorithm and these kinds of rule: https://publicsuffix.org/list/ — names of our own.
const zones: readonly (readonly [name: string, zone: string | undefined, prefix: number | undefined])[] = [
  ['example.com', 'example.com', 0],
  ['www.example.com', 'example.com', 3],
  ['WWW.Example.COM.', 'example.com', 3],
  ['aGVsbG8gd29ybGQ.t1.example.com', 'example.com', 17],
  ['abc.de.example.com', 'example.com', 5],
  ['mail.example.co.uk', 'example.co.uk', 4],
  ['example.co.uk', 'example.co.uk', 0],
  ['co.uk', undefined, undefined],
  ['com', undefined, undefined],
  ['a.b.example.com.au', 'example.com.au', 2],
  ['school.nsw.edu.au', 'school.nsw.edu.au', 0],
  ['x.school.nsw.edu.au', 'school.nsw.edu.au', 1],
  ['example.tk', 'example.tk', 0],
  ['x.example.com.ck', 'example.com.ck', 1],
  ['www.ck', 'www.ck', 0],
  ['x.www.ck', 'www.ck', 1],
  ['pupil.town.county.sch.uk', 'town.county.sch.uk', 5],
  ['4.3.2.10.in-addr.arpa', '10.in-addr.arpa', 3],
  ['d111111abcdef8.cloudfront.net', 'cloudfront.net', 14],
  ['host.corp.local', 'corp.local', 4],
  ['localhost', undefined, undefined],
  ['10.1.2.3', undefined, undefined],
  ['fe80::1', undefined, undefined],
  ['', undefined, undefined],
  ['.', undefined, undefined],
  ['a..example.com', undefined, undefined],
  [`${'a'.repeat(300)}.com`, undefined, undefined],
  ['constructor.example.com', 'example.com', 11],
  ['a.constructor', 'a.constructor', 0],
]

describe('the registered domain of a name', () => {
  it.each(zones)('%s → %s', (name, zone) => {
    expect(registeredDomain(name)).toBe(zone)
  })

  it.each(zones)('%s has %2$s characters before it', (name, _, prefix) => {
    expect(queryPrefixLength(name)).toBe(prefix)
  })

  it('is found in bounded time', () => {
    expect(registeredDomain('a.'.repeat(1_000_000))).toBeUndefined()
  })
})

describe('derived fields', () => {
  it('say what they are computed from', () => {
    expect(Object.keys(derived).slice(0, 2)).toEqual(['QueryZone', 'QueryPrefixLength'])
    expect(derive('QueryZone')?.from).toBe('QueryName')
    expect(derive('QueryZone')?.compute('x.example.com')).toBe('example.com')
    expect(derive('QueryPrefixLength')?.compute('xyz.example.com')).toBe(3)
  })

  it('are those and no others', () => {
    expect(derive('QueryName')).toBeUndefined()
    expect(derive('constructor')).toBeUndefined()
  })
})
