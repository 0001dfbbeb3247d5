// Queries that nothing binds to a kind of event, although they ask what a program is called.

import { meaningCheck } from './meaning.ts'
import { programColumn } from './mentions.ts'
import { answers, matching } from './question.ts'

const pages = {
  LNT224: {
    title: 'nothing says which kind of event is asked',
    what: 'A query asks for a program and names no channel, event id, category, index or source.',
    why: 'Many kinds of event name a program: connections, loaded libraries, changed registry keys. A rule about started programs fires for all of them.',
    bad: { language: 'lucene', text: 'winlog.event_data.Image:*\\\\plink.exe' },
    good: {
      language: 'lucene',
      text: 'winlog.channel:"Microsoft-Windows-Sysmon/Operational" AND winlog.event_id:1 AND winlog.event_data.Image:*\\\\plink.exe',
    },
  },
} as const

/** Languages whose queries do not begin with a table of one kind of event. */
const open: ReadonlySet<string> = new Set('lucene kuery powershell spl grep logpoint sumo logscale'.split(' '))

/** What picks a kind of event out, by the last part of the name. */
const selectors =
  /(?:^|[._])(?:event_?id|event_?code|eventid|code|signature_id|category|type|action|dataset|kind|channel|provider_?name|provider|log_?name|module|sourcetype|source|index|tag|eventtype|_sourcecategory|_index|event_source|norm_id|label|event_category|#?event_simplename|event_platform|objecttype|operation|eventname|eventtype)$/i

export const kinds = meaningCheck('kinds', pages, (detection, questions, tell) => {
  if (!open.has(detection.written.language)) return
  for (const question of questions) {
    // A macro that is not at hand may well name the source.
    if (!question.whole || (question.from.kind === 'table' && question.from.name.includes('.'))) continue
    const { tests } = question
    const first = tests.find(
      ({ field, negated, told }) =>
        !negated &&
        ((field !== undefined && programColumn.test(field)) || aboutImage(field, told?.kind === 'regex' ? told.pattern : '')),
    )
    if (first === undefined || tests.some(({ field }) => field !== undefined && selectors.test(field))) continue
    if (detection.written.language === 'kuery' && detection.written.rules !== 'plain') continue
    const found = matching(question)
    if (found === undefined || found === 'none') {
      tell('LNT224', 'warning', 'nothing says which kind of event is asked', first.test, {
        hint: 'name the channel and the event id',
      })
      continue
    }
    const fields: Record<string, string | number> = {}
    for (const [name, value] of Object.entries(found.event))
      if (typeof value === 'string' || typeof value === 'number') fields[name] = value
    const event = { ...otherEvent(detection.written.language), ...fields }
    tell(
      'LNT224',
      'warning',
      'nothing says which kind of event is asked: a network connection of the program will do',
      first.test,
      {
        hint: 'name the channel and the event id',
        ...(answers(question, event) === true ? { witness: { event, matches: true } } : {}),
      },
    )
  }
})

/** A pattern over the whole text of an event that begins with the name of a program's field, or over any line that ends with a program. */
const aboutImage = (field: string | undefined, text: string): boolean =>
  (field === undefined || /^(?:message|_raw)$/i.test(field)) &&
  (/^\W*(?:\(\?[a-z]+\))?Image\b/.test(text) || /\\?\.exe/.test(text))

/** Sysmon's event of a network connection, in the names of a language's usual shape. */
function otherEvent(language: string): Readonly<Record<string, string | number>> {
  switch (language) {
    case 'lucene':
    case 'kuery':
      return { 'winlog.channel': 'Microsoft-Windows-Sysmon/Operational', 'winlog.event_id': 3 }
    case 'spl':
      return { source: 'XmlWinEventLog:Microsoft-Windows-Sysmon/Operational', EventCode: 3 }
    case 'powershell':
      return { Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 3 }
    default:
      return { EventID: 3 }
  }
}
