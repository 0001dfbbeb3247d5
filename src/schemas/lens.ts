// How a column's value follows from a field's, and what a test on the field asks of the column. Each lens states the field values it speaks of; for those, an exact answer is the same answer.

import type { Value } from '../ir/event.ts'
import { asText } from '../ir/event.ts'
import { any, contains, endsWith, glob, literal, matchGlob, one, shape, startsWith } from '../ir/glob.ts'
import type { Glob, Match } from '../ir/predicate.ts'
import { fold } from '../text/fold.ts'
import type { Lens } from './schema.ts'

/** A test on the column. `exact`: it answers as the field's own test does; otherwise it may also let through what the field's test would not (never less). */
export interface Backward {
  readonly match: Match
  readonly exact: boolean
  /** The test is about what another column of the same field holds, so it is answered no here. */
  readonly elsewhere?: boolean
}

/** `forward`: the column's value for a field's (null: the column has none). `backward`: a test on the field as a test on the column; undefined: the column cannot answer it. */
export interface Lensing {
  forward(value: Value): Value
  backward(match: Match): Backward | undefined
}

type GlobMatch = { readonly glob: Glob; readonly fold: boolean }

/** A test for a text, when that is what a match asks; numbers are texts here, as they are in the fields of Windows events. */
function asGlob(match: Match): GlobMatch | undefined {
  if (match.kind === 'glob') return { glob: glob(match.glob), fold: match.fold }
  if (match.kind === 'text' && match.to.kind === 'literal') {
    const text = asText(match.to.value)
    if (text === undefined) return undefined
    const made = { whole: literal, start: startsWith, end: endsWith, anywhere: contains }[match.how](text)
    return { glob: made, fold: match.fold }
  }
  if (match.kind === 'compare' && match.op === '=' && match.to.kind === 'literal') {
    const text = asText(match.to.value)
    return text === undefined ? undefined : { glob: literal(text), fold: match.fold ?? false }
  }
  return undefined
}

const isStar = (part: Glob[number] | undefined): boolean => typeof part === 'object' && part.wild === 'any'
const textual = (pattern: Glob, foldCase: boolean, exact: boolean): Backward => ({
  match: { kind: 'glob', glob: glob(pattern), fold: foldCase },
  exact,
})

/** A test that no value passes: nothing equals a value that has no text. */
const never: Match = { kind: 'text', how: 'whole', to: { kind: 'literal', value: null }, fold: false }

/** Presence is the same question on either side, where every value of the field leaves one in the column. */
function presence(match: Match): Backward | undefined {
  return match.kind === 'exists' || match.kind === 'present' ? { match, exact: true } : undefined
}

/** Maps texts and leaves other values alone. */
const onText =
  (fn: (text: string) => Value): Lensing['forward'] =>
  value => {
    const text = asText(value)
    return text === undefined ? value : fn(text)
  }

/** What stands after the last of some separators. Speaks of values that have one (`C:\a\b.exe`, `DOMAIN\name`), all of one kind, and do not end in one. */
function lastPart(separators: readonly string[]): Lensing {
  const at = (text: string): number => Math.max(...separators.map(separator => text.lastIndexOf(separator)))
  return {
    forward: onText(text => text.slice(at(text) + 1)),
    backward(match) {
      if (match.kind === 'empty') return { match, exact: true }
      const asked = asGlob(match)
      if (asked === undefined) return presence(match)
      const star = asked.glob.findLastIndex(isStar)
      const tail = asked.glob.slice(star + 1)
      if (tail.length === 0) return star === 0 ? textual([any], asked.fold, true) : undefined
      const text = tail.length === 1 ? tail[0] : undefined
      if (typeof text !== 'string') return undefined
      const cut = at(text)
      if (cut === text.length - 1) return undefined
      if (cut >= 0) return textual([text.slice(cut + 1)], asked.fold, star === 0 && cut === 0)
      return star >= 0 ? textual([any, text], asked.fold, star === 0) : textual([text], asked.fold, false)
    },
  }
}

