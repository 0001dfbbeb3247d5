// Queries in KQL as people publish them: bare files (.kql, .csl), of one query or of several parted by blank lines, and Markdown with queries in fences. Read and written.

import type { Detection } from '../ir/detection.ts'
import type { ParseContext, Printed } from '../languages/language.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'
import { fileName } from './elastic.ts'
import { type Around, detectionOf, readsAsKql, techniquesIn } from './kql-detection.ts'
import { type Fence, isSearch, codes as pageCodes, pageOf, promised, searchesOf } from './page.ts'
import type { Place, RuleFormat } from './rules.ts'

const codes: Readonly<Record<string, string>> = {
  ...pageCodes,
  KQD101: 'a document of KQL holds queries in KQL only',
  KQD201: 'a part of a text is no query',
  KQD301: 'a query is written twice, for two names of the time',
  KQD302: 'a rule sorts its results',
}

const base = (name: string): string =>
  name
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.(?:kql|csl|kusto|md|txt)$/i, '')

const operators =
  /\|\s*(?:where|extend|project|summarize|join|union|distinct|take|limit|sort|order|top|count|mv-expand|evaluate|parse|search)\b/

/** How sure a text is KQL alone. */
function detectBare({ name, text }: Source): number {
  if (/\.(?:kql|csl|kusto)$/i.test(name)) return 0.9
  if (
    /\.(?:ya?ml|json|md|toml|spl|conf|ndjson)$/i.test(name) ||
    /^\s*[{[<]/.test(text) ||
    /^[\w-]+:(?:\s|$)/m.test(text.slice(0, 400))
  )
    return 0
  return operators.test(text) &&
    /^(?:[\s\u200b\ufeff]*(?:\/\/.*)?\r?\n)*\s*(?:let\b|[A-Za-z_]\w*\s*(?:\r?\n\s*)*\||search\b|union\b|datatable\b|print\b)/.test(
      text,
    )
    ? 0.35
    : 0
}

interface Block {
  readonly start: number
  readonly end: number
}

/** Stretches of text between blank lines. */
function blocksOf(text: string, from: number): readonly Block[] {
  const out: Block[] = []
  let start: number | undefined
  let at = from
  for (const line of text.slice(from).split(/(?<=\n)/)) {
    if (line.trim() === '') {
      if (start !== undefined) out.push({ start, end: at })
      start = undefined
    } else start ??= at
    at += line.length
  }
  if (start !== undefined) out.push({ start, end: text.length })
  return out
}

const uncommented = (text: string): string => text.replace(/^\s*\/\/.*$/gm, '').trim()

/** Most blocks that are tried as one query. */
const mostJoined = 40

/** The queries of a text: the whole where it reads as one, else as few neighbouring blocks as do; what reads as none is told. */
function queriesOf(source: Source, whole: Block, context: ParseContext | undefined, diagnostics: Diagnostic[]): readonly Block[] {
  const text = source.text.slice(0, whole.end)
  if (readsAsKql(text.slice(whole.start), context)) return [whole]
  const blocks = blocksOf(text, whole.start)
  const out: Block[] = []
  let comments: number | undefined
  for (let at = 0; at < blocks.length; at++) {
    const { start, end } = blocks[at]!
    if (uncommented(text.slice(start, end)) === '') {
      comments ??= start
      continue
    }
    let last = at
    let found: Block | undefined
    for (; last < Math.min(blocks.length, at + mostJoined); last++) {
      const next = blocks[last + 1]
      // A block that begins with a bar goes on with the query before it.
      if (next !== undefined && /^\s*[|)]/.test(uncommented(text.slice(next.start, next.end)))) continue
      const part = { start: comments ?? start, end: blocks[last]!.end }
      if (readsAsKql(text.slice(part.start, part.end), context)) {
        found = part
        break
      }
    }
    comments = undefined
    if (found === undefined) {
      diagnostics.push({
        code: 'KQD201',
        severity: 'warning',
        message: `this part of the text is no query: "${text
          .slice(start, Math.min(end, start + 60))
          .trim()
          .replace(/\s+/g, ' ')}"`,
        span: { start, end },
        source,
        hint: 'queries are parted by blank lines',
      })
      continue
    }
    out.push(found)
    at = last
  }
  return out
}

/** The comment that stands above a query, without its slashes. */
function heading(text: string): readonly string[] {
  const lines: string[] = []
  for (const line of text.split('\n')) {
    const comment = /^\s*\/\/+\s?(.*?)\s*$/.exec(line)
    if (comment !== null) lines.push(comment[1]!)
    else if (line.trim() !== '' || lines.length > 0) break
  }
  return lines.filter(line => line !== '' && !/^[-=*/#\s]+$/.test(line))
}

function readBare(source: Source, context?: ParseContext): Outcome<readonly Detection[]> {
  const diagnostics: Diagnostic[] = []
  const around: Around = { source, context, diagnostics }
  const found = queriesOf(source, { start: 0, end: source.text.length }, context, diagnostics)
  // A text in which nothing reads tells what is wrong with it as a whole.
  const blocks = found.length === 0 ? [{ start: 0, end: source.text.length }] : found
  const named = base(source.name)
  const detections = blocks.flatMap(({ start, end }, index): Detection[] => {
    const text = source.text.slice(start, end)
    const comments = heading(text)
    const facts = {
      title:
        blocks.length === 1
          ? named
          : `${named} (${index + 1}${comments[0] === undefined ? '' : `: ${comments[0].slice(0, 80)}`})`,
      description: comments.join('\n'),
      attack: techniquesIn(comments.join('\n')),
      rules: 'kql',
    }
    const one = detectionOf(text, offset => start + offset, facts, around)
    return one === undefined ? [] : [one]
  })
  return {
    value: detections,
    diagnostics: found.length === 0 ? diagnostics.filter(finding => finding.code !== 'KQD201') : diagnostics,
  }
}

/** A query as a file of its own, with what it is about as comments. */
function commented(detection: Detection, printed: Printed): string {
  const lines = [
    detection.title,
    ...detection.description.split('\n'),
    ...(detection.attack.length === 0 ? [] : [detection.attack.join(', ')]),
  ]
  return `${lines
    .filter((line, index) => line.trim() !== '' && (index === 0 || line !== detection.title))
    .map(line => `// ${line.trim()}`)
    .join('\n')}\n${printed.text}\n`
}

const refused = (place: Place | undefined): Outcome<never> | undefined =>
  place !== undefined && place.language !== 'kql'
    ? {
        diagnostics: [
          {
            code: 'KQD101',
            severity: 'error',
            message: `a document of KQL holds KQL, not "${place.language}"`,
            hint: 'convert to defender, sentinel-asim, sentinel-security or sentinel-forwarded',
          },
        ],
      }
    : undefined

/** Bare queries. Several in one text are parted by blank lines, as the portals' editors part them; comments above one are its description. */
export const kqlFile: RuleFormat = {
  id: 'kql',
  title: 'queries in KQL (.kql, .csl)',
  detect: detectBare,
  read: readBare,
  write(detection, printed, _columns, place) {
    return (
      refused(place) ?? { value: [{ name: `${fileName(detection)}.kql`, text: commented(detection, printed) }], diagnostics: [] }
    )
  },
  codes,
}

const isQuery = ({ info }: Pick<Fence, 'info'>, text: string): boolean => {
  if (/^(?:kql|kusto|csl)/i.test(info)) return true
  if (isSearch({ info }, text)) return false
  // Some publish KQL in fences of another name, or of none.
  return (info === '' || /^(?:c#|csharp|sql|text|txt|query)$/i.test(info)) && operators.test(text)
}

/** The name decides: prose about rules has lines that other formats would take for theirs. */
function detectMarkdown(source: Source): number {
  return /\.(?:md|markdown)$/i.test(source.name) ? 1 : 0
}

/** One name for the time, so that versions for both portals are one. */
const timeless = (text: string): string => text.replaceAll('TimeGenerated', 'Timestamp').replace(/\s+/g, ' ').trim()

function readMarkdown(source: Source, context?: ParseContext): Outcome<readonly Detection[]> {
  const diagnostics: Diagnostic[] = []
  const around: Around = { source, context, diagnostics }
  const parted = pageOf(source.text)
  const { fences, title, prose } = parted
  const found = fences.filter(fence => isQuery(fence, source.text.slice(fence.start, fence.end)))
  const attack = techniquesIn(prose)
  const description = /^#+\s*Description\s*\r?\n+([\s\S]*?)(?=^#|$(?![\s\S]))/im.exec(prose)?.[1]?.trim() ?? ''
  const seen = new Set<string>()
  const named = title === '' ? base(source.name) : title.replace(/^\*+|\*+$/g, '')
  const detections: Detection[] = []
  const titles = new Map<string, number>()
  for (const fence of found) {
    const parts = queriesOf(source, fence, context, diagnostics)
    // A fence in which nothing reads tells what is wrong with it as a whole.
    for (const { start, end } of parts.length === 0 ? [fence] : parts) {
      const text = source.text.slice(start, end)
      const key = timeless(text)
      if (seen.has(key)) {
        diagnostics.push({
          code: 'KQD301',
          severity: 'note',
          message: 'this query differs from one above it in the name of the time only, and is left out',
          span: { start, end },
          source,
          hint: 'both names are read of the same events',
        })
        continue
      }
      seen.add(key)
      const own = found.length === 1 || fence.heading === '' || fence.heading === title ? named : `${named}: ${fence.heading}`
      const count = (titles.get(own) ?? 0) + 1
      titles.set(own, count)
      const facts = { title: count === 1 ? own : `${own} (${count})`, description, attack, rules: 'kql-markdown' }
      const one = detectionOf(text, offset => start + offset, facts, around)
      if (one !== undefined) detections.push(one)
    }
  }
  const searches = searchesOf(source, parted, context)
  return {
    value: [...detections, ...(searches.value ?? [])],
    diagnostics: [...diagnostics, ...searches.diagnostics, ...promised(source, parted)],
  }
}

/** Markdown with queries in fences; a page without one holds no rule. */
export const kqlMarkdown: RuleFormat = {
  id: 'kql-markdown',
  title: 'Markdown with queries in KQL or SPL',
  detect: detectMarkdown,
  read: readMarkdown,
  write(detection, printed, _columns, place) {
    const no = refused(place)
    if (no !== undefined) return no
    const fence = '`'.repeat(Math.max(3, ...[...printed.text.matchAll(/`+/g)].map(run => run[0].length + 1)))
    const parts = [
      `# ${detection.title}`,
      ...(detection.description === '' ? [] : ['## Description', detection.description]),
      ...(detection.attack.length === 0 ? [] : ['## MITRE ATT&CK', detection.attack.map(id => `- ${id}`).join('\n')]),
      ...(detection.references.length === 0 ? [] : ['## References', detection.references.map(link => `- <${link}>`).join('\n')]),
      '## Query',
      `${fence}kql\n${printed.text}\n${fence}`,
    ]
    return { value: [{ name: `${fileName(detection)}.md`, text: `${parts.join('\n\n')}\n` }], diagnostics: [] }
  },
  codes,
}
