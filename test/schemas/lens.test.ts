import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Value } from '../../src/ir/event.ts'
import { any, contains, endsWith, literal, one, startsWith } from '../../src/ir/glob.ts'
import type { Glob, Match } from '../../src/ir/predicate.ts'
import { lenses } from '../../src/schemas/lens.ts'
import type { Lens } from '../../src/schemas/schema.ts'
import { matches } from './answer.ts'

const of = (glob: Glob, fold = true): Match => ({ kind: 'glob', glob, fold })

/** Fixed, so that a run repeats; another finds other examples: `TERRIER_SEED=$RANDOM npx vitest run test/schemas`. */
const seed = Number(process.env.TERRIER_SEED ?? 1572)

// Values and what rules ask of them, per lens.

const word = fc.stringMatching(/^[A-Za-z0-9 .$_-]{1,8}$/).filter(text => text.trim() !== '')
const path = fc
  .tuple(fc.constantFrom('C:', 'D:', '\\\\host\\share'), fc.array(word, { minLength: 1, maxLength: 4 }))
  .map(([drive, parts]) => [drive, ...parts].join('\\'))
const account = fc.tuple(fc.constantFrom('NT AUTHORITY', 'CORP', 'WS7'), word).map(parts => parts.join('\\'))
const hexadecimal = (length: number) => fc.stringMatching(new RegExp(`^[0-9A-F]{${length}}$`))
const hashList = fc
  .record(
    { SHA1: hexadecimal(40), MD5: hexadecimal(32), SHA256: hexadecimal(64), IMPHASH: hexadecimal(32) },
    { requiredKeys: [] },
  )
  .filter(hashes => Object.keys(hashes).length > 0)
  .map(hashes =>
    Object.entries(hashes)
      .map(([name, value]) => `${name}=${value}`)
      .join(','),
  )
const key = fc.stringMatching(/^[A-Za-z0-9{} ]{1,8}$/).filter(text => !/controlset|^hk/i.test(text))
const registry = fc
  .tuple(
    fc.constantFrom('HKLM', 'HKU', 'HKCR', 'HKCU'),
    fc.array(fc.oneof(key, fc.constantFrom('Software', 'Run', 'S-1-5-21-1')), { minLength: 1, maxLength: 4 }),
    fc.boolean(),
  )
  .map(([hive, keys, current]) => [hive, ...(current ? ['System', 'CurrentControlSet'] : []), ...keys].join('\\'))
const levels = fc.constantFrom('Untrusted', 'Low', 'Medium', 'High', 'System')
const details = fc.oneof(
  fc.nat(0xffffffff).map(value => `DWORD (0x${value.toString(16).padStart(8, '0')})`),
  fc
    .tuple(fc.nat(0xffffffff), fc.nat(0xffffffff))
    .map(([high, low]) => `QWORD (0x${high.toString(16).padStart(8, '0')}-0x${low.toString(16).padStart(8, '0')})`),
  fc.constantFrom('Binary Data', '(Empty)', 'C:\\Windows\\system32\\cmd.exe /c calc'),
  word.filter(text => !/^\d*$/.test(text)),
)

const values: Readonly<Record<Lens, fc.Arbitrary<string>>> = {
  basename: path,
  part: fc.oneof(path, word),
  dirname: path,
  lower: fc.oneof(
    path,
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('ÉCOLE', 'straße', 'İstanbul', 'ΣΊΣΥΦΟΣ', '\u212aelvin', 'ſ'),
  ),
  hex: fc.bigInt(0n, 2n ** 64n).map(String),
  md5: hashList,
  sha1: hashList,
  sha256: hashList,
  imphash: hashList,
  integrity: levels,
  hive: registry,
  controlset: registry,
  account,
  sid: fc.constantFrom('NT AUTHORITY\\SYSTEM', 'NT AUTHORITY\\LOCAL SERVICE', 'BUILTIN\\Administrators', 'Everyone'),
  protocol: fc.constantFrom('tcp', 'udp', 'icmp'),
  boolean: fc.constantFrom('true', 'false'),
  devicepath: path.filter(text => /^[CD]:/.test(text)),
  dword: details,
  dworddigits: details,
  words: details,
  within: fc.oneof(path, word),
}

