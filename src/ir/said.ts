// What a tree says, without where it was said: one text for trees that ask the same.

/** A tree as a text in which equal trees are equal; places in sources are left out. */
export function said(tree: unknown): string {
  switch (typeof tree) {
    case 'string':
      // With its length in front, no text can look like several.
      return `${tree.length}:${tree}`
    case 'bigint':
      return `${tree}n`
    case 'object': {
      if (tree === null) return 'null'
      let out = ''
      if (Array.isArray(tree)) {
        for (const part of tree) out += `${said(part)},`
        return `[${out}]`
      }
      const parts = tree as Readonly<Record<string, unknown>>
      for (const key of Object.keys(parts)) {
        const part = parts[key]
        if (key !== 'span' && part !== undefined) out += `${key}=${said(part)},`
      }
      return `{${out}}`
    }
    default:
      return String(tree)
  }
}
