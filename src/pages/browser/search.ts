// Finding rules in the prebuilt index: words and `name:value` terms, all of which must hold; the best first. Pure, so that it is tested where there is no browser.

/** A rule in the index. Numbers are places in the lists of `Index`. */
export interface Row {
  readonly slug: string
  readonly title: string
  readonly level: string
  readonly status: string
  readonly text: string
  readonly techniques: readonly string[]
  readonly tactics: readonly string[]
  readonly fields: readonly number[]
  readonly sources: readonly number[]
  readonly stories: readonly number[]
  /** A letter for each target, in the order of `targets`: s(ame), d(iffers), u(ndecided), r(efused), - (not asked). */
  readonly verdicts: string
}

/** What `search.json` holds. */
export interface Index {
  readonly rules: readonly Row[]
  readonly fields: readonly string[]
  readonly sources: readonly string[]
  readonly stories: readonly string[]
  readonly targets: readonly string[]
  /** Names by id. */
  readonly techniques: Readonly<Record<string, string>>
}

/** What `values.json` holds: a value, its field's place, and the places of the rules that look for it. */
export type Values = readonly (readonly [string, number, readonly number[]])[]

export interface Found {
  readonly rows: readonly Row[]
  readonly total: number
  /** Terms whose name is not known, or that need the values, which are not there yet. */
  readonly unknown: readonly string[]
}

/** The names that stand before a colon. */
export const names = ['level', 'status', 'technique', 'tactic', 'field', 'value', 'target', 'source', 'story', 'proof'] as const

const letters: Readonly<Record<string, string>> = {
  same: 's',
  equivalent: 's',
  proven: 's',
  differs: 'd',
  undecided: 'u',
  refused: 'r',
}

interface Ready {
  readonly titles: readonly string[]
  readonly whole: readonly string[]
  readonly fields: readonly string[]
  readonly sources: readonly string[]
  readonly stories: readonly string[]
}

const prepared = new WeakMap<Index, Ready>()

function readyOf(index: Index): Ready {
  const known = prepared.get(index)
  if (known !== undefined) return known
  const lower = (list: readonly string[]) => list.map(one => one.toLowerCase())
  const ready: Ready = {
    titles: index.rules.map(rule => rule.title.toLowerCase()),
    whole: index.rules.map(rule =>
      [rule.title, rule.slug, rule.text, ...rule.techniques.flatMap(id => [id, index.techniques[id] ?? '']), ...rule.tactics]
        .join('\n')
        .toLowerCase(),
    ),
    fields: lower(index.fields),
    sources: lower(index.sources),
    stories: lower(index.stories),
  }
  prepared.set(index, ready)
  return ready
}

/** Words of a query; a word in quotation marks may hold blanks. At most 32. */
export function words(query: string): readonly string[] {
  return [...query.slice(0, 1000).matchAll(/(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/gi)]
    .slice(0, 32)
    .map(
      ([, name, quoted, plain]) =>
        `${name === undefined ? '' : `${name.toLowerCase()}:`}${(quoted ?? plain ?? '').toLowerCase()}`,
    )
    .filter(word => word !== '')
}

/** Which rules a query finds, the best first; with an empty query all, in their order. */
export function search(index: Index, query: string, limit: number, values?: Values): Found {
  const ready = readyOf(index)
  const unknown: string[] = []
  const scores = new Float64Array(index.rules.length)
  let alive = index.rules.map((_, place) => place)
  for (const word of words(query)) {
    const colon = word.indexOf(':')
    const name = colon < 0 ? '' : word.slice(0, colon)
    const wanted = colon < 0 ? word : word.slice(colon + 1)
    if (wanted === '') continue
    if (colon > 0 && (names as readonly string[]).includes(name)) {
      const test = testOf(index, ready, name, wanted, values)
      if (test === undefined) unknown.push(word)
      else alive = alive.filter(test)
      continue
    }
    alive = alive.filter(place => {
      const score = scoreOf(ready, place, word)
      scores[place] = scores[place]! + score
      return score > 0
    })
  }
  alive.sort((a, b) => scores[b]! - scores[a]! || a - b)
  return { rows: alive.slice(0, limit).map(place => index.rules[place]!), total: alive.length, unknown }
}

function scoreOf(ready: Ready, place: number, word: string): number {
  const title = ready.titles[place]!
  const at = title.indexOf(word)
  if (at === 0) return 8
  if (at > 0) return /[\p{L}\p{N}]/u.test(title[at - 1]!) ? 3 : 6
  return ready.whole[place]!.includes(word) ? 1 : 0
}

function testOf(
  index: Index,
  ready: Ready,
  name: string,
  wanted: string,
  values?: Values,
): ((place: number) => boolean) | undefined {
  const rules = index.rules
  const some = (list: readonly string[], of: 'fields' | 'sources' | 'stories') => {
    const fit = new Set(list.flatMap((text, place) => (text.includes(wanted) ? [place] : [])))
    return (place: number) => rules[place]![of].some(one => fit.has(one))
  }
  switch (name) {
    case 'level':
      return place => rules[place]!.level === wanted
    case 'status':
      return place => rules[place]!.status === wanted
    case 'technique':
      return place =>
        rules[place]!.techniques.some(id => {
          const known = id.toLowerCase()
          return known === wanted || known.startsWith(`${wanted}.`) || (index.techniques[id] ?? '').toLowerCase().includes(wanted)
        })
    case 'tactic':
      return place => rules[place]!.tactics.some(tactic => tactic.replaceAll('-', ' ').includes(wanted.replaceAll('-', ' ')))
    case 'field':
      return some(ready.fields, 'fields')
    case 'source':
      return some(ready.sources, 'sources')
    case 'story':
      return some(ready.stories, 'stories')
    case 'target':
    case 'proof': {
      // `target:defender`: it can be said there; `proof:defender` or `proof:differs`: what was shown.
      const letter = letters[wanted]
      if (name === 'proof' && letter !== undefined) return place => rules[place]!.verdicts.includes(letter)
      const targets = index.targets.flatMap((id, place) => (id === wanted || id.startsWith(`${wanted}-`) ? [place] : []))
      if (targets.length === 0) return undefined
      const good = name === 'proof' ? 's' : 'sdu'
      return place => targets.some(target => good.includes(rules[place]!.verdicts[target] ?? '-'))
    }
    case 'value': {
      if (values === undefined) return undefined
      const fit = new Set(values.flatMap(([value, , places]) => (value.toLowerCase().includes(wanted) ? places : [])))
      return place => fit.has(place)
    }
  }
  return undefined
}
