// XML as a bag, as `parse_xml` makes it: elements by name, several of a name as a list, attributes with `@`, text beside them as `#text`.

import { setField, type Value } from '../../../ir/event.ts'

const deepest = 100
const most = 200_000

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

const decoded = (of: string): string =>
  of.includes('&')
    ? of.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,4}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) return Object.hasOwn(entities, name) ? entities[name]! : whole
        const point = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal)
        return point <= 0x10ffff ? String.fromCodePoint(point) : whole
      })
    : of

interface Element {
  readonly name: string
  readonly inside: Record<string, Value>
  text: string
  /** How many names it has: of one without any, the text alone is the value. */
  names: number
}

function add(to: Element, name: string, value: Value): void {
  const before = Object.hasOwn(to.inside, name) ? to.inside[name] : undefined
  setField(
    to.inside,
    name,
    before === undefined ? value : Array.isArray(before) ? [...(before as readonly Value[]), value] : [before, value],
  )
  to.names++
}

const told = (of: Element): Value => {
  const text = of.text.trim()
  if (of.names === 0) return text === '' ? null : text
  if (text === '') return of.inside
  // Attributes, text, elements, as the manual prints them.
  const out: Record<string, Value> = {}
  const names = Object.keys(of.inside)
  for (const name of names) if (name.startsWith('@')) setField(out, name, of.inside[name]!)
  setField(out, '#text', text)
  for (const name of names) if (!name.startsWith('@')) setField(out, name, of.inside[name]!)
  return out
}

const tag =
  /<(?:!--[\s\S]*?-->|!\[CDATA\[([\s\S]*?)\]\]>|\?[\s\S]*?\?>|![^>]*>|\/([^\s>]+)\s*>|([^\s/>!?]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>)/y
const attribute = /([^\s=/>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/** The bag of an XML text; undefined for a text that is none. */
export function readXml(written: string): Value | undefined {
  const root: Element = { name: '', inside: {}, text: '', names: 0 }
  const open: Element[] = [root]
  let at = 0
  let count = 0
  while (at < written.length) {
    const here = open.at(-1)!
    const next = written.indexOf('<', at)
    if (next === -1) {
      here.text += decoded(written.slice(at))
      break
    }
    here.text += decoded(written.slice(at, next))
    tag.lastIndex = next
    const found = tag.exec(written)
    if (found === null || ++count > most) return undefined
    at = tag.lastIndex
    const [, data, closed, name, attributes, empty] = found
    if (data !== undefined) here.text += data
    else if (closed !== undefined) {
      if (open.length === 1 || here.name !== closed) return undefined
      open.pop()
      add(open.at(-1)!, here.name, told(here))
    } else if (name !== undefined) {
      if (open.length > deepest) return undefined
      const element: Element = { name, inside: {}, text: '', names: 0 }
      for (const [, key, double, single] of (attributes ?? '').matchAll(attribute))
        add(element, `@${key}`, decoded(double ?? single ?? ''))
      if (empty === '/') add(here, name, told(element))
      else open.push(element)
    }
  }
  return open.length > 1 || root.names === 0 ? undefined : root.inside
}
