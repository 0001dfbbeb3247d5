// How wide, how long and how much: text measured and cut for people's eyes, so that tables stay straight whatever a log says.

import { visible } from '../../text/diagnostic.ts'

/** Ranges of code points that take two columns of a terminal (East Asian Width W and F, and emoji), in order. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
]

const noWidth = /^[\p{Mn}\p{Me}\p{Cf}]$/u

/** The columns one character (a whole code point) takes. */
function columns(character: string): number {
  const code = character.codePointAt(0)!
  if (code < 0x300) return 1
  if (noWidth.test(character)) return 0
  for (const [from, to] of wide) {
    if (code < from) return 1
    if (code <= to) return 2
  }
  return 1
}

/** The columns a text takes on a terminal; escape sequences must not be in it. */
export function width(text: string): number {
  let total = 0
  for (const character of text) total += columns(character)
  return total
}

/** A text cut to so many columns; where something was cut off it ends in `mark`. */
export function clip(text: string, room: number, mark = '…'): string {
  if (text.length <= room && !/[^\x20-\x7e]/.test(text)) return text
  const short = Math.max(0, room - width(mark))
  let total = 0
  let at = 0
  let cut = 0
  for (const character of text) {
    total += columns(character)
    if (total > room) return text.slice(0, cut) + clip(mark, Math.max(0, room), '')
    at += character.length
    if (total <= short) cut = at
  }
  return text
}

/** A text cut to so many columns at its beginning, for paths, whose end says more. */
export function clipStart(text: string, room: number, mark = '…'): string {
  if (width(text) <= room) return text
  const characters = [...text]
  let total = width(mark)
  let from = characters.length
  while (from > 0 && total + columns(characters[from - 1]!) <= room) total += columns(characters[--from]!)
  return mark + characters.slice(from).join('')
}

/** A text filled with blanks to so many columns; never cut. */
export function pad(text: string, room: number, side: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, room - width(text)))
  return side === 'left' ? text + blanks : blanks + text
}

/** A value of a log on one line that cannot steer a terminal: control and direction characters, tabs and line breaks made visible. */
export function oneLine(text: string): string {
  return visible(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}

/** The house's own signs in ASCII, for terminals that are not UTF-8 and for pipes. */
const signs: Readonly<Record<string, string>> = {
  '✓': '+',
  '✗': 'x',
  '·': '-',
  '…': '...',
  '—': '-',
  '→': '->',
  '├': '|',
  '└': '`',
  '│': '|',
  '─': '-',
  '┌': '+',
  '×': 'x',
  '≤': '<=',
}

/** A text of ours in ASCII: our signs by their substitutes. */
export function ascii(text: string): string {
  return text.replace(/[✓✗·…—→├└│─┌×≤]/g, sign => signs[sign] ?? sign)
}

/** Everything beyond ASCII written as an escape, for a terminal that would show it wrongly. */
export function escaped(text: string): string {
  return text.replace(/[^\x00-\x7f]/gu, character => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}

/** A whole number with thousands parted: `412,880`. */
export function count(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A number with its noun: `1 rule`, `2 rules`. */
export function counted(number: number, noun: string, several = `${noun}s`): string {
  return `${count(number)} ${number === 1 ? noun : several}`
}

/** Bytes in the largest unit that keeps the number above 1: `3.4 MB` (powers of ten). */
export function bytes(number: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = number
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** Milliseconds as people say them: `0.4 s`, `72 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`
}

/** A text broken at blanks into lines of at most so many columns; a word that is longer has a line of its own. */
export function wrap(text: string, room: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const part of oneLine(text.replace(/\s+/g, ' ').trim()).split(' ')) {
    if (line !== '' && width(line) + 1 + width(part) > room) {
      lines.push(line)
      line = part
    } else line = line === '' ? part : `${line} ${part}`
  }
  return line === '' ? lines : [...lines, line]
}
