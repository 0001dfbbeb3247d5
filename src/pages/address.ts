// Addresses within the site: names that are safe as folders on every system, and links that work wherever the site is put.

/** Text as a folder's name: small letters, digits and hyphens, at most 80 characters; what nothing is left of is `unnamed`. */
export function slug(text: string): string {
  const plain = text
    .slice(0, 400)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 80)
    .replace(/^-+|-+$/g, '')
  if (plain === '') return 'unnamed'
  // Windows keeps these names for devices.
  return /^(?:con|prn|aux|nul|com\d|lpt\d)$/.test(plain) ? `${plain}-` : plain
}

/** Gives each key one name that no other has, case aside: the slug, and a number where it is taken. The same keys in the same order get the same names. */
export function namer(): (key: string, text?: string) => string {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  const next = new Map<string, number>()
  return (key, text = key) => {
    const known = names.get(key)
    if (known !== undefined) return known
    const wanted = slug(text)
    let name = wanted
    for (let number = next.get(wanted) ?? 2; taken.has(name); number++) {
      name = `${wanted}-${number}`
      next.set(wanted, number + 1)
    }
    taken.add(name)
    names.set(key, name)
    return name
  }
}

/** The link from one page to another place of the site: both are paths from its root, a page ends with a slash (the root is the empty text). */
export function link(from: string, to: string): string {
  const at = to.search(/[#?]/)
  const path = at < 0 ? to : to.slice(0, at)
  const rest = at < 0 ? '' : to.slice(at)
  if (path === from && rest.startsWith('#')) return rest
  const here = from.split('/').slice(0, -1)
  const there = path.split('/')
  let same = 0
  while (same < here.length && same < there.length - 1 && here[same] === there[same]) same++
  const way = `${'../'.repeat(here.length - same)}${there.slice(same).join('/')}`
  return `${way === '' ? './' : way}${rest}`
}

/** An address outside the site that may be followed, or undefined: only the web and mail, nothing that runs. */
export function outside(address: string): string | undefined {
  if (address.length > 2000 || /[\s"'<>\\^`{|}\u0000-\u0020\u007f]/.test(address)) return undefined
  return /^(?:https?:\/\/[^/]|mailto:)/i.test(address) ? address : undefined
}