/** The folder of a path, without the separator at its end. Speaks of full paths. Only presence is exact; other tests keep what they say of the folder. */
const dirname: Lensing = {
  forward: onText(text => text.slice(0, Math.max(0, text.search(/[\\/][^\\/]*$/)))),
  backward(match) {
    const asked = asGlob(match)
    if (asked === undefined) return presence(match)
    const form = shape(asked.glob)
    if (form.kind === 'any') return textual([any], asked.fold, true)
    if (!('text' in form)) return undefined
    const folder = form.text.slice(0, Math.max(0, form.text.search(/[\\/][^\\/]*$/)))
    if (folder === '') return undefined
    const made = { equals: literal, starts: startsWith, ends: endsWith, contains }[form.kind](folder)
    return textual(made, asked.fold, false)
  },
}

/** Lower case, character by character where it keeps the length (U+0130 stays), as `text/fold.ts` does. */
function lowered(text: string): string {
  if (!text.includes('İ')) return text.toLowerCase()
  return text
    .split('İ')
    .map(part => part.toLowerCase())
    .join('İ')
}

/** The same text in lower case. Speaks of all texts. */
const lower: Lensing = {
  forward: onText(lowered),
  backward(match) {
    if (match.kind === 'empty' || match.kind === 'cidr') return { match, exact: true }
    const asked = asGlob(match)
    if (asked === undefined) return presence(match)
    if (asked.fold) return textual(asked.glob, true, true)
    const caseless = asked.glob.every(part => typeof part !== 'string' || part.toLowerCase() === part.toUpperCase())
    return textual(asked.glob, true, caseless)
  },
}

/** A whole number as `0x` and lower-case hexadecimal digits: 4688 is `0x1250`. Speaks of whole numbers from 0, in decimal without leading zeros. */
const hex: Lensing = {
  forward(value) {
    const digits = asText(value)
    return digits !== undefined && /^\d{1,40}$/.test(digits) ? `0x${BigInt(digits).toString(16)}` : value
  },
  backward(match) {
    // Order is asked of numbers, and the engine reads hexadecimal text as one.
    if (match.kind === 'compare' && match.op !== '=') return match.to.kind === 'literal' ? { match, exact: true } : undefined
    const asked = asGlob(match)
    if (asked === undefined) return presence(match)
    const form = shape(asked.glob)
    if (form.kind === 'any') return textual([any], asked.fold, true)
    if (!('text' in form) || form.kind !== 'equals') return undefined
    if (!/^(?:0|[1-9]\d{0,39})$/.test(form.text)) return { match: never, exact: true }
    return textual([`0x${BigInt(form.text).toString(16)}`], true, true)
  },
}

const hashLengths: Readonly<Record<string, number>> = { MD5: 32, SHA1: 40, SHA256: 64, IMPHASH: 32 }

/**
 * One hash out of Sysmon's list `SHA1=…,MD5=…,SHA256=…,IMPHASH=…`. Speaks of such lists. The list lies in parts, so an exact answer is exact
 * over the columns of all parts together: a test that names another algorithm is answered no here, and by that algorithm's own column.
 */
function hash(algorithm: string): Lensing {
  const length = hashLengths[algorithm]!
  return {
    forward: onText(text => {
      for (const part of text.split(',')) {
        const [name, value] = part.split('=')
        if (name?.trim().toUpperCase() === algorithm && value !== undefined && value !== '') return value.toLowerCase()
      }
      return null
    }),
    backward(match) {
      const asked = asGlob(match)
      if (asked === undefined) return presence(match)
      const form = shape(asked.glob)
      if (form.kind === 'any') return textual([any], true, true)
      if (!('text' in form)) return undefined
      const said = /^(?:([A-Za-z0-9]+)=)?([0-9A-Fa-f]*)$/.exec(form.text)
      if (said === null) return undefined
      const name = said[1]
      const digits = said[2]!
      if (name === undefined) return digits === '' ? undefined : barePart(form.kind, digits, asked.fold)
      if (!Object.hasOwn(hashLengths, name.toUpperCase())) return undefined
      if (name.toUpperCase() !== algorithm) return { match: never, exact: true, elsewhere: true }
      // `contains` finds the name anywhere in the list; the other shapes also ask where in the list it stands.
      const exact = asked.fold && form.kind === 'contains'
      if (digits.length >= length || form.kind === 'equals' || form.kind === 'ends') return textual([digits], true, exact)
      return textual([digits, any], true, exact)
    },
  }

  function barePart(kind: 'equals' | 'starts' | 'ends' | 'contains', digits: string, foldCase: boolean): Backward | undefined {
    if (kind === 'equals' || kind === 'starts') return { match: never, exact: true }
    if (digits.length > length) return { match: never, exact: true }
    return kind === 'ends' ? textual([any, digits], true, false) : textual([any, digits, any], true, foldCase)
  }
}

