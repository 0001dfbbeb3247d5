// What a rule says of itself beside what it asks: programs that are named and not looked for, tactics that are spoken of and not tagged.

import { attackTechniqueOf, tactics } from '../attack/index.ts'
import { type InDocument, inDocument, meaningCheck } from './meaning.ts'
import { wordsOf } from './mentions.ts'
import { broughtPrograms } from './programs.ts'

const pages = {
  LNT290: {
    title: 'programs that are named and not looked for',
    what: 'The description names programs, and no part of the query has any of them.',
    why: 'A reader takes the rule for coverage of those programs. Perhaps it finds them by what they do; then the description should say so.',
    bad: {
      language: 'sigma',
      text: 'description: Finds tunneling tools such as iodine, dnscat2 and plink\ndetection:\n  selection:\n    CommandLine|contains: " --reverse "\n  condition: selection',
    },
    good: {
      language: 'sigma',
      text: "description: Finds tunneling tools such as iodine, dnscat2 and plink\ndetection:\n  selection:\n    Image|endswith:\n      - '\\iodine.exe'\n      - '\\dnscat2.exe'\n      - '\\plink.exe'\n  condition: selection",
    },
  },
  LNT291: {
    title: 'a tactic that is spoken of and not tagged',
    what: 'Title or description speak of exfiltration or lateral movement, and neither that tactic nor a technique of it is tagged.',
    why: 'Either the text claims more than the logic shows, or the rule is missing where people look for that tactic.',
    bad: {
      language: 'sigma',
      text: 'description: Execution of plink to perform data exfiltration\ntags:\n  - attack.command-and-control\n  - attack.t1572\ndetection:\n  selection:\n    CommandLine|contains: ":3389:"\n  condition: selection',
    },
    good: {
      language: 'sigma',
      text: 'description: Execution of plink to forward a port\ntags:\n  - attack.command-and-control\n  - attack.t1572\ndetection:\n  selection:\n    CommandLine|contains: ":3389:"\n  condition: selection',
    },
  },
} as const

/** Words that claim a tactic in so many words; other tactics have names that are used for other things. */
const claimed: readonly { readonly tactic: string; readonly words: RegExp }[] = [
  { tactic: 'exfiltration', words: /\b(?:data )?exfiltrat(?:ion|e|ing)\b/i },
  { tactic: 'lateral-movement', words: /\blateral movement\b|\bmove laterally\b/i },
]

export const claims = meaningCheck('claims', pages, (detection, questions, tell) => {
  const { title, description, attack } = detection
  const { text } = detection.written.document
  const place = (found: string): InDocument | undefined => {
    const at = text.indexOf(found)
    return at === -1 || found === '' ? undefined : inDocument(at, at + found.length)
  }
  const said = `${title}. ${description}`
  // What follows from an attack is told in later sentences and with "may"; what the rule finds, in the first.
  const sentences = [title, /^[\s\S]*?(?:[.!?](?=\s|$)|$)/.exec(description.trim())![0]]
  const named = [...new Set([...said.toLowerCase().matchAll(/[a-z0-9]+/g)].map(([word]) => word))].filter(
    word => word.length > 3 && Object.hasOwn(broughtPrograms, word),
  )
  const query = detection.written.query.text.toLowerCase()
  if (named.length >= 2 && questions.length > 0) {
    const words = new Set(questions.flatMap(question => [...wordsOf(question)]))
    const asked = named.filter(
      name => [...words].some(word => word.includes(name)) || (detection.written.language !== 'sigma' && query.includes(name)),
    )
    if (asked.length === 0 && words.size > 0)
      tell(
        'LNT290',
        'note',
        `${named
          .slice(0, 4)
          .map(name => `"${name}"`)
          .join(', ')} are named, and the query looks for none of them`,
        place(firstLine(description)) ?? place(title),
        {
          hint: 'say by what they are found, or look for them',
        },
      )
  }
  if (attack.length === 0) return
  const tags = Array.isArray(detection.rest.tags)
    ? detection.rest.tags
        .filter((tag): tag is string => typeof tag === 'string')
        .join(' ')
        .toLowerCase()
        .replaceAll('_', '-')
    : ''
  const has = new Set(attack.flatMap(id => attackTechniqueOf(id)?.tactics ?? []))
  for (const { tactic, words } of claimed) {
    if (has.has(tactic) || tags.includes(tactic)) continue
    const found = sentences.map(sentence => claimIn(sentence, words)).find(text => text !== undefined)
    if (found === undefined) continue
    const name = tactics.find(one => one.shortname === tactic)?.name ?? tactic
    tell('LNT291', 'note', `"${found}" is spoken of, and no technique of ${name} is tagged`, place(found), {
      hint: 'tag the tactic, or say what the rule shows',
    })
  }
})

/** Words that make a claim one of what may come of it, or of what something is used for. */
const perhaps =
  /\b(?:may|might|could|can|potential(?:ly)?|prior|precursor|leading|lead|such as|abused?|used|attempt|often|before|allow\w*|enabl\w*|facilitat\w*|or)\b/i

/** A claim as a sentence makes it. */
function claimIn(sentence: string, words: RegExp): string | undefined {
  const found = words.exec(sentence)
  return found === null || perhaps.test(sentence.slice(0, found.index)) ? undefined : found[0]
}

const firstLine = (text: string): string => text.split('\n')[0]!.slice(0, 80).trim()
