// Networks as regular expressions: typed examples, and agreement with the engine's reading of addresses on generated spellings.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAddress, parseNetwork } from '../../src/engine/address.ts'
import { networkRegex } from '../../src/ir/network.ts'

const compile = (network: string) => new RegExp(networkRegex(network)!.replace('(?i)', ''), 'i')

describe('networkRegex', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      '10.0.0.0/8',
      ['10.0.0.1', '10.255.255.255', '::ffff:10.1.2.3', '::FFFF:a01:203', '0:0:0:0:0:ffff:10.0.0.9'],
      ['110.0.0.1', '10.0.0', '10.0.0.256', '010.0.0.1', '11.0.0.1', '', '-', '::ffff:b01:203'],
    ],
    ['172.16.0.0/12', ['172.16.0.1', '172.31.255.1'], ['172.15.0.1', '172.32.0.1', '172.160.0.1']],
    ['192.168.1.128/25', ['192.168.1.128', '192.168.1.255'], ['192.168.1.127', '192.168.1.12']],
    ['127.0.0.1', ['127.0.0.1'], ['127.0.0.10']],
    ['0.0.0.0/0', ['1.2.3.4', '::ffff:1.2.3.4'], ['fe80::1', '1.2.3']],
    ['fe80::/10', ['fe80::1', 'FEBF:0:0:0:1:2:3:4', 'fe80::1%eth0', 'fe80::'], ['fec0::1', 'fe8::1', '::fe80']],
    ['fc00::/7', ['fd12:3456::1', 'fc00::'], ['fe00::1', 'fc::1']],
    [
      '::1/128',
      ['::1', '0:0:0:0:0:0:0:1', '0000:0000:0000:0000:0000:0000:0000:0001', '0::0001', '::0.0.0.1'],
      ['::2', '::1:1', '1::', '::11', '1::1'],
    ],
    ['2001:db8::/32', ['2001:db8::', '2001:0db8:0:0::5', '2001:DB8:1:2:3:4:5:6'], ['2001:db9::', '2001::db8', '2001:db80::1']],
    ['2001:db8:0:8000::/49', ['2001:db8:0:8000::1', '2001:db8::ffff:0:0:0:1'], ['2001:db8::1', '2001:db8:0:7fff::1']],
    ['::/64', ['::1', '0:0:0:0:1:2:3:4', '::', '0::5:6:7:8'], ['1::', '0:0:0:1::', '::1:2:3:4:5']],
  ])('%s', (network, inside, outside) => {
    const pattern = compile(network)
    expect(inside.filter(text => !pattern.test(text))).toEqual([])
    expect(outside.filter(text => pattern.test(text))).toEqual([])
  })

  it.each(['', '10.0.0.0/33', '10.0.0/8', '010.0.0.0/8', '::1/129', 'fe80:::/10', '1:2:3/64', 'x', '::/'])(
    'knows that %j is no network',
    text => {
      expect(networkRegex(text)).toBeUndefined()
    },
  )

  it('agrees with the engine on generated networks and spellings (seed 20250311)', () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(1, 0xff, 0x100, 0xfff, 0xffff))
    const six = fc.array(group, { minLength: 8, maxLength: 8 })
    const mapped = fc.tuple(group, group).map(([a, b]) => [0, 0, 0, 0, 0, 0xffff, a, b])
    const spelling = fc.record({
      from: fc.nat(7),
      to: fc.nat(8),
      pad: fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }),
      upper: fc.boolean(),
      quad: fc.boolean(),
    })
    const spell = (
      groups: readonly number[],
      how: { from: number; to: number; pad: number[]; upper: boolean; quad: boolean },
    ): string => {
      const texts = groups.map((value, index) => value.toString(16).padStart(1 + how.pad[index]!, '0'))
      let [from, to] = [how.from, how.to]
      while (from < to && groups.slice(from, to).some(value => value !== 0)) to--
      let parts = texts
      let tail: string[] = []
      if (how.quad && to <= 6) {
        tail = [[groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join('.')]
        parts = texts.slice(0, 6)
      }
      const text =
        from < to
          ? `${parts.slice(0, from).join(':')}::${[...parts.slice(to), ...tail].join(':')}`
          : [...parts, ...tail].join(':')
      return how.upper ? text.toUpperCase() : text
    }
    const asFour = (groups: readonly number[]) => [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join('.')
    let inside = 0
    fc.assert(
      fc.property(
        fc.oneof(six, mapped),
        fc.nat(128),
        fc.array(fc.tuple(six, spelling), { minLength: 6, maxLength: 6 }),
        fc.boolean(),
        (base, bits, others, flip) => {
          const four = base[5] === 0xffff && base.slice(0, 5).every(value => value === 0)
          const network = four ? `${asFour(base)}/${bits % 33}` : `${base.map(value => value.toString(16)).join(':')}/${bits}`
          const test = parseNetwork(network)!
          const pattern = compile(network)
          for (const [other, how] of others) {
            // Near the network: its own first groups, and from some bit on another address.
            const prefix = four ? 96 + (bits % 33) : bits
            const cut = flip ? prefix : Math.max(0, prefix - 1)
            const groups = base.map((value, index) => {
              const own = Math.max(0, Math.min(16, cut - index * 16))
              const mask = (0xffff << (16 - own)) & 0xffff
              return (value & mask) | (other[index]! & ~mask & 0xffff)
            })
            for (const text of [spell(groups, how), ...(four ? [asFour(groups)] : [])]) {
              // The one spelling that is left out.
              if (four && /ffff:.*::|ffff::/i.test(text)) continue
              const address = parseAddress(text)
              expect(address, text).toBeDefined()
              const expected = test(address!)
              if (expected) inside++
              expect([network, text, pattern.test(text)]).toEqual([network, text, expected])
            }
          }
        },
      ),
      { seed: 20250311, numRuns: 3000 },
    )
    expect(inside).toBeGreaterThan(3000)
  })
})
