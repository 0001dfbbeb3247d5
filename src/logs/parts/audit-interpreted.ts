// The fields of a record as `ausearch -i` prints it: values by name, without quotes, with blanks in them.

import type { Value } from '../../ir/event.ts'
import { type AuditFields, mostFields, put } from './audit-record.ts'

const interpretedName = /(?:^|[ \u001d,])([A-Za-z][A-Za-z0-9_-]*)=/g

/**
 * Reads the fields of one interpreted record: values stand without quotes and may hold blanks, so a value goes as far as the next name.
 * An argument of EXECVE goes as far as the next argument, a command line or a path to the names that follow it in its record.
 */
export function readInterpretedFields(type: string, line: string, from: number, fields: AuditFields): void {
  if (type === 'EXECVE') {
    readInterpretedArguments(line, from, fields)
    return
  }
  if (type === 'PROCTITLE') {
    const rest = line.slice(from)
    put(fields, 'proctitle', rest.startsWith('proctitle=') ? rest.slice(10).trimEnd() : rest.trimEnd())
    return
  }
  const body = line.slice(from)
  const marks: { name: string; start: number; value: number }[] = []
  interpretedName.lastIndex = 0
  for (let found = interpretedName.exec(body); found !== null && marks.length < mostFields; found = interpretedName.exec(body)) {
    marks.push({ name: found[1]!, start: found.index, value: interpretedName.lastIndex })
    interpretedName.lastIndex = found.index + Math.max(1, found[0].length - 1)
  }
  const lead = body.slice(0, marks[0]?.start ?? body.length).trim()
  if (lead !== '') put(fields, 'message', lead)
  for (const [place, { name, value: start }] of marks.entries()) {
    let value = body.slice(start, marks[place + 1]?.start ?? body.length).trim()
    if (name === 'msg' && value.startsWith("'")) {
      const inner = body.slice(start).trim().replace(/^'|'$/g, '')
      readInterpretedFields('', ` ${inner}`, 0, fields)
      return
    }
    if (value.startsWith('"') && value.endsWith('"') && value.length > 1) value = value.slice(1, -1)
    if (name === 'saddr') value = body.slice(start).trim()
    if (!Object.hasOwn(fields, name)) put(fields, name, value)
    else if (name === 'key') {
      const before = fields.key!
      put(fields, name, [...(Array.isArray(before) ? (before as readonly Value[]) : [before]), value])
    }
    if (name === 'saddr') return
  }
}

/** Each argument goes as far as the next one in order: `a1=`, or a piece of a long one, `a1[0]=`. */
function readInterpretedArguments(line: string, from: number, fields: AuditFields): void {
  const count = /^\s*argc=(\d{1,7})/.exec(line.slice(from))
  let at = from
  if (count !== null) {
    put(fields, 'argc', count[1]!)
    at += count[0].length
  }
  const body = line.trimEnd()
  const first = /^ ?a(\d{1,7})(?:_len|\[(\d{1,7})\])?=/.exec(body.slice(at))
  if (first === null) return
  let name = first[0].trimStart().slice(0, -1)
  at += first[0].length
  for (let steps = 0; steps < mostFields; steps++) {
    const [, place, piece] = /^a(\d+)(?:_len|\[(\d+)\])?$/.exec(name)!
    const number = Number(place)
    const following = name.endsWith('_len') ? [`a${number}[0]`] : [`a${number + 1}`, `a${number + 1}_len`]
    if (piece !== undefined) following.unshift(`a${number}[${Number(piece) + 1}]`)
    let end = body.length
    let next = ''
    // The last argument may hold anything, also what looks like the next.
    if (count === null || piece !== undefined || name.endsWith('_len') || number + 1 < Number(count[1])) {
      for (const one of following) {
        const found = body.indexOf(` ${one}=`, at)
        if (found !== -1 && found < end) {
          end = found
          next = one
        }
      }
    }
    const value = body.slice(at, end)
    put(fields, name, value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value)
    if (next === '') return
    at = end + next.length + 2
    name = next
  }
}
