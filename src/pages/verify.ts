// What must hold of every page that is written: no id twice, no section without content, headings in order, the policy in place, nothing that runs within the page, no link to nowhere.

/** Something that does not hold of a page. */
export interface Fault {
  readonly path: string
  readonly what: string
}

/** A page as the checks see it: what it links to within the site, by path and fragment. */
export interface Checked {
  readonly faults: readonly Fault[]
  readonly links: readonly { readonly path: string; readonly fragment?: string }[]
}

const tag = /<(\/?)([a-z][a-z0-9]*)((?:\s+[^\s=>"']+(?:="[^"]*")?)*)\s*(\/?)>/gi
const attribute = /\s([^\s=>"'/]+)(?:="([^"]*)")?/g
const empty: ReadonlySet<string> = new Set([
  'meta',
  'link',
  'br',
  'hr',
  'input',
  'img',
  'source',
  'wbr',
  'area',
  'base',
  'col',
  'embed',
  'track',
])

const decoded = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'").replaceAll('&amp;', '&')

/** Resolves a link of a page to a path of the site, which begins at `root` on its host; undefined when it leads outside. */
export function resolve(
  from: string,
  href: string,
  root = '/',
): { readonly path: string; readonly fragment?: string } | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith('//')) return undefined
  const [before, fragment] = href.split('#') as [string, string | undefined]
  const way = before.split('?')[0]!
  const at = fragment === undefined || fragment === '' ? {} : { fragment: decodeURIComponent(fragment) }
  if (way === '') return { path: from, ...at }
  if (way.startsWith('/')) return { path: way.startsWith(root) ? way.slice(root.length) : way, ...at }
  const steps = from.split('/').slice(0, -1)
  for (const step of way.split('/')) {
    if (step === '..') {
      if (steps.length === 0) return { path: `../${way}`, ...at }
      steps.pop()
    } else if (step !== '.') steps.push(step)
  }
  return { path: steps.join('/'), ...at }
}

/** Checks one page, given as its path and its document. `root`: where the site begins on its host. */
export function check(path: string, html: string, policy: string, root = '/'): Checked {
  const faults: Fault[] = []
  const links: { path: string; fragment?: string }[] = []
  const ids = new Set<string>()
  const fragments = new Set<string>()
  const open: { name: string; text: boolean; heading: boolean; section: boolean }[] = []
  const fault = (what: string) => faults.push({ path, what })
  let level = 0
  let titles = 0
  let held = false
  let from = 0
  tag.lastIndex = 0
  for (let found = tag.exec(html); found !== null; found = tag.exec(html)) {
    const between = html.slice(from, found.index)
    from = tag.lastIndex
    if (/\S/.test(between)) marked(open)
    const name = found[2]!.toLowerCase()
    if (found[1] === '/') {
      const closed = open.pop()
      if (closed?.name !== name) {
        fault(`</${name}> closes <${closed?.name ?? 'nothing'}>`)
        return { faults, links }
      }
      if (closed.section && !closed.text) fault('a section is empty')
      if (closed.heading && !closed.text) fault('a heading is empty')
      continue
    }
    const attributes = new Map<string, string>()
    for (const [, key, value] of found[3]!.matchAll(attribute)) attributes.set(key!.toLowerCase(), decoded(value ?? ''))
    for (const key of attributes.keys())
      if (key === 'style' || /^on/.test(key) || key === 'srcdoc' || key === 'formaction')
        fault(`<${name}> has the attribute "${key}"`)
    const id = attributes.get('id')
    if (id !== undefined) {
      if (ids.has(id)) fault(`the id "${id}" is there twice`)
      if (id === '' || /\s/.test(id)) fault(`the id "${id}" is none`)
      ids.add(id)
    }
    if (name === 'meta' && attributes.get('http-equiv')?.toLowerCase() === 'content-security-policy') {
      if (attributes.get('content') !== policy) fault('the policy is another one')
      else held = true
    }
    if (name === 'script') {
      const type = attributes.get('type')
      if (!held) fault('a script stands before the policy')
      if (type !== 'application/ld+json' && !attributes.has('src')) fault('a script is within the page')
      const end = html.indexOf('</script>', from)
      if (type !== 'application/ld+json' && end !== from) fault('a script has a body')
      from = tag.lastIndex = end
    }
    if (['iframe', 'object', 'embed', 'style', 'base', 'form', 'svg', 'math', 'template', 'frame', 'applet'].includes(name))
      fault(`there is <${name}>`)
    const to = attributes.get('href') ?? attributes.get('src')
    if (to !== undefined) {
      const resolved = resolve(path, to, root)
      if (resolved === undefined) {
        if (!/^(?:https?:|mailto:)/i.test(to)) fault(`a link leads to "${to.slice(0, 40)}"`)
        if (name === 'script' || (name === 'link' && attributes.get('rel') !== 'canonical') || name === 'img')
          fault(`<${name}> is fetched from elsewhere`)
      } else if (resolved.path === path && resolved.fragment !== undefined) fragments.add(resolved.fragment)
      else links.push(resolved)
    }
    const heading = /^h([1-6])$/.exec(name)
    if (heading !== null) {
      const next = Number(heading[1])
      if (next === 1) titles++
      // The side of a page has headings of its own level, before the text.
      if (next > level + 1) fault(`a heading of level ${next} follows one of level ${level}`)
      level = next
    }
    if (!empty.has(name) && found[4] !== '/')
      open.push({
        name,
        text: false,
        heading: heading !== null,
        section: name === 'section' || name === 'article' || name === 'tbody' || name === 'ul' || name === 'ol',
      })
    else if (name === 'input' || name === 'img') marked(open)
  }
  if (open.length > 0) fault(`<${open.at(-1)!.name}> is not closed`)
  if (!held) fault('there is no policy')
  if (titles !== 1) fault(`there are ${titles} headings of level 1`)
  for (const fragment of fragments) if (!ids.has(fragment) && fragment !== 'top') fault(`the link "#${fragment}" leads nowhere`)
  return { faults, links }
}

/** What is open has content; where an element has, those around it have it already. */
function marked(open: readonly { text: boolean }[]): void {
  for (let place = open.length - 1; place >= 0 && !open[place]!.text; place--) open[place]!.text = true
}

/** The ids of a page, for links from others. */
export function idsOf(html: string): ReadonlySet<string> {
  return new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(found => decoded(found[1]!)))
}
