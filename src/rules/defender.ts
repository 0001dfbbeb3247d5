// Custom detection rules of Microsoft Defender, as its API takes them (JSON), around a query in KQL. Read and written. Facts: Microsoft Graph, resource type detectionRule; "Create custom detection rules" (columns that a query must return, look-back by frequency).

import type { Level } from '../ir/detection.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { fileName, lookBack } from './elastic.ts'
import type { RuleFormat } from './rules.ts'
import { groupsOf, tacticsOf } from './sentinel.ts'
import { detectDefender, readDefender } from './sentinel-read.ts'

export const codes: Readonly<Record<string, string>> = {
  DFD101: 'a custom detection of Defender holds queries in KQL only',
  DFD301: 'a custom detection of Defender has no threshold',
  DFD102: 'a query returns no events, which a custom detection needs',
}

const severities: Readonly<Record<Level, string>> = {
  informational: 'informational',
  low: 'low',
  medium: 'medium',
  high: 'high',
  critical: 'high',
}

/** How often a rule runs, and how many minutes it then looks back by itself. */
const periods: readonly (readonly [period: string, lookBack: number])[] = [
  ['1H', 4 * 60],
  ['3H', 12 * 60],
  ['12H', 48 * 60],
  ['24H', 30 * 24 * 60],
]

/**
 * Scheduled as often as the look-back that Defender goes by still holds the query's longest window. A rule must return the event's time, its
 * report id and its device, which the results of a correlation do not have: those are refused.
 */
export const defenderRule: RuleFormat = {
  id: 'defender',
  title: 'Microsoft Defender custom detection (JSON)',
  detect: detectDefender,
  read: readDefender,
  write(detection, printed, _columns, place) {
    const refuse = (code: string, message: string, hint: string): { readonly diagnostics: readonly Diagnostic[] } => ({
      diagnostics: [{ code, severity: 'error', message, hint }],
    })
    if (place !== undefined && place.language !== 'kql')
      return refuse('DFD101', `a custom detection of Defender holds KQL, not "${place.language}"`, 'convert to defender')
    if (groupsOf(detection) !== undefined) {
      return refuse(
        'DFD102',
        'a custom detection returns events with "Timestamp", "ReportId" and a device, which the results of a correlation do not have',
        'take the bare query, and join its results with the events to alert on',
      )
    }
    const window = lookBack(detection.query, { interval: 0, late: 0 })
    const period = periods.find(([, minutes]) => minutes >= window)?.[0] ?? '24H'
    const rule = {
      displayName: detection.title,
      isEnabled: true,
      queryCondition: { queryText: printed.text },
      schedule: { period },
      detectionAction: {
        alertTemplate: {
          title: detection.title,
          description: detection.description || detection.title,
          severity: severities[detection.level],
          category: tacticsOf(detection)[0] ?? 'SuspiciousActivity',
          recommendedActions: null,
          mitreTechniques: detection.attack,
          impactedAssets: [{ '@odata.type': '#microsoft.graph.security.impactedDeviceAsset', identifier: 'deviceId' }],
        },
        organizationalScope: null,
        responseActions: [],
      },
    }
    const threshold = Number(detection.rest.triggerThreshold ?? 0)
    const diagnostics: Diagnostic[] =
      threshold > 0
        ? [
            {
              code: 'DFD301',
              severity: 'warning',
              message: `the rule asks for more than ${threshold} results, and a custom detection of Defender alerts on any`,
              hint: 'count in the query: summarize, then where',
            },
          ]
        : []
    return { value: [{ name: `${fileName(detection)}.json`, text: `${JSON.stringify(rule, null, 2)}\n` }], diagnostics }
  },
  codes,
}
