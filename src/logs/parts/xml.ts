// XML as logs hold it: one tag after the other out of a text that may be cut off anywhere. No tree, no DTD, no entities but the five and character references.

/** Elements within each other, at most. */
export const deepestXml = 512

/**
 * One piece of markup. `start` to `end` is the whole of it in the text. `name` is the local name, without its prefix. A `section` is
 * CDATA, whose content is text from `from` to `to`; 'declaration' is `<!DOCTYPE …>` with all it declares, 'other' a comment or an
 * instruction; 'wrong' is a `<` that begins no markup, and stands for itself.
 */
export interface Tag {
  readonly kind: 'open' | 'empty' | 'close' | 'section' | 'declaration' | 'other' | 'wrong'
  readonly start: number
  readonly end: number
  readonly name: string
  readonly from: number
  readonly to: number
}

/** The next markup at or behind `from`; 'none' when there is no `<`, 'more' when the text ends inside it. */
export function nextTag(text: string, from: number): Tag | 'none' | 'more' {
  const start = text.indexOf('<', from)
  if (start === -1) return 'none'
  const code = text.charCodeAt(start + 1)
  if (Number.isNaN(code)) return 'more'
  if (code === 33) return special(text, start)
  if (code === 63) return until(text, start, '?>', 2, 'other')
  const close = code === 47
  const nameFrom = close ? start + 2 : start + 1
  if (!isNameStart(text.charCodeAt(nameFrom))) return nameFrom >= text.length ? 'more' : wrong(start)
  let nameTo = nameFrom + 1
  let local = nameFrom
  for (let code = text.charCodeAt(nameTo); isName(code); code = text.charCodeAt(++nameTo)) if (code === 58) local = nameTo + 1
  // The end of the tag: a `>` outside quotes. A `<` outside quotes means this tag was cut off.
  for (let at = nameTo; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 62) {
      const empty = !close && text.charCodeAt(at - 1) === 47
      return {
        kind: close ? 'close' : empty ? 'empty' : 'open',
        start,
        end: at + 1,
        name: text.slice(local, nameTo),
        from: nameTo,
        to: empty ? at - 1 : at,
      }
    }
    if (code === 60) return wrong(start)
    if (code === 34 || code === 39) {
      const quote = text.indexOf(code === 34 ? '"' : "'", at + 1)
      const next = text.indexOf('<', at + 1)
      // No `<` stands in a value: a quote is missing.
      if (next !== -1 && (quote === -1 || next < quote)) return wrong(start)
      if (quote === -1) return 'more'
      at = quote
    }
  }
  return 'more'
}

function wrong(start: number): Tag {
  return { kind: 'wrong', start, end: start + 1, name: '', from: start, to: start + 1 }
}

function until(text: string, start: number, mark: string, skip: number, kind: Tag['kind']): Tag | 'more' {
  const found = text.indexOf(mark, start + skip)
  if (found === -1) return 'more'
  return { kind, start, end: found + mark.length, name: '', from: start + skip, to: found }
}

function special(text: string, start: number): Tag | 'more' {
  if (text.startsWith('<!--', start)) return until(text, start, '-->', 4, 'other')
  if (text.startsWith('<![CDATA[', start)) return until(text, start, ']]>', 9, 'section')
  if (text.length - start < 9 && ['<!--', '<![CDATA[', '<!DOCTYPE'].some(mark => mark.startsWith(text.slice(start))))
    return 'more'
  if (!text.startsWith('<!DOCTYPE', start)) return wrong(start)
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
    else if (code === 62 && !inside) return { kind: 'declaration', start, end: at + 1, name: '', from: start + 9, to: at }
  }
  return 'more'
}

function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 58 || code >= 0xc0
}

function isName(code: number): boolean {
  return isNameStart(code) || (code >= 48 && code <= 58) || code === 45 || code === 46 || code === 0xb7
}

const attributeForm = /([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y

/** The attributes of a tag in order: name with its prefix, and its value with references decoded. What is no attribute is passed over. */
export function attributes(text: string, tag: Tag): { readonly name: string; readonly value: string }[] {
  const found: { name: string; value: string }[] = []
  let at = tag.from
  while (at < tag.to) {
    if (isBlank(text.charCodeAt(at))) {
      at++
      continue
    }
    attributeForm.lastIndex = at
    const parts = attributeForm.exec(text)
    if (parts === null || parts.index + parts[0].length > tag.to) {
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
