// What the manuals of query languages leave open, and how each question may be settled (`--assume NAME=VALUE`). Readers take their choices from here.

/** A question that a manual leaves open. The first of `choices` is taken unless said otherwise; without choices the value is free. */
export interface Switch {
  readonly about: string
  readonly choices?: readonly [string, ...string[]]
  /** What may be given where there are no choices. */
  readonly value?: string
}

const known = {
  'aql.matches': {
    about: 'whether MATCHES of QRadar looks for an expression or is about the whole value',
    choices: ['search', 'whole'],
  },
  'elastic.text': {
    about: 'fields of analysed text beside those of ECS, in kuery and Lucene',
    value: 'names with commas between them',
  },
  'eql.negationOfMissing': {
    about: 'whether the negation of an equality holds of a field that is not there',
    choices: ['matched', 'unmatched'],
  },
  'logscale.freeText': { about: 'whether a text without a field heeds case', choices: ['sensitive', 'insensitive'] },
  'lucene.dialect': { about: 'whose query string it is', choices: ['elasticsearch', 'graylog'] },
  'lucene.negativeGroup': {
    about: 'whether a group of nothing but negations finds all else, or nothing',
    choices: ['complement', 'nothing'],
  },
  'lucene.operator': { about: 'how terms are joined that have no word between them', choices: ['or', 'and'] },
  'powershell.fields': { about: 'how a script looks at the fields of an event', choices: ['by name'] },
  'spl.star': { about: 'whether "*" alone is also true of the empty value', choices: ['any', 'nonempty'] },
  'sqlite.regexp': { about: 'whether REGEXP looks for an expression or is about the whole value', choices: ['search', 'whole'] },
  'sumo.isEmpty': {
    about: 'whether isEmpty is true of the empty text alone, or of what is not there, too',
    choices: ['text', 'null'],
  },
  'sumo.matches': {
    about: 'whether "matches" is about the whole value or looks for an expression',
    choices: ['whole', 'search'],
  },
  'sumo.null': { about: 'whether a comparison with nothing is neither true nor false, or false', choices: ['unknown', 'false'] },
} as const satisfies Readonly<Record<string, Switch>>

export type SwitchName = keyof typeof known

/** By name. */
export const switches: Readonly<Record<SwitchName, Switch>> = known
