// Macros and lookups that lie beside detections in SPL: the YAML of Splunk's security content, macros.conf and transforms.conf. Facts: macros.conf.spec, transforms.conf.spec, the content's own schema.

import type { LookupRules, ParseContext } from '../languages/language.ts'
import { documents, entry, type MapNode } from '../languages/sigma/yaml.ts'
import type { Source } from '../text/source.ts'
import { lenient } from './lenient.ts'

/** A lookup table: the file that its rows are in, where its definition names one, and how it is asked. */
export interface LookupDefinition extends LookupRules {
  readonly name: string
  readonly file?: string
  /** Columns of a table that is kept in the product alone. */
  readonly columns?: readonly string[]
}

/** What definitions beside rules say. */
export interface Definitions {
  readonly names: NonNullable<ParseContext['names']>
  readonly lookups: readonly LookupDefinition[]
}

type Names = Record<string, NonNullable<ParseContext['names']>[string]>

const no = /^(?:false|0|no|f|n)$/i

/** `WILDCARD(a), CIDR(b)` by column. */
function matchesOf(text: string): Readonly<Record<string, 'wildcard' | 'cidr'>> {
  const found = [...text.matchAll(/(WILDCARD|CIDR|EXACT)\s*\(\s*([^)\s]+)\s*\)/gi)].flatMap(one =>
    one[1]!.toUpperCase() === 'EXACT' ? [] : [[one[2]!, one[1]!.toLowerCase() as 'wildcard' | 'cidr'] as const],
  )
  return Object.fromEntries(found)
}

/** The definition of a lookup from its settings, whatever document they stood in. */
function lookupOf(name: string, setting: (key: string) => string | undefined): LookupDefinition {
  const type = setting('match_type')
  const cased = setting('case_sensitive_match')
  const least = Number(setting('min_matches') ?? 0)
  const most = setting('max_matches')
  const otherwise = setting('default_match')
  const file = setting('filename')
  const columns = setting('fields_list') ?? setting('fields')
  return {
    name,
    ...(file === undefined ? {} : { file }),
    ...(type === undefined ? {} : { matches: matchesOf(type) }),
    ...(cased === undefined ? {} : { cased: !no.test(cased) }),
    ...(otherwise === undefined ? {} : { otherwise }),
    ...(Number.isInteger(least) && least > 0 ? { least } : {}),
    ...(most !== undefined && /^\d{1,6}$/.test(most) && Number(most) > 0 ? { most: Number(most) } : {}),
    ...(columns === undefined ? {} : { columns: columns.split(',').map(column => column.trim()) }),
  }
}

/** Reads definitions; texts that are none are passed over. */
export function readDefinitions(sources: readonly Source[]): Definitions {
  const names: Names = {}
  const lookups: LookupDefinition[] = []
  for (const source of sources) {
    if (/\.conf$/i.test(source.name)) fromConf(source, names, lookups)
    else fromYaml(source, names, lookups)
  }
  return { names, lookups }
}

function put(names: Names, name: string, args: readonly string[], definition: string, source: Source): void {
  const key = args.length === 0 || name.endsWith(`(${args.length})`) ? name : `${name}(${args.length})`
  Object.defineProperty(names, key, {
    value: args.length === 0 ? definition : { args, body: { name: source.name, text: definition } },
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

function fromYaml(source: Source, names: Names, lookups: LookupDefinition[]): void {
  const { source: read } = lenient(source)
  for (const { root } of documents(read).documents) {
    if (root?.kind !== 'map') continue
    const name = textOf(root, 'name')
    if (name === undefined) continue
    const definition = textOf(root, 'definition')
    if (definition !== undefined) {
      const args = entry(root, 'arguments')?.value
      const listed = args?.kind === 'list' ? args.items.flatMap(item => (item.kind === 'scalar' ? [item.text] : [])) : []
      put(names, name, listed, definition, source)
    } else if (entry(root, 'filename') !== undefined || entry(root, 'collection') !== undefined)
      lookups.push(lookupOf(name, key => textOf(root, key)))
  }
}

const textOf = (map: MapNode, key: string): string | undefined => {
  const value = entry(map, key)?.value
  return value?.kind === 'scalar' ? value.text : undefined
}

/** A stanza of a .conf file with its settings; a backslash at the end of a line continues it. */
export interface Stanza {
  readonly name: string
  readonly start: number
  readonly settings: ReadonlyMap<string, { readonly text: string; readonly start: number; readonly end: number }>
}

/** The stanzas of a .conf file (configuration files, "Structure"). */
export function stanzas(source: Source): readonly Stanza[] {
  const out: { name: string; start: number; settings: Map<string, { text: string; start: number; end: number }> }[] = []
  const { text } = source
  let at = 0
  while (at < text.length) {
    const newline = text.indexOf('\n', at)
    const end = newline === -1 ? text.length : newline
    const line = text.slice(at, end).replace(/\r$/, '')
    const head = /^\s*\[(.*)\]\s*$/.exec(line)
    const setting = /^\s*([^=#;\s][^=]*?)\s*=[^\S\n]*/.exec(line)
    if (head !== null) out.push({ name: head[1]!, start: at, settings: new Map() })
    else if (setting !== null && out.length > 0) {
      const start = at + setting[0].length
      let stop = end
      while (/\\\r?$/.test(text.slice(start, stop)) && stop < text.length) {
        const next = text.indexOf('\n', stop + 1)
        stop = next === -1 ? text.length : next
      }
      out.at(-1)!.settings.set(setting[1]!, {
        text: text
          .slice(start, stop)
          .replace(/\\\r?\n/g, '\n')
          .trimEnd(),
        start,
        end: stop,
      })
      at = stop + 1
      continue
    }
    at = end + 1
  }
  return out
}

function fromConf(source: Source, names: Names, lookups: LookupDefinition[]): void {
  for (const { name, settings } of stanzas(source)) {
    const definition = settings.get('definition')?.text
    if (definition !== undefined) {
      const args = (settings.get('args')?.text ?? '')
        .split(',')
        .map(arg => arg.trim())
        .filter(arg => arg !== '')
      put(names, name, args, definition, source)
    } else if (settings.has('filename') || settings.has('collection'))
      lookups.push(lookupOf(name, key => settings.get(key)?.text))
  }
}
