// The published queries of ../shared/data/kql, one by one as their documents hold them, and what each is.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { dataRoot } from '../acceptance/shared.ts'

const root = join(dataRoot, 'kql')
export const corpusPresent = existsSync(join(root, 'manifest.json'))

if (!corpusPresent)
  console.warn('SKIPPED: the published queries of ../shared/data/kql are absent, so reading KQL is not held to them')

export interface Published {
  readonly name: string
  readonly text: string
}

interface File {
  readonly path: string
  readonly queries: number
  readonly format: string
}

/** Markdown with more fences than queries: those that say what they are, else those that have a bar. */
function fences(text: string, wanted: number): readonly string[] {
  const found = [...text.matchAll(/^[ \t]*(`{3,}|~{3,})([^\n]*)\n([\s\S]*?)^[ \t]*\1[ \t]*\r?$/gm)].map(match => ({
    info: match[2]!.trim().toLowerCase(),
    text: match[3]!,
  }))
  if (found.length === wanted) return found.map(one => one.text)
  const named = found.filter(one => /^(?:kql|kusto|c#)/.test(one.info))
  if (named.length === wanted) return named.map(one => one.text)
  const barred = found.filter(one => one.text.includes('|'))
  return (barred.length === wanted ? barred : found).map(one => one.text)
}

function textOf(bytes: Buffer): string {
  return bytes[0] === 0xff && bytes[1] === 0xfe
    ? bytes.subarray(2).toString('utf16le')
    : bytes.toString('utf8').replace(/^\ufeff/, '')
}

/** Every query of the pack. */
export function published(): readonly Published[] {
  if (!corpusPresent) return []
  const { files } = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8')) as { readonly files: readonly File[] }
  return files.flatMap(({ path, queries, format }) => {
    const text = textOf(readFileSync(join(root, path)))
    if (format.startsWith('markdown')) return fences(text, queries).map((one, index) => ({ name: `${path}#${index}`, text: one }))
    if (format === 'bare KQL') return [{ name: path, text }]
    const { query, queryCondition } = parseYaml(text) as { query?: string; queryCondition?: { queryText?: string } }
    return [{ name: path, text: query ?? queryCondition?.queryText ?? '' }]
  })
}