/** A test about a value: the value, a piece of it or of another, with wildcards around as rules have them; sometimes with other case, sometimes exact in case. */
const asked = (value: fc.Arbitrary<string>): fc.Arbitrary<Match> =>
  fc
    .record({
      text: value,
      from: fc.nat(9999),
      to: fc.nat(9999),
      how: fc.nat(6),
      fold: fc.boolean(),
      upper: fc.boolean(),
      atPart: fc.boolean(),
    })
    .map(({ text, from, to, how, fold, upper, atPart }): Match => {
      const [a, b] = [from, to].map(point => point % (text.length + 1)).sort((x, y) => x - y) as [number, number]
      const separator = text.indexOf('\\', a)
      const start = atPart && separator !== -1 ? separator : a
      const piece = (part: string): string => (upper ? part.toUpperCase() : part)
      const forms: Glob[] = [
        literal(piece(text)),
        startsWith(piece(text.slice(0, b))),
        endsWith(piece(text.slice(start))),
        contains(piece(text.slice(start, Math.max(start, b)))),
        [any, piece(text.slice(start, Math.max(start, b))), any, piece(text.slice(Math.max(start, b)))],
        [any],
        [any, piece(`${text.slice(start)}x`)],
      ]
      return of(forms[how]!, fold)
    })

const parts: ReadonlySet<Lens> = new Set(['md5', 'sha1', 'sha256', 'imphash'])
const ids = (Object.keys(lenses) as Lens[]).filter(id => !parts.has(id))

describe('every lens', () => {
  it.each(ids)(
    '%s: an exact test on the column answers as the field’s, an inexact one never answers no where that says yes',
    id => {
      let exact = 0
      let loose = 0
      fc.assert(
        fc.property(
          values[id].chain(value => fc.tuple(fc.constant(value), fc.oneof(asked(fc.constant(value)), asked(values[id])))),
          ([value, match]) => {
            const back = lenses[id].backward(match)
            if (back === undefined) return
            const here = matches(match, value)
            const there = matches(back.match, lenses[id].forward(value))
            if (back.exact) {
              exact++
              expect({ value, match, there, back }).toEqual({ value, match, there: here, back })
            } else {
              loose++
              if (here) expect({ value, match, there, back }).toEqual({ value, match, there: true, back })
            }
          },
        ),
        { numRuns: 4000, seed },
      )
      // A lens that answers nothing would keep every law.
      expect(exact + loose).toBeGreaterThan(100)
      if (id !== 'dirname') expect(exact).toBeGreaterThan(50)
    },
  )

  it('the hash lenses together answer as the list does', () => {
    const names = [...parts]
    let answered = 0
    const test = fc.tuple(hashList, hashList, fc.nat(3), fc.boolean()).map(([list, other, how, own]): [string, Match] => {
      const [name, hash] = (own ? list : other).split(',')[0]!.split('=') as [string, string]
      return [
        list,
        of(
          [
            contains(`${name}=${hash}`),
            contains(hash.toLowerCase()),
            contains(`${name}=${hash.slice(0, 12)}`),
            contains(hash.slice(3, 20)),
          ][how]!,
        ),
      ]
    })
    fc.assert(
      fc.property(test, ([list, match]) => {
        const backs = names.map(id => [id, lenses[id].backward(match)] as const)
        if (backs.some(([, back]) => back?.exact !== true)) return
        answered++
        const there = backs.some(([id, back]) => matches(back!.match, lenses[id].forward(list)))
        expect({ list, match, there }).toEqual({ list, match, there: matches(match, list) })
      }),
      { numRuns: 4000, seed },
    )
    expect(answered).toBeGreaterThan(3000)
  })

  it.each(Object.keys(lenses) as Lens[])('%s: presence is the same question', id => {
    for (const match of [{ kind: 'exists' }, { kind: 'present' }] as const)
      expect(lenses[id].backward(match)).toEqual({ match, exact: true })
  })

  it('a test that a column cannot answer is not answered', () => {
    expect(lenses.basename.backward(of(contains('\\Temp\\')))).toBeUndefined()
    expect(lenses.basename.backward({ kind: 'regex', pattern: 'x', fold: false, whole: false })).toBeUndefined()
    expect(lenses.md5.backward(of(contains('SHA512=00')))).toBeUndefined()
    expect(lenses.account.backward(of(contains('AUTHORI')))).toBeUndefined()
    expect(lenses.sid.backward(of(literal('CORP\\bob')))).toBeUndefined()
  })
})

// Examples, one line each: the field's test and the column's.

