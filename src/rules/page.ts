// Pages in Markdown with queries in fences: KQL and SPL are read as rules, and what a page says of its queries (lists of macros and fields, other languages) is held against them.

import type { Detection } from '../ir/detection.ts'
import { fieldsUsed } from '../ir/walk.ts'
import { languages } from '../languages/index.ts'
import type { ParseContext } from '../languages/language.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Source, Span } from '../text/source.ts'
import { techniquesIn } from './kql-detection.ts'
import { detectionOfSearch } from './spl.ts'

export const codes: Readonly<Record<string, string>> = {
  DOC201: 'a page promises queries that it does not have',
  DOC203: 'a page’s list of macros is not what its search calls',
  DOC204: 'a page requires fields that its search does not use',
}

/** A fenced block with the heading above it. */
export interface Fence {
  readonly info: string
  readonly start: number
  readonly end: number
  readonly heading: string
}

/** A page parted into its fences and the prose around them, which keeps its places. */
export interface Page {
  readonly fences: readonly Fence[]
  readonly title: string
  /** The text with blanks in place of what stands in fences. */
  readonly prose: string
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ')

/** Fenced blocks, with the heading above each; the title is that of the front matter or the first heading. */
export function pageOf(text: string): Page {
  const fences: Fence[] = []
  let title = /^---\r?\n(?:[^\n]*\n)*?title:[ \t]*["']?([^\n]*?)["']?[ \t]*\r?\n/.exec(text.slice(0, 4000))?.[1] ?? ''
  let heading = ''
  let open: { readonly mark: string; readonly info: string; readonly start: number } | undefined
  let at = 0
  for (const line of text.split(/(?<=\n)/)) {
    const fence = /^\s*(`{3,}|~{3,})\s*([^\s`]*)/.exec(line)
    if (open !== undefined) {
      if (fence !== null && fence[1]!.startsWith(open.mark) && fence[2] === '') {
        fences.push({ info: open.info, start: open.start, end: at, heading })
        open = undefined
      }
    } else if (fence !== null) open = { mark: fence[1]!, info: fence[2]!, start: at + line.length }
    else {
      const found = /^#{1,6}\s+(.*?)\s*#*\s*$/.exec(line)
      if (found !== null) {
        heading = found[1]!
        if (title === '') title = heading
      }
    }
    at += line.length
  }
  let prose = ''
  let from = 0
  for (const { start, end } of fences) {
    prose += text.slice(from, start) + blank(text.slice(start, end))
    from = end
  }
  return { fences, title, prose: prose + text.slice(from) }
}

/** What can only begin a search in SPL. */
const searching =
  /^\s*(?:\|\s*(?:tstats|inputlookup|makeresults|mstats|from\s+(?:datamodel|inputlookup)|rest|metadata|search)\b|`[\w.:-]+[`(]|(?:search\s+)?(?:index|sourcetype|eventtype)\s*=)/i

/** Whether a fence holds a search in SPL: by its name, or without one by its beginning. */
export const isSearch = ({ info }: Pick<Fence, 'info'>, text: string): boolean =>
  /^(?:spl|splunk)/i.test(info) || (/^(?:|text|txt|query|sql|bash|shell)$/i.test(info) && searching.test(text))

/** The items of a list below a heading. */
function listBelow(prose: string, heading: RegExp): { readonly items: readonly string[]; readonly span: Span } | undefined {
  const found = heading.exec(prose)
  if (found === null) return undefined
  const start = found.index
  const from = start + found[0].length
  const next = /^#{1,6}\s/m.exec(prose.slice(from))
  const below = prose.slice(from, next === null ? prose.length : from + next.index)
  const items = [...below.matchAll(/^[ \t]*[*-][ \t]+(.+?)[ \t]*$/gm)].map(item => item[1]!)
  return items.length === 0 ? undefined : { items, span: { start, end: from } }
}

const quoted = (names: readonly string[]): string =>
  `${names
    .slice(0, 6)
    .map(name => `"${name}"`)
    .join(', ')}${names.length > 6 ? ` and ${names.length - 6} more` : ''}`

/** Searches of a page, with what the page lists of them held against what they call and read. */
export function searchesOf(source: Source, page: Page, context: ParseContext | undefined): Outcome<readonly Detection[]> {
  const diagnostics: Diagnostic[] = []
  const detections: Detection[] = []
  const found = page.fences.filter(fence => isSearch(fence, source.text.slice(fence.start, fence.end)))
  const base = page.title === '' ? source.name.replace(/^.*[\\/]/, '').replace(/\.\w+$/, '') : page.title
  const description = /^#+\s*Description\s*\r?\n+([\s\S]*?)(?=^#|$(?![\s\S]))/im.exec(page.prose)?.[1]?.trim() ?? ''
  const id = /\bID\b\W{0,8}([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\b/i.exec(page.prose)?.[1]
  for (const [index, fence] of found.entries()) {
    const text = source.text.slice(fence.start, fence.end)
    const title = found.length === 1 ? base : `${base} (${index + 1}${fence.heading === '' ? '' : `: ${fence.heading}`})`
    const place = ({ start, end }: Span): Span => ({ start: fence.start + start, end: fence.start + end })
    const about = {
      title,
      description,
      attack: techniquesIn(page.prose),
      rules: 'spl-markdown',
      ...(id === undefined || found.length > 1 ? {} : { id }),
    }
    const read = detectionOfSearch(source, text, place, about, context)
    diagnostics.push(...read.diagnostics)
    if (read.value === undefined) continue
    detections.push(read.value)
    if (found.length === 1) diagnostics.push(...listed(source, text, page, read.value, context))
  }
  return { value: detections, diagnostics }
}

/** A page's lists of macros and of required fields, where they are not what the search calls and reads. */
function listed(
  source: Source,
  text: string,
  { prose }: Page,
  detection: Detection,
  context: ParseContext | undefined,
): readonly Diagnostic[] {
  const out: Diagnostic[] = []
  const macros = listBelow(prose, /^#+[ \t]*Macros?[ \t]*$/im)
  if (macros !== undefined) {
    const calls = languages.find(language => language.id === 'spl')!.references!({ name: source.name, text }, context)
    const said = prose.slice(macros.span.end).split(/^#{1,6}\s/m)[0]!
    const names = (of: string): boolean => new RegExp(`(?<![\\w])${of.replace(/\(\d+\)$/, '')}(?![\\w])`).test(said)
    const missing = calls.filter(({ name }) => !names(name))
    const listedOnly = macros.items.flatMap(item => {
      const name = /^\W*([a-z_]\w+)/i.exec(item)?.[1]
      return name === undefined || calls.some(call => call.name.replace(/\(\d+\)$/, '') === name) ? [] : [name]
    })
    if (missing.length > 0)
      out.push({
        code: 'DOC203',
        severity: 'note',
        message: `the list of macros leaves out ${quoted(
          missing.map(({ name, through }) => (through === undefined ? name : `${name} (through ${through})`)),
        )}`,
        span: macros.span,
        source,
        hint: 'name every macro that is needed, those that others call as well',
      })
    if (listedOnly.length > 0)
      out.push({
        code: 'DOC203',
        severity: 'note',
        message: `the list of macros names ${quoted(listedOnly)}, which the search does not call`,
        span: macros.span,
        source,
      })
  }
  const required = listBelow(prose, /^#+[ \t]*Required fields[ \t]*$/im)
  if (required !== undefined) {
    const used = fieldsUsed(detection.query)
    const unused = required.items.filter(name => /^[\w.]+$/.test(name) && !name.startsWith('_') && !used.has(name))
    if (unused.length > 0)
      out.push({
        code: 'DOC204',
        severity: 'note',
        message: `the search does not use ${quoted(unused)}, which the page requires`,
        span: required.span,
        source,
        hint: 'name the fields that the search reads',
      })
  }
  return out
}

/** Query languages as pages speak of them, and the names of fences that hold them. */
const spoken: readonly { readonly name: string; readonly said: RegExp; readonly fence: RegExp }[] = [
  { name: 'KQL', said: /\bKQL\b|\bKusto\b|\bSentinel\b/, fence: /^(?:kql|kusto|csl)/i },
  { name: 'SPL', said: /\bSPL\b|\bSplunk\b/, fence: /^(?:spl|splunk)/i },
  { name: 'Elastic', said: /\bElastic\b|\bEQL\b|\bES\|QL\b|\bLucene\b/, fence: /^(?:eql|esql|es\|ql|lucene|kuery|elastic|es-)/i },
  { name: 'AQL', said: /\bAQL\b|\bQRadar\b/, fence: /^(?:aql|qradar)/i },
  { name: 'Sumo Logic', said: /\bSumo\b/, fence: /^sumo/i },
  { name: 'YARA-L', said: /\bYARA-L\b|\bChronicle\b|\bSecOps\b/, fence: /^(?:yara-?l|chronicle|udm)/i },
  { name: 'LogScale', said: /\bLogScale\b|\bCQL\b|\bHumio\b/, fence: /^(?:logscale|cql|humio)/i },
]

/** A line of a page that promises several languages of which the page holds some only. */
export function promised(source: Source, { fences, prose }: Page): readonly Diagnostic[] {
  const held = spoken.filter(({ fence, name }) =>
    fences.some(one => fence.test(one.info) || (name === 'SPL' && isSearch(one, source.text.slice(one.start, one.end)))),
  )
  if (held.length === 0) return []
  let at = 0
  for (const line of prose.split(/(?<=\n)/)) {
    const start = at
    at += line.length
    // A line that only names products (tags, sources of data) promises nothing.
    if (!/\b(?:queries|query|detections?|rules?|platforms?|SIEMs?|logic|languages?|ship|shipped)\b/i.test(line)) continue
    const said = spoken.filter(one => one.said.test(line))
    const missing = said.filter(one => !held.includes(one))
    if (said.length < 4 || missing.length === 0) continue
    return [
      {
        code: 'DOC201',
        severity: 'note',
        message: `the page promises ${said.length} languages and holds ${held.length}: nothing is here in ${missing.map(({ name }) => name).join(', ')}`,
        span: { start, end: start + line.trimEnd().length },
        source,
        hint: 'terrier convert writes the others, terrier prove shows whether they mean the same',
      },
    ]
  }
  return []
}
