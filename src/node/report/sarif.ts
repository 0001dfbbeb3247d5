// SARIF 2.1.0: rules with their help, results with places, and what could not be evaluated as notifications; results are written as they come.

import { createHash } from 'node:crypto'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Detection, Level } from '../../ir/detection.ts'
import { type Diagnostic, sayWitness } from '../../text/diagnostic.ts'
import type { AlertRow, Found, SourceRow } from './alert.ts'
import type { Paper } from './paper.ts'
import type { Finding, HuntSummary, LintSummary, Report } from './report.ts'
import { jsonText } from './value.ts'

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

const sarifLevel: Readonly<Record<Level, 'note' | 'warning' | 'error'>> = {
  informational: 'note',
  low: 'note',
  medium: 'warning',
  high: 'error',
  critical: 'error',
}

/** The number by which code scanning services sort. */
const severity: Readonly<Record<Level, string>> = {
  informational: '0.0',
  low: '3.0',
  medium: '5.5',
  high: '8.0',
  critical: '9.5',
}

/** A path as a URI reference: `/` between the parts, everything else that a URI cannot hold escaped. */
export function uri(path: string): string {
  if (isAbsolute(path)) return pathToFileURL(path).href
  const parts = path
    .replaceAll('\\', '/')
    .split('/')
    .map(part => encodeURIComponent(wellFormed(part)))
  return parts.join('/')
}

/** Half characters, which no URI can hold, by the replacement character. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
}

/** A fingerprint that stays when the logs move: rule, time, host and the events' own numbers, without folders. */
export function fingerprint(row: AlertRow): string {
  const own = row.sources.map(source => [
    source.file.split(/[\\/]/).at(-1),
    source.member,
    source.record,
    source.line,
    source.index,
  ])
  return createHash('sha256')
    .update(JSON.stringify([row.rule.id, row.time, row.host, own]))
    .digest('hex')
}

function location(source: SourceRow) {
  const name =
    source.record !== null ? `record ${source.record}` : source.line !== null ? `line ${source.line}` : `event ${source.index}`
  const inside = source.member === null ? '' : `${source.member}#`
  return {
    physicalLocation: {
      artifactLocation: { uri: uri(source.file) },
      ...(source.line !== null && source.member === null ? { region: { startLine: source.line } } : {}),
    },
    logicalLocations: [{ name, fullyQualifiedName: `${source.file}#${inside}${name}`, kind: 'record' }],
  }
}

function ruleOf(detection: Detection) {
  const text = detection.description === '' ? detection.title : detection.description
  const more = [
    ...(detection.falsePositives.length > 0 ? [`False positives: ${detection.falsePositives.join('; ')}`] : []),
    ...detection.references,
  ]
  return {
    id: detection.id,
    name: detection.title,
    shortDescription: { text: detection.title },
    fullDescription: { text },
    help: { text: [text, ...more].join('\n') },
    defaultConfiguration: { level: sarifLevel[detection.level] },
    properties: {
      tags: ['security', ...detection.attack.map(id => `attack.${id.toLowerCase()}`)],
      'security-severity': severity[detection.level],
      level: detection.level,
      file: detection.written.document.name,
    },
  }
}

function notification(finding: Diagnostic, about: string | null) {
  return {
    descriptor: { id: finding.code },
    level: finding.severity,
    message: { text: about === null ? finding.message : `${about}: ${finding.message}` },
  }
}

/** Writes the frame of one run: results first, as they come, then the tool and what it noticed. */
function frame(on: Paper, version: string) {
  let first = true
  on.write(`{\n"$schema": ${jsonText(schema)},\n"version": "2.1.0",\n"runs": [{\n"columnKind": "utf16CodeUnits",\n"results": [`)
  return {
    result(result: unknown) {
      on.write(`${first ? '\n' : ',\n'}${jsonText(result)}`)
      first = false
    },
    end(rules: readonly unknown[], notices: readonly unknown[], complete: boolean) {
      const driver = { name: 'Terrier', semanticVersion: version, rules }
      const invocation = { executionSuccessful: complete, toolExecutionNotifications: notices }
      on.write(`\n],\n"tool": ${jsonText({ driver })},\n"invocations": ${jsonText([invocation])}\n}]\n}\n`)
    },
  }
}

