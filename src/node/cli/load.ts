// Rules read from files, with the names they refer to: the first half of every verb that takes rules.

import { readFileSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import { parse } from 'yaml'
import type { Detection } from '../../ir/detection.ts'
import type { ParseContext } from '../../languages/language.ts'
import { readRules } from '../../rules/index.ts'
import { schemas } from '../../schemas/index.ts'
import type { Schema } from '../../schemas/schema.ts'
import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { ruleSources } from '../rulefiles.ts'
import type { Io } from './io.ts'
import { misuse, reason } from './options.ts'
import { bundledRules } from './package.ts'

export interface Rules {
  readonly detections: readonly Detection[]
  /** What was wrong with the files and their texts, in the order of the files. */
  readonly findings: readonly Diagnostic[]
  readonly sources: readonly Source[]
}

/** Reads the rules of some paths; without paths, those of the bundled pack. */
export async function loadRules(paths: readonly string[], io: Io, context?: ParseContext): Promise<Rules> {
  const findings: Diagnostic[] = []
  const sources = await ruleSources(paths.length === 0 ? [bundledPath(io)] : paths, finding => findings.push(finding))
  const read = readRules(sources, context)
  return { detections: read.value ?? [], findings: [...findings, ...read.diagnostics], sources }
}

/** The bundled rules as a user would name them: relative where they lie below the working folder. */
function bundledPath(io: Io): string {
  const path = bundledRules()
  const way = relative(io.cwd, path)
  return way === '' || isAbsolute(way) || way.startsWith('..') ? path : way
}

/** The schemas a run uses: all that need no asking, and those named. */
export function usedSchemas(ids: readonly string[]): Outcome<readonly Schema[]> {
  const used = schemas.filter(schema => schema.optIn !== true)
  const names = schemas.map(schema => schema.id)
  for (const id of ids) {
    const schema = schemas.find(known => known.id === id)
    if (schema === undefined) {
      const near = suggest(id, names)
      const list = `the schemas are ${names.join(', ')}`
      return {
        diagnostics: [misuse('CLI016', `no schema "${id}"`, near === undefined ? list : `did you mean "${near}"? ${list}`)],
      }
    }
    if (!used.includes(schema)) used.push(schema)
  }
  return { value: used, diagnostics: [] }
}

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

/** A test of names: `*` any run, `?` one character, ignoring case. */
export function nameTest(pattern: string): (name: string) => boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.')
  const regex = new RegExp(`^(?:${expression})$`, 'isu')
  return name => regex.test(name)
}

/** Whether a rule is meant by `--rule`: its id, name, title, or its file's name with or without the ending. */
export function ruleTest(pattern: string): (detection: Detection) => boolean {
  const test = nameTest(pattern)
  return detection => {
    const file = detection.written.document.name.split(/[\\/]/).at(-1)!
    return [detection.id, detection.name, detection.title, file, file.replace(/\.ya?ml$/i, '')].some(
      name => name !== undefined && test(name),
    )
  }
}

/** Whether a rule is meant by `--tag`: a technique (`T1572` takes in its sub-techniques) or any tag of the document. */
export function tagTest(pattern: string): (detection: Detection) => boolean {
  const test = nameTest(pattern)
  const bare = pattern.replace(/^attack\./i, '')
  const technique = nameTest(bare)
  const below = nameTest(`${bare}.*`)
  return detection => {
    const tags = Array.isArray(detection.rest.tags) ? detection.rest.tags : []
    return detection.attack.some(id => technique(id) || below(id)) || tags.some(tag => typeof tag === 'string' && test(tag))
  }
}
