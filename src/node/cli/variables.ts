// Values of placeholders, from files of variables.

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import type { ParseContext } from '../../languages/language.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import type { Io } from './io.ts'
import { misuse, reason } from './options.ts'

type Names = NonNullable<ParseContext['names']>

/** Files of variables (YAML or JSON: name to a value or a list; also below a key `vars`) as names for placeholders. A later file wins. */
export function readVariables(files: readonly string[], io: Io): Outcome<Names> {
  const names = new Map<string, string | readonly string[]>()
  for (const file of files) {
    const wrong = (why: string): Outcome<Names> => ({
      diagnostics: [
        misuse('CLI008', `cannot read variables from "${file}": ${why}`, 'write a map of names to a value or a list of values'),
      ],
    })
    let read: unknown
    try {
      read = parse(readFileSync(resolve(io.cwd, file), 'utf8'), { maxAliasCount: 100, logLevel: 'silent' })
    } catch (error) {
      return wrong(reason(error).split('\n')[0]!)
    }
    const map = isMap(read) && isMap(read.vars) ? read.vars : read
    if (!isMap(map)) return wrong('it is not a map')
    for (const [name, value] of Object.entries(map)) {
      const values = Array.isArray(value) ? value : [value]
      if (!values.every(isScalar)) return wrong(`the value of "${name}" is neither a value nor a list of values`)
      const texts = values.map(String)
      names.set(name, Array.isArray(value) ? texts : texts[0]!)
    }
  }
  return { value: Object.fromEntries(names), diagnostics: [] }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isScalar(value: unknown): value is string | number | bigint | boolean {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value)
}
