// Watches of Elasticsearch around a Lucene query: the JSON body, and a curl command that delivers it byte for byte; reading is in watcher-read.ts.

import type { Detection } from '../ir/detection.ts'
import type { Printed } from '../languages/language.ts'
import type { Outcome } from '../text/diagnostic.ts'
import { fileName, indices, lookBack } from './elastic.ts'
import type { Place, RuleFormat } from './rules.ts'
import { detectWatch, detectWatchCommand, readWatch, readWatchCommand, watcherReadCodes } from './watcher-read.ts'

export const codes: Readonly<Record<string, string>> = {
  ...watcherReadCodes,
  WAT101: 'a watch holds a Lucene query, and the query is in another language',
}

/** Minutes between two runs, and how much later than it happened an event may be indexed and still be seen. What both runs see is reported twice rather than never. */
const interval = 30
const late = 5

/** Events that an alert shows. */
const shown = 50

/**
 * The body of a watch. The search is a template, so two braces of the query are kept apart (a backslash before the second means the same to
 * Lucene); texts of the rule stand in the metadata, which is no template, and are shown from there. `hits.total` is a number in a watch.
 */
function watchOf(detection: Detection, printed: Printed, place: Place | undefined): Outcome<string> {
  if (place?.language !== 'lucene') {
    return {
      diagnostics: [
        {
          code: 'WAT101',
          severity: 'error',
          message: `a watch holds a Lucene query, and this one is in the language "${place?.language ?? ''}"`,
          hint: 'convert to xpack-watcher or elastic-lucene',
        },
      ],
    }
  }
  const query = printed.text.replace(/\{(?=\{)/g, '{\\')
  const watch = {
    trigger: { schedule: { interval: `${interval}m` } },
    input: {
      search: {
        request: {
          indices: indices(place),
          body: {
            size: shown,
            sort: [{ '@timestamp': 'asc' }],
            query: {
              bool: {
                filter: [
                  { range: { '@timestamp': { gte: `now-${lookBack(detection.query, { interval, late })}m` } } },
                  { query_string: { query } },
                ],
              },
            },
          },
        },
      },
    },
    condition: { compare: { 'ctx.payload.hits.total': { gt: 0 } } },
    actions: {
      log: {
        logging: {
          level: 'warn',
          text: '{{ctx.metadata.title}}: {{ctx.payload.hits.total}} hits{{#ctx.payload.hits.hits}}\n{{_index}} {{_id}}{{/ctx.payload.hits.hits}}',
        },
      },
    },
    metadata: {
      title: detection.title,
      description: detection.description,
      rule_id: detection.id,
      level: detection.level,
      attack: detection.attack,
      query: printed.text,
    },
  }
  return { value: JSON.stringify(watch, null, 2), diagnostics: [] }
}

/** The body of `PUT _watcher/watch/ID`. */
export const watcher: RuleFormat = {
  id: 'watcher',
  title: 'Elasticsearch watch (JSON)',
  detect: detectWatch,
  read: readWatch,
  write(detection, printed, _columns, place) {
    const { value, diagnostics } = watchOf(detection, printed, place)
    if (value === undefined) return { diagnostics }
    return { value: [{ name: `${fileName(detection)}.watch.json`, text: `${value}\n` }], diagnostics }
  },
  codes,
}

/** The same in a shell command. The end of the document is quoted, so that the shell leaves every backslash and dollar sign as it is. */
export const watcherCurl: RuleFormat = {
  id: 'watcher-curl',
  title: 'Elasticsearch watch (curl)',
  detect: detectWatchCommand,
  read: readWatchCommand,
  write(detection, printed, _columns, place) {
    const { value, diagnostics } = watchOf(detection, printed, place)
    if (value === undefined) return { diagnostics }
    const id = encodeURIComponent((detection.id || fileName(detection)).replace(/\p{Surrogate}/gu, '')).replace(
      /[!'()*~]/g,
      found => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
    )
    const lines = [
      '#!/bin/sh',
      '# ELASTICSEARCH_URL names the cluster, with its credentials or beside ~/.netrc.',
      `curl --netrc-optional --fail-with-body -sS -X PUT -H 'Content-Type: application/json' --data-binary @- "\${ELASTICSEARCH_URL:?}/_watcher/watch/${id}" <<'EOF'`,
      value,
      'EOF',
    ]
    return { value: [{ name: `${fileName(detection)}.watch.sh`, text: `${lines.join('\n')}\n` }], diagnostics }
  },
  codes,
}
