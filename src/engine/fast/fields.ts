// Which of the fields that rules name are read from a path of a record: the same reading as `accessor` in `ir/event.ts`, told beforehand for each path on a tape.

/** What a path has to do with the names that are asked for. */
export interface Served {
  /** Names whose value stands there. */
  readonly reads: readonly string[]
  /** Names whose value is found through it where it is a list. */
  readonly through: readonly string[]
  /** Names whose reading chooses among the members there (`Data[@Name=Image]`): only an object can tell. */
  readonly unsure: readonly string[]
}

interface Star {
  readonly name: string
  readonly steps: readonly string[]
}

/** Names that are asked for, sorted by how they are read. */
export class FieldNames {
  private readonly names: ReadonlySet<string>
  private readonly prefixes = new Map<string, string[]>()
  private readonly stars: Star[] = []
  private readonly chosen: { readonly name: string; readonly base: string }[] = []

  constructor(names: Iterable<string>) {
    this.names = new Set(names)
    for (const name of this.names) {
      const bracket = name.indexOf('[')
      if (bracket !== -1) {
        this.chosen.push({ name, base: name.slice(0, bracket) })
        continue
      }
      const steps = name.split('.')
      if (steps.includes('*')) {
        this.stars.push({ name, steps })
        continue
      }
      for (let at = name.indexOf('.'); at !== -1; at = name.indexOf('.', at + 1)) {
        const prefix = name.slice(0, at)
        const known = this.prefixes.get(prefix)
        if (known === undefined) this.prefixes.set(prefix, [name])
        else known.push(name)
      }
    }
  }

  /** What the path with these keys serves; `name` is the keys joined with dots. */
  served(keys: readonly string[], name: string): Served | undefined {
    const straight = reachable(keys)
    const reads = straight && this.names.has(name) ? [name] : []
    const through = straight ? [...(this.prefixes.get(name) ?? [])] : []
    const unsure: string[] = []
    for (const star of this.stars) {
      const fit = starFits(star.steps, keys)
      if (fit === 'whole') reads.push(star.name)
      else if (fit === 'part') through.push(star.name)
    }
    for (const { name: asked, base } of this.chosen) {
      if (name === base || name.startsWith(`${base}.`)) unsure.push(asked)
      else if (base.startsWith(`${name}.`)) through.push(asked)
    }
    return reads.length + through.length + unsure.length === 0 ? undefined : { reads, through, unsure }
  }
}

/** Whether a name without `*` can read the path with these keys: the remainder of a name is tried as one key, its beginning is not, so only the last key may have dots of its own. */
export function reachable(keys: readonly string[]): boolean {
  for (let at = 0; at < keys.length - 1; at++) if (keys[at]!.includes('.') || keys[at]!.includes('[')) return false
  return true
}

/** Whether a name with `*` for some of its keys reads the path, or a part of the name leads to it. */
function starFits(steps: readonly string[], keys: readonly string[]): 'whole' | 'part' | 'not' {
  if (keys.length > steps.length) return 'not'
  const last = keys.length - 1
  for (let at = 0; at < last; at++) if (steps[at] !== '*' && steps[at] !== keys[at]) return 'not'
  if (steps[last] === '*') return keys.length === steps.length ? 'whole' : 'part'
  if (steps[last] === keys[last]) return keys.length === steps.length ? 'whole' : 'part'
  return keys[last] === steps.slice(last).join('.') ? 'whole' : 'not'
}