const examples: readonly (readonly [Lens, Value, Value])[] = [
  ['basename', 'C:\\Tools\\plink.exe', 'plink.exe'],
  ['basename', '/usr/bin/ssh', 'ssh'],
  ['dirname', 'C:\\Tools\\plink.exe', 'C:\\Tools'],
  ['lower', 'C:\\PLINK.EXE', 'c:\\plink.exe'],
  ['hex', 4688, '0x1250'],
  ['hex', '18446744073709551615', '0xffffffffffffffff'],
  ['md5', 'SHA1=AA,MD5=0F343B0931126A20F133D67C2B018A3B', '0f343b0931126a20f133d67c2b018a3b'],
  ['sha256', 'SHA1=AA,MD5=BB', null],
  ['integrity', 'High', 'S-1-16-12288'],
  ['integrity', 'S-1-16-12288', 'S-1-16-12288'],
  [
    'hive',
    'HKLM\\System\\CurrentControlSet\\Services\\PortProxy',
    'HKEY_LOCAL_MACHINE\\System\\ControlSet001\\Services\\PortProxy',
  ],
  ['controlset', 'HKLM\\System\\CurrentControlSet\\Control', 'HKLM\\System\\ControlSet001\\Control'],
  ['hive', 'HKU\\S-1-5-21-1\\Software', 'HKEY_USERS\\S-1-5-21-1\\Software'],
  ['account', 'NT AUTHORITY\\SYSTEM', 'SYSTEM'],
  ['sid', 'NT AUTHORITY\\SYSTEM', 'S-1-5-18'],
  ['protocol', 'tcp', 6],
  ['boolean', 'true', true],
  ['devicepath', 'C:\\Windows\\System32\\ssh.exe', '\\Device\\HarddiskVolume3\\Windows\\System32\\ssh.exe'],
  ['dword', 'DWORD (0x00000001)', '1'],
  ['dword', 'QWORD (0x00000001-0x00000000)', '4294967296'],
  ['dword', 'cmd.exe', 'cmd.exe'],
  ['words', 'cmd.exe', 'cmd.exe'],
  ['words', 'DWORD (0x00000001)', null],
  ['dworddigits', 'DWORD (0x00000001)', '0x00000001'],
  ['dworddigits', 'QWORD (0x00000001-0x00000000)', 'QWORD (0x00000001-0x00000000)'],
]

const asks: readonly (readonly [Lens, Match, Match, boolean])[] = [
  ['basename', of(endsWith('\\plink.exe')), of(literal('plink.exe')), true],
  ['basename', of(endsWith('plink.exe')), of(endsWith('plink.exe')), true],
  ['basename', of(literal('C:\\x\\y.exe')), of(literal('y.exe')), false],
  ['hex', { kind: 'compare', op: '=', to: { kind: 'literal', value: 4688 } }, of(literal('0x1250')), true],
  ['md5', of(contains('MD5=0F343B0931126A20F133D67C2B018A3B')), of(literal('0F343B0931126A20F133D67C2B018A3B')), true],
  ['integrity', of(literal('system')), of(literal('S-1-16-16384')), true],
  [
    'hive',
    of(contains('\\CurrentControlSet\\Services\\PortProxy\\')),
    of([any, '\\ControlSet', one, one, one, '\\Services\\PortProxy\\', any]),
    true,
  ],
  ['hive', of(startsWith('HKLM\\SOFTWARE\\')), of(startsWith('HKEY_LOCAL_MACHINE\\SOFTWARE\\')), true],
  ['account', of(endsWith('\\SYSTEM')), of(literal('SYSTEM')), true],
  ['devicepath', of(endsWith('\\ssh.exe')), of(endsWith('\\ssh.exe')), true],
  ['devicepath', of(literal('C:\\a.exe')), of(['\\device\\harddiskvolume', any, '\\a.exe']), false],
  ['dword', of(literal('DWORD (0x00000001)')), of(literal('1')), true],
  ['dworddigits', of(literal('DWORD (0x00000001)')), of(literal('0x00000001')), true],
  ['boolean', of(literal('True')), of(literal('true')), true],
]

describe('examples', () => {
  it.each(examples)('%s: %j is %j', (id, field, column) => {
    expect(lenses[id].forward(field)).toEqual(column)
  })

  it.each(asks)('%s: %j asks %j (exact: %s)', (id, field, column, exact) => {
    expect(lenses[id].backward(field)).toEqual({ match: column, exact })
  })

  it('several values of a small field are one test', () => {
    const back = lenses.integrity.backward(of([any, 'm', any]))
    expect(back?.exact).toBe(true)
    for (const [level, hit] of [
      ['Medium', true],
      ['System', true],
      ['High', false],
    ] as const)
      expect(matches(back!.match, lenses.integrity.forward(level))).toBe(hit)
  })
})
