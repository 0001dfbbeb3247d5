// Rule files as texts: files, folders, globs, archives and standard input, each file once, in stable order. What cannot be read is reported, and the rest goes on.

import { readFileSync, realpathSync } from 'node:fs'
import { encodingOf } from '../logs/parts/lines.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'
import { account, expand } from './archives.ts'
import { gather } from './bytes.ts'
import { bodyOf, isHidden, type Report, resolve, type SourceOptions, type Stamp, unreadable } from './files.ts'

export const codes: Readonly<Record<string, string>> = {
  FIL015: 'a rule file is larger than 4 MB',
  FIL016: 'a rule file holds bytes that are no text',
}

/** Extensions of rule files; a file with another one is read when it is named itself. Rule formats add theirs here. */
export const ruleExtensions: readonly string[] = [
  '.yml',
  '.yaml',
  '.spl',
  '.conf',
  '.kql',
  '.csl',
  '.md',
  '.toml',
  '.ndjson',
  '.eql',
  '.esql',
  '.kuery',
  '.lucene',
  '.graylog',
  '.logscale',
  '.cql',
  '.sumo',
  '.cse',
  '.yaral',
  '.aql',
  '.logpoint',
  '.ps1',
  '.grep',
  '.sql',
]

/** Bytes of a rule file at most. */
export const largestRule = 4 << 20

/** A rule file that was found and not read yet, or a text that had to be read to be found (a member of an archive, standard input). */
export type RuleFile =
  | { readonly name: string; readonly path: string; readonly stamp: Stamp }
  | { readonly name: string; readonly bytes: Uint8Array }

/** The rule files that paths name: files, folders and globs, archives opened, `-` for standard input, in stable order; a file that several paths lead to is there once. */
export async function ruleFiles(
  paths: readonly string[],
  report: Report,
  options: SourceOptions = {},
): Promise<readonly RuleFile[]> {
  const files: RuleFile[] = []
  const seen = new Set<string>()
  const isRule = (name: string) => !isHidden(name) && ruleExtensions.some(extension => name.toLowerCase().endsWith(extension))
  for (const path of paths) {
    for await (const found of resolve(path, report, isRule)) {
      if (found.kind === 'file') {
        const real = found.real ?? realOf(found.path)
        if (seen.has(real)) continue
        seen.add(real)
        if (isRule(found.name)) {
          if (found.stamp.size > largestRule) report(tooLarge(found.name))
          else files.push({ name: found.name, path: found.path, stamp: found.stamp })
          continue
        }
      }
      const spent = account(options, found.kind === 'file' ? found.stamp.size : 0)
      const body = bodyOf(found, options, report, size => (spent.packed += size))
      for await (const member of expand(
        body,
        spent,
        report,
        name => !isRule(name) && !/\.(?:zip|t?gz|tar|t?bz2|t?xz|t?zst)$/i.test(name),
      )) {
        const name = member.member === undefined ? member.name : `${member.name}/${member.member}`
        const bytes = (member.size ?? 0) > largestRule ? undefined : await gather(member.open(), largestRule)
        if (bytes === undefined) report(tooLarge(name))
        else files.push({ name, bytes })
      }
    }
  }
  return files
}

function realOf(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return path
  }
}

function tooLarge(name: string): Diagnostic {
  return {
    code: 'FIL015',
    severity: 'error',
    message: `rule file "${name}" is larger than ${largestRule >> 20} MB and is not read`,
  }
}

/** The bytes of a rule file; undefined, and reported, when it cannot be read. */
export function ruleBytes(file: RuleFile, report: Report): Uint8Array | undefined {
  if ('bytes' in file) return file.bytes
  try {
    return readFileSync(file.path)
  } catch (error) {
    report(unreadable(file.name, error))
    return undefined
  }
}

/** The text of a rule file, in UTF-8 or UTF-16. Bytes that are no text become U+FFFD and are reported. */
export function ruleText(name: string, bytes: Uint8Array, report: Report): Source {
  const { encoding, mark } = encodingOf(bytes)
  const content = bytes.subarray(mark)
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(content)
  const source = { name, text }
  if (text.includes('\ufffd')) {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(content)
    } catch {
      report({
        code: 'FIL016',
        severity: 'warning',
        message: `"${name}" holds bytes that are no ${encoding.toUpperCase()}; they are read as U+FFFD`,
        source,
      })
    }
  }
  return source
}

/** The rule files that paths name, as texts. */
export async function ruleSources(
  paths: readonly string[],
  report: Report,
  options: SourceOptions = {},
): Promise<readonly Source[]> {
  const sources: Source[] = []
  for (const file of await ruleFiles(paths, report, options)) {
    const bytes = ruleBytes(file, report)
    if (bytes !== undefined) sources.push(ruleText(file.name, bytes, report))
  }
  return sources
}