/** Alerts as SARIF. */
export function huntSarif(on: Paper, version: string): Report<Found, HuntSummary> {
  const out = frame(on, version)
  const places = new Map<Detection, number>()
  return {
    row({ row, detection, message }) {
      let place = places.get(detection)
      if (place === undefined) {
        place = places.size
        places.set(detection, place)
      }
      out.result({
        ruleId: row.rule.id,
        ruleIndex: place,
        level: sarifLevel[row.rule.level],
        message: { text: message === '' ? row.rule.title : `${row.rule.title}: ${message.slice(0, 4000)}` },
        locations: row.source === null ? [] : [location(row.source)],
        ...(row.sources.length > 1 ? { relatedLocations: row.sources.slice(1, 100).map(location) } : {}),
        partialFingerprints: { 'terrierAlert/v1': fingerprint(row) },
        properties: { time: row.time, host: row.host, user: row.user, attack: row.attack, fields: row.fields, risk: row.risk },
      })
    },
    end(summary) {
      const notices = [
        ...summary.skipped.map(rule => notification({ ...rule.finding, severity: 'warning', message: rule.reason }, rule.title)),
        ...summary.unread.map(finding => notification(finding, finding.source?.name ?? null)),
      ]
      out.end([...places.keys()].map(ruleOf), notices, !summary.interrupted)
    },
  }
}

/** Findings of lint as SARIF; `titles` are the one-line titles of the codes. */
export function lintSarif(
  on: Paper,
  version: string,
  titles: Readonly<Record<string, string>>,
  pages: Readonly<Record<string, { readonly what: string; readonly why: string }>> = {},
): Report<Finding, LintSummary> {
  const out = frame(on, version)
  const places = new Map<string, number>()
  return {
    row({ row }) {
      let place = places.get(row.code)
      if (place === undefined) {
        place = places.size
        places.set(row.code, place)
      }
      const artifactLocation = row.file === null ? undefined : { uri: uri(row.file) }
      const region =
        row.line === null
          ? undefined
          : { startLine: row.line, startColumn: row.column, endLine: row.endLine, endColumn: row.endColumn }
      out.result({
        ruleId: row.code,
        ruleIndex: place,
        level: row.severity,
        message: {
          text: [row.message, row.hint, row.witness === null ? null : `event: ${sayWitness(row.witness)}`]
            .filter(part => part !== null)
            .join('\n'),
        },
        ...(row.witness === null ? {} : { properties: { witness: row.witness } }),
        locations: artifactLocation === undefined ? [] : [{ physicalLocation: { artifactLocation, region } }],
        ...(row.fix === null || artifactLocation === undefined
          ? {}
          : {
              fixes: [
                {
                  artifactChanges: [
                    {
                      artifactLocation,
                      replacements: row.fix.map(change => ({
                        deletedRegion: { charOffset: change.start, charLength: change.end - change.start },
                        insertedContent: { text: change.text },
                      })),
                    },
                  ],
                },
              ],
            }),
      })
    },
    end() {
      const rules = [...places.keys()].map(code => {
        const title = Object.hasOwn(titles, code) ? titles[code]! : code
        const page = Object.hasOwn(pages, code) ? pages[code] : undefined
        return {
          id: code,
          shortDescription: { text: title },
          fullDescription: { text: page === undefined ? title : page.what },
          help: {
            text: page === undefined ? `${title}. terrier help ${code}` : `${page.what} ${page.why}\nterrier help ${code}`,
          },
        }
      })
      out.end(rules, [], true)
    },
  }
}
