// The table of targets: somewhere a rule can run is a language, a schema and the documents it takes. Rows, not code.

/** A target. `documents`: the rule formats it can be delivered in, the first is the default; none: the bare query. */
export interface Target {
  readonly id: string
  readonly aliases?: readonly string[]
  readonly title: string
  readonly language: string
  readonly schema: string
  readonly form?: string
  readonly documents?: readonly string[]
}

export const targets: readonly Target[] = []

/** The target of a name that people type: its id or an alias, in any case. */
export function targetOf(name: string): Target | undefined {
  const wanted = name.toLowerCase()
  return targets.find(target => target.id === wanted || target.aliases?.includes(wanted))
}
