// Technique ids that ATT&CK has retired or never had, in rules of any format.

import { attackTechniqueOf, attackVersion, currentTechnique, techniques } from '../attack/index.ts'
import { inDocument, meaningCheck } from './meaning.ts'

const pages = {
  LNT292: {
    title: 'a technique that ATT&CK has retired',
    what: 'A rule names a technique that was revoked for another one, or deprecated.',
    why: 'Coverage maps and exports leave retired techniques out, so the rule is not seen there.',
    bad: {
      language: 'sigma',
      text: 'tags:\n  - attack.t1086\ndetection:\n  selection:\n    Image|endswith: powershell.exe\n  condition: selection',
    },
    good: {
      language: 'sigma',
      text: 'tags:\n  - attack.t1059.001\ndetection:\n  selection:\n    Image|endswith: \\powershell.exe\n  condition: selection',
    },
  },
  LNT293: {
    title: 'a technique that ATT&CK does not know',
    what: 'A rule names a technique id that is not in the Enterprise matrix of the stated version.',
    why: 'It is a slip of the hand, or an id of another matrix (mobile, industrial control systems).',
    bad: {
      language: 'sigma',
      text: 'tags:\n  - attack.t1599.009\ndetection:\n  selection:\n    Image|endswith: \\powershell.exe\n  condition: selection',
    },
    good: {
      language: 'sigma',
      text: 'tags:\n  - attack.t1572\ndetection:\n  selection:\n    Image|endswith: \\powershell.exe\n  condition: selection',
    },
  },
} as const

export const attack = meaningCheck('attack', pages, (detection, _, tell) => {
  const { text } = detection.written.document
  for (const id of detection.attack) {
    if (!/^T\d{4}(?:\.\d{3})?$/i.test(id)) continue
    const known = attackTechniqueOf(id)
    const span = placeIn(text, id)
    const at = span === undefined ? undefined : inDocument(span.start, span.end)
    // A later version may have added it.
    if (known === undefined && Number(/^T(\d{4})/i.exec(id)?.[1]) > latest) continue
    if (known === undefined) {
      // Ids of the matrices for mobile devices (T14xx to T16xx in part) and industrial control systems (T0xxx) are not told apart here.
      tell('LNT293', 'note', `"${id}" is no technique of ATT&CK Enterprise ${attackVersion}`, at, {
        hint: 'look it up at attack.mitre.org',
      })
    } else if (known.state !== 'live') {
      const now = currentTechnique(id)
      const title = `"${id}" (${known.name}) ${known.state === 'revoked' ? 'was revoked' : 'is deprecated'}`
      const better = span !== undefined && text[span.start] === 't' ? now?.id.toLowerCase() : now?.id
      tell('LNT292', 'warning', now === undefined ? title : `${title}: it is ${now.id} (${now.name}) now`, at, {
        hint: now === undefined ? 'choose what describes it today' : `write "${better}"`,
        ...(now === undefined || span === undefined || text.toLowerCase().includes(now.id.toLowerCase())
          ? {}
          : { fix: [{ span, text: better! }] }),
      })
    }
  }
})

/** The greatest number that the stated version has given a technique. */
const latest = Math.max(...techniques.map(({ id }) => Number(id.slice(1, 5))))

/** Where an id stands in a document as a word of its own. */
function placeIn(text: string, id: string): { readonly start: number; readonly end: number } | undefined {
  const found = new RegExp(`(?<![\\w.])(?:attack\\.)?(${id.replace('.', '\\.')})(?![\\w]|\\.\\d)`, 'i').exec(text)
  if (found === null) return undefined
  const start = found.index + found[0].length - found[1]!.length
  return { start, end: start + found[1]!.length }
}
