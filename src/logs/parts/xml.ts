// XML as logs hold it: one tag after the other out of a text that may be cut off anywhere. No tree, no DTD, no entities but the five and character references.

/** Elements within each other, at most. */
export const deepestXml = 512

/** 'open', 'empty' and 'close' are tags; 'section' is CDATA; 'declaration' is `<!DOCTYPE …>` with all it declares; 'other' a comment or an instruction; 'wrong' is a `<` that begins no markup. */
export type Markup = 'open' | 'empty' | 'close' | 'section' | 'declaration' | 'other' | 'wrong'

/** Finds one piece of markup after the other. What it found last is in its fields, so that nothing is made for a tag but its name. */
export class Tags {
  /** The markup lies from `start` to `end`; its attributes, or the text of a section, from `from` to `to`. */
  start = 0
  end = 0
  from = 0
  to = 0
  /** Where a tag's local name lies, without its prefix. */
  private nameFrom = 0
  private nameTo = 0

  /** The local name of the tag found last. */
  name(text: string): string {
    return text.slice(this.nameFrom, this.nameTo)
  }

  /** Whether the tag found last has this local name. */
  is(text: string, name: string): boolean {
    return this.nameTo - this.nameFrom === name.length && text.startsWith(name, this.nameFrom)
  }

  /** The next markup at or behind `from`; 'none' when there is no `<`, 'more' when the text ends inside it. */
  next(text: string, from: number): Markup | 'none' | 'more' {
    const start = text.indexOf('<', from)
    if (start === -1) return 'none'
    this.start = start
    const first = text.charCodeAt(start + 1)
    if (first === 33) return this.special(text)
    if (first === 63) return this.until(text, '?>', 2, 'other')
    const close = first === 47
    const nameFrom = close ? start + 2 : start + 1
    if (!isNameStart(text.charCodeAt(nameFrom))) return nameFrom >= text.length ? 'more' : this.wrong()
    let nameTo = nameFrom + 1
    let local = nameFrom
    for (let code = text.charCodeAt(nameTo); isName(code); code = text.charCodeAt(++nameTo)) if (code === 58) local = nameTo + 1
    // The end of the tag is a `>` outside quotes. A `<` before it means that the tag was cut off.
    for (let at = nameTo; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === 62) {
        const empty = !close && text.charCodeAt(at - 1) === 47
        this.end = at + 1
        this.nameFrom = local
        this.nameTo = nameTo
        this.from = nameTo
        this.to = empty ? at - 1 : at
        return close ? 'close' : empty ? 'empty' : 'open'
      }
      if (code === 60) return this.wrong()
      if (code === 34 || code === 39) {
        do at++
        while (at < text.length && text.charCodeAt(at) !== code && text.charCodeAt(at) !== 60)
        if (text.charCodeAt(at) === 60) return this.wrong()
      }
    }
    return 'more'
  }

  private wrong(): Markup {
    return this.found('wrong', this.start + 1, this.start, this.start + 1)
  }

  private found(kind: Markup, end: number, from: number, to: number): Markup {
    this.end = end
    this.from = from
    this.to = to
    this.nameTo = this.nameFrom
    return kind
  }

  private until(text: string, mark: string, skip: number, kind: Markup): Markup | 'more' {
    const end = text.indexOf(mark, this.start + skip)
    return end === -1 ? 'more' : this.found(kind, end + mark.length, this.start + skip, end)
  }

  private special(text: string): Markup | 'more' {
    const { start } = this
    if (text.startsWith('<!--', start)) return this.until(text, '-->', 4, 'other')
    if (text.startsWith('<![CDATA[', start)) return this.until(text, ']]>', 9, 'section')
    if (text.length - start < 9 && ['<!--', '<![CDATA[', '<!DOCTYPE'].some(mark => mark.startsWith(text.slice(start))))
      return 'more'
    if (!text.startsWith('<!DOCTYPE', start)) return this.wrong()
    // A declaration ends at the `>` that is in no quotes and in no brackets.
    let inside = false
    for (let at = start + 9; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === 34 || code === 39) {
        const quote = text.indexOf(code === 34 ? '"' : "'", at + 1)
        if (quote === -1) return 'more'
        at = quote
      } else if (code === 91) inside = true
      else if (code === 93) inside = false
      else if (code === 62 && !inside) return this.found('declaration', at + 1, start + 9, at)
    }
    return 'more'
  }
}

function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 58 || code >= 0xc0
}

function isName(code: number): boolean {
  return isNameStart(code) || (code >= 48 && code <= 58) || code === 45 || code === 46 || code === 0xb7
}

const attributeForm = /([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y

/** The attributes between two offsets of a tag, in order: name with its prefix, and its value with references decoded. What is no attribute is passed over. */
export function attributes(text: string, from: number, to: number): { readonly name: string; readonly value: string }[] {
  const found: { name: string; value: string }[] = []
  let at = from
  while (at < to) {
    if (isBlank(text.charCodeAt(at))) {
      at++
      continue
    }
    attributeForm.lastIndex = at
    const parts = attributeForm.exec(text)
    if (parts === null || parts.index + parts[0].length > to) {
      at++
      continue
    }
    found.push({ name: parts[1]!, value: decodeReferences(parts[2] ?? parts[3] ?? '') })
    at += parts[0].length
  }
  return found
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const referenceForm = /&(?:#([0-9]{1,8})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z_][\w.-]*));/g

/**
 * Text with its references decoded: the five entities of XML and character references, of any character (also control characters,
 * which XML 1.0 forbids and Windows writes). A reference to no character is U+FFFD; any other entity stays as it is written.
 */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(referenceForm, (all, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return Object.hasOwn(named, name) ? named[name]! : all
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hexadecimal!, 16)
    return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? '\ufffd' : String.fromCodePoint(code)
  })
}