/** A field with few values, each spelt otherwise in the column. Closed: there are no values beside those; otherwise only equality with a known one is exact. */
function table(
  pairs: readonly (readonly [string, Value])[],
  options: { readonly closed: boolean; readonly same?: RegExp },
): Lensing {
  const known = new Map(pairs.map(([field, column]) => [fold(field), column]))
  return {
    forward: onText(text => known.get(fold(text)) ?? (options.same?.test(text) ? text : null)),
    backward(match) {
      if (match.kind === 'empty' && options.closed) return { match: never, exact: true }
      const asked = asGlob(match)
      if (asked === undefined) return presence(match)
      const form = shape(asked.glob)
      if (form.kind === 'any') return textual([any], asked.fold, true)
      // A rule that names the column's own spelling means the same value.
      if (form.kind === 'equals' && options.same?.test(form.text)) return textual(asked.glob, true, true)
      const fits = matchGlob(asked.glob, asked.fold)
      const values = new Set(pairs.filter(([field]) => fits(field)).map(([, column]) => String(asText(column))))
      if (values.size === 0) return options.closed ? { match: never, exact: true } : undefined
      const exact = options.closed || form.kind === 'equals'
      if (values.size === 1) return textual([...values], true, exact)
      const pattern = [...values].map(value => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
      return { match: { kind: 'regex', pattern: `(?:${pattern})`, fold: true, whole: true }, exact }
    },
  }
}

const hives: readonly (readonly [string, string])[] = [
  ['HKLM', 'HKEY_LOCAL_MACHINE'],
  ['HKU', 'HKEY_USERS'],
  ['HKCU', 'HKEY_CURRENT_USER'],
  ['HKCR', 'HKEY_CLASSES_ROOT'],
  ['HKCC', 'HKEY_CURRENT_CONFIG'],
]

const current = 'currentcontrolset'

/** Whether a text ends within the name of the current control set: `System\Curr`. */
function endsInside(text: string): boolean {
  const last = fold(text).split('\\').at(-1)!
  return last !== '' && last !== current && current.startsWith(last)
}

/**
 * A registry path with the number of the control set in place of the current one (`\System\ControlSet001` for `\System\CurrentControlSet`) and, where
 * `hives` gives names, the hive's full one (`HKEY_LOCAL_MACHINE` for `HKLM`). Speaks of Sysmon's paths: an abbreviated hive at the start, the current
 * control set under that name only. A rule that names a numbered set finds that set.
 */
function registryPath(hives: readonly (readonly [string, string])[]): Lensing {
  /** Whether a text could begin inside a name that the column writes otherwise: `E\Software`, `Set\Services`. */
  const beginsInside = (text: string): boolean => {
    const wanted = fold(text)
    return [...hives.flat().map(fold), current].some(word => {
      const name = `${word}\\`
      for (let at = 0; at < word.length; at++) {
        const rest = name.slice(at)
        if (rest.startsWith(wanted) || (wanted.startsWith(rest) && (at > 0 || word !== current))) return true
      }
      return false
    })
  }
  return {
    forward: onText(text => {
      const cut = text.indexOf('\\')
      const head = cut === -1 ? text : text.slice(0, cut)
      const full = hives.find(([short]) => fold(short) === fold(head))?.[1]
      const path = full === undefined ? text : full + text.slice(head.length)
      return path.replace(/\\CurrentControlSet(?=\\|$)/i, '\\ControlSet001')
    }),
    backward(match) {
      if (match.kind === 'empty') return { match, exact: true }
      const asked = asGlob(match)
      if (asked === undefined) return presence(match)
      if (asked.glob.length === 1 && isStar(asked.glob[0])) return textual([any], asked.fold, true)
      const made: Glob[number][] = []
      let rewritten = false
      let digits = false
      for (const [index, part] of asked.glob.entries()) {
        if (typeof part !== 'string') {
          made.push(part)
          continue
        }
        const [before, after] = [asked.glob[index - 1], asked.glob[index + 1]]
        const found = hives.find(([short]) => fold(`${part}\\`).startsWith(`${fold(short)}\\`))
        // A hive stands at the start of a path; without a separator after it, only a wildcard or nothing may follow.
        const whole = found !== undefined && (part.length > found[0].length || after === undefined || isStar(after))
        const first = index === 0 || (index === 1 && isStar(before))
        if (index === 0 ? hives.length > 0 && !whole : !(whole && first) && beginsInside(part)) return undefined
        if (after !== undefined && endsInside(part)) return undefined
        // The column has a number where the field has a word.
        digits ||= index > 0 && /^\d{1,3}(?:\\|$)/.test(part)
        const path = whole && first ? found[1] + part.slice(found[0].length) : part
        const pieces = path.split(/currentcontrolset/i)
        rewritten ||= path !== part || pieces.length > 1
        made.push(...pieces.flatMap((piece, at): Glob => (at === 0 ? [piece] : ['ControlSet', one, one, one, piece])))
      }
      return textual(made, asked.fold, !digits && (asked.fold || !rewritten))
    },
  }
}

const device = '\\device\\harddiskvolume'

/** A path with the volume's device in place of the drive letter: `C:\Windows` is `\Device\HarddiskVolume3\Windows`. Speaks of paths with a drive letter; which volume it is cannot be known. */
const devicepath: Lensing = {
  forward: onText(text => (/^[A-Za-z]:\\/.test(text) ? `\\Device\\HarddiskVolume3${text.slice(2)}` : text)),
  backward(match) {
    if (match.kind === 'empty') return { match, exact: true }
    const asked = asGlob(match)
    if (asked === undefined) return presence(match)
    const [first, second] = asked.glob
    if (typeof first === 'string') {
      if (!/^[A-Za-z]:\\/.test(first)) return undefined
      return textual([device, any, first.slice(2), ...asked.glob.slice(1)], true, false)
    }
    if (first === undefined || first === one) return undefined
    if (typeof second !== 'string') return second === undefined ? textual([any], asked.fold, true) : undefined
    // The drive is not in the column.
    if (/^[a-z]$/i.test(second) || asked.glob.some(part => typeof part === 'string' && part.includes(':'))) return undefined
    return insideDevice(second) ? textual(asked.glob, asked.fold, false) : textual(asked.glob, asked.fold, true)
  },
}

/** Whether a text could match within, or begin within, the device part of a path, which the field does not have. */
function insideDevice(text: string): boolean {
  const wanted = fold(text)
  const name = `${device}3\\`
  for (let at = 0; at < name.length - 1; at++) {
    const rest = name.slice(at)
    if (rest.startsWith(wanted) || wanted.startsWith(rest)) return true
  }
  // The volume's number is any number.
  return /^\d+(?:\\|$)/.test(wanted) || /harddiskvolume\d*$/.test(wanted)
}

/** Registry data as the number it is, where Sysmon writes `DWORD (0x00000001)` or `QWORD (0x00000000-0x00000001)`. Speaks of Sysmon's details that are not a text of digits only. */
const dword: Lensing = {
  forward: onText(text => number(text) ?? text),
  backward(match) {
    if (match.kind === 'empty') return { match, exact: true }
    const asked = asGlob(match)
    if (asked === undefined) return presence(match)
    const form = shape(asked.glob)
    if (form.kind === 'any') return textual([any], asked.fold, true)
    const value = 'text' in form && form.kind !== 'starts' ? number(form.text) : undefined
    if (value !== undefined && 'text' in form && form.kind !== 'equals' && asked.fold && /^[DQ]WORD \(/i.test(form.text)) {
      // The number itself, or a text that has its rendering.
      const text = form.text.replace(/[()]/g, '\\$&')
      const pattern = `^${value}$|${text}${form.kind === 'ends' ? '$' : ''}`
      return { match: { kind: 'regex', pattern, fold: true, whole: false }, exact: true }
    }
    if (value !== undefined && 'text' in form) {
      const rendered = asked.fold ? /\(0x[0-9a-f]{8}(?:-|\))/i : /^[DQ]WORD \(0x[0-9a-f]{8}(?:-0x[0-9a-f]{8})?\)$/
      return textual([value], asked.fold, form.kind === 'equals' && rendered.test(form.text))
    }
    // What could stand in a rendered number or in its digits is another question there; everything else is the same text on both sides.
    const first = asked.glob[0]
    const same =
      asked.glob.some(part => typeof part === 'string' && !inNumber(part)) || (typeof first === 'string' && /^0\d/.test(first))
    return same ? textual(asked.glob, asked.fold, true) : undefined
  },
}

/** Registry data with a number of 32 bits as its digits alone, `0x00000001` where Sysmon writes `DWORD (0x00000001)`. Speaks of Sysmon's details that are not such digits themselves. */
const dwordDigits: Lensing = {
  forward: onText(text => /^DWORD \((0x[0-9a-f]{8})\)$/i.exec(text)?.[1] ?? text),
  backward(match) {
    if (match.kind === 'empty') return { match, exact: true }
    const asked = asGlob(match)
    if (asked === undefined) return presence(match)
    const form = shape(asked.glob)
    if (form.kind === 'any') return textual([any], asked.fold, true)
    const digits = 'text' in form ? /^DWORD \((0x[0-9a-f]{8})\)$/i.exec(form.text)?.[1] : undefined
    if (digits !== undefined && 'text' in form)
      return textual([digits], asked.fold, form.kind === 'equals' && (asked.fold || form.text.startsWith('DWORD')))
    // What could stand in the word around the digits, or only in them, is another question there.
    const same = asked.glob.some(part => typeof part === 'string' && !inNumber(part))
    return same ? textual(asked.glob, asked.fold, true) : undefined
  },
}

/** How Sysmon renders numbers, each `#` a hexadecimal digit. */
const renderings = ['dword (0x########)', 'qword (0x########-0x########)']

/** Whether a text could stand in a rendered number, or in the digits of one. */
function inNumber(text: string): boolean {
  if (/^\d*$/.test(text)) return true
  const wanted = fold(text)
  return renderings.some(rendering => {
    for (let at = 0; at + wanted.length <= rendering.length; at++) {
      let next = 0
      while (
        next < wanted.length &&
        (rendering[at + next] === '#' ? /[0-9a-f]/.test(wanted[next]!) : rendering[at + next] === wanted[next])
      )
        next++
      if (next === wanted.length) return true
    }
    return false
  })
}

function number(text: string): string | undefined {
  const small = /^DWORD \((0x[0-9a-f]{1,8})\)$/i.exec(text)
  if (small !== null) return BigInt(small[1]!).toString()
  const large = /^QWORD \(0x([0-9a-f]{8})-0x([0-9a-f]{8})\)$/i.exec(text)
  return large === null ? undefined : BigInt(`0x${large[1]}${large[2]}`).toString()
}

/** Registry data that is a text, where numbers lie elsewhere. Speaks of Sysmon's details; a test that a rendered number could pass is none for texts alone. */
const words: Lensing = {
  forward: onText(text => (number(text) === undefined ? text : null)),
  backward(match) {
    if (match.kind === 'empty') return { match, exact: true }
    const asked = asGlob(match)
    if (asked === undefined) return presence(match)
    const first = asked.glob[0]
    return typeof first === 'string' && !/^[dq]/i.test(first) ? textual(asked.glob, asked.fold, true) : undefined
  },
}

/** The names that PowerShell writes before the values of its records. */
const labels = [
  ...['Severity', 'Host Name', 'Host Version', 'Host ID', 'Host Application', 'Engine Version', 'Runspace ID', 'Pipeline ID'],
  ...[
    'Command Name',
    'Command Type',
    'Command Line',
    'Script Name',
    'Command Path',
    'Sequence Number',
    'Connected User',
    'Shell ID',
  ],
  ...['ProviderName', 'NewProviderState', 'NewEngineState', 'PreviousEngineState', 'DetailSequence', 'DetailTotal', 'UserId'],
  ...['name', 'value', 'CommandInvocation', 'ParameterBinding', 'NonTerminatingError'],
].flatMap(label => [fold(label), fold(label.replaceAll(' ', ''))])

/**
 * One value of a text of named values, which lie in parts, each in a column of its own. Speaks of PowerShell's records. Exact over the columns of all
 * parts together, for a text somewhere in it that is within one value: no name, and none of the signs between names and values.
 */
const part: Lensing = {
  forward: value => value,
  backward(match) {
    const asked = asGlob(match)
    if (asked === undefined) return presence(match)
    const form = shape(asked.glob)
    if (form.kind === 'any') return textual([any], asked.fold, true)
    const [first, ...rest] = asked.glob
    const texts = asked.glob.filter(piece => typeof piece === 'string')
    if (!isStar(first) || !isStar(rest.at(-1)) || texts.length !== 1) return undefined
    const text = texts[0]!
    if (/[=\r\n]|[):]\s|;\s/.test(text) || labels.some(label => label.includes(fold(text.trim())))) return undefined
    return textual(asked.glob, asked.fold, true)
  },
}

/** A text that stands within the column's longer one: only a part of it can be asked for, and no end of it. The schema says what stands around it. */
const within: Lensing = {
  forward: value => value,
  backward(match) {
    const asked = asGlob(match)
    if (asked === undefined) return match.kind === 'exists' || match.kind === 'present' ? presence(match) : undefined
    const [first] = asked.glob
    return isStar(first) && isStar(asked.glob.at(-1)) ? textual(asked.glob, asked.fold, true) : undefined
  },
}

/** Every lens of `Lens`, both ways. */
export const lenses: Readonly<Record<Lens, Lensing>> = {
  basename: lastPart(['\\', '/']),
  dirname,
  lower,
  hex,
  md5: hash('MD5'),
  sha1: hash('SHA1'),
  sha256: hash('SHA256'),
  imphash: hash('IMPHASH'),
  /** Mandatory label SIDs: https://learn.microsoft.com/windows/win32/secauthz/well-known-sids */
  integrity: table(
    [
      ['Untrusted', 'S-1-16-0'],
      ['Low', 'S-1-16-4096'],
      ['Medium', 'S-1-16-8192'],
      ['MediumPlus', 'S-1-16-8448'],
      ['High', 'S-1-16-12288'],
      ['System', 'S-1-16-16384'],
      ['Protected', 'S-1-16-20480'],
    ],
    { closed: true, same: /^S-1-16-\d+$/i },
  ),
  hive: registryPath(hives),
  controlset: registryPath([]),
  account: lastPart(['\\']),
  /** Well-known accounts only; no table knows the others. */
  sid: table(
    [
      ['NT AUTHORITY\\SYSTEM', 'S-1-5-18'],
      ['NT AUTHORITY\\LOCAL SERVICE', 'S-1-5-19'],
      ['NT AUTHORITY\\NETWORK SERVICE', 'S-1-5-20'],
      ['NT AUTHORITY\\ANONYMOUS LOGON', 'S-1-5-7'],
      ['NT AUTHORITY\\IUSR', 'S-1-5-17'],
      ['Everyone', 'S-1-1-0'],
      ['BUILTIN\\Administrators', 'S-1-5-32-544'],
      ['BUILTIN\\Users', 'S-1-5-32-545'],
      ['BUILTIN\\Guests', 'S-1-5-32-546'],
    ],
    { closed: false, same: /^S-1-\d+(?:-\d+)+$/i },
  ),
  /** IANA protocol numbers. */
  protocol: table(
    [
      ['tcp', 6],
      ['udp', 17],
      ['icmp', 1],
      ['icmpv6', 58],
    ],
    { closed: true, same: /^\d{1,3}$/ },
  ),
  boolean: table(
    [
      ['true', true],
      ['false', false],
    ],
    { closed: true },
  ),
  devicepath,
  dword,
  dworddigits: dwordDigits,
  words,
  part,
  within,
}
