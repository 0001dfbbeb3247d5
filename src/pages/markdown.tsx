// Markdown as elements: what authors write in playbooks and guides, and nothing that runs. Markup of HTML is text, links lead to the web only, and depth and length are bounded.

import type { ComponentChildren, VNode } from 'preact'
import { outside } from './address.ts'
import { Code } from './code.tsx'
import { Scroll } from './scroll.tsx'

const longest = 200_000
const deepest = 6

/** Renders Markdown: headings (from `level` on), paragraphs, lists, tables, quotations, code, emphasis, links. What is longer than 200,000 characters is cut, and says so. */
export function Markdown({ text, level = 3, label }: { text: string; level?: number; label: string }): VNode {
  const cut = text.length > longest
  const lines = text.slice(0, longest).replace(/\r\n?/g, '\n').replace(/\t/g, '    ').split('\n')
  return (
    <div class="prose">
      {blocks(lines, { level, label, depth: 0, count: { code: 0 } })}
      {cut && <p>The text goes on; it is whole in the machine-readable page.</p>}
    </div>
  )
}

interface Place {
  readonly level: number
  readonly label: string
  readonly depth: number
  readonly count: { code: number }
}

const fence = /^ {0,3}(`{3,}|~{3,})[ ]*([\w+#.-]*)/
const heading = /^ {0,3}(#{1,6})[ ]+(.*)$/
const item = /^( {0,3})([-*+]|\d{1,9}[.)])( +)(\S.*)?$/
const rule = /^ {0,3}(?:(?:-[ ]*){3,}|(?:\*[ ]*){3,}|(?:_[ ]*){3,})$/
const divider = /^[ |:-]+$/

function blocks(lines: readonly string[], place: Place): ComponentChildren[] {
  const out: ComponentChildren[] = []
  let paragraph: string[] = []
  const flush = () => {
    if (paragraph.length > 0) out.push(<p>{inline(paragraph.join('\n'))}</p>)
    paragraph = []
  }
  let at = 0
  while (at < lines.length) {
    const line = lines[at]!
    const fenced = fence.exec(line)
    if (fenced !== null) {
      flush()
      const end = closing(lines, at + 1, fenced[1]!)
      const number = ++place.count.code
      out.push(
        <Code
          text={lines.slice(at + 1, end).join('\n')}
          language={fenced[2]!.toLowerCase()}
          label={`${place.label}, code ${number}`}
        />,
      )
      at = end + 1
      continue
    }
    const title = heading.exec(line)
    if (title !== null) {
      flush()
      out.push(<Heading level={Math.min(6, place.level + Math.max(0, title[1]!.length - 2))}>{inline(title[2]!.trim())}</Heading>)
      at++
      continue
    }
    if (line.trim() === '') {
      flush()
      at++
      continue
    }
    if (rule.test(line)) {
      flush()
      out.push(<hr />)
      at++
      continue
    }
    if (/^ {0,3}>/.test(line) && place.depth < deepest) {
      flush()
      let end = at
      while (end < lines.length && /^ {0,3}>/.test(lines[end]!)) end++
      const inner = lines.slice(at, end).map(quoted => quoted.replace(/^ {0,3}> ?/, ''))
      out.push(<blockquote>{blocks(inner, { ...place, depth: place.depth + 1 })}</blockquote>)
      at = end
      continue
    }
    if (line.includes('|') && at + 1 < lines.length && divider.test(lines[at + 1]!) && lines[at + 1]!.includes('-')) {
      flush()
      let end = at + 2
      while (end < lines.length && lines[end]!.includes('|') && lines[end]!.trim() !== '') end++
      out.push(table(lines.slice(at, end), place))
      at = end
      continue
    }
    const listed = item.exec(line)
    if (listed !== null && place.depth < deepest && (paragraph.length === 0 || !/^\d/.test(listed[2]!))) {
      flush()
      const [list, end] = listFrom(lines, at, place)
      out.push(list)
      at = end
      continue
    }
    paragraph.push(line.trim())
    at++
  }
  flush()
  return out
}

function closing(lines: readonly string[], from: number, mark: string): number {
  for (let at = from; at < lines.length; at++) {
    const line = lines[at]!.trim()
    if (line.startsWith(mark) && line.split(mark[0]!).join('') === '') return at
  }
  return lines.length
}

function listFrom(lines: readonly string[], from: number, place: Place): [VNode, number] {
  const first = item.exec(lines[from]!)!
  const ordered = /^\d/.test(first[2]!)
  const items: string[][] = []
  let at = from
  while (at < lines.length) {
    const line = lines[at]!
    const found = item.exec(line)
    if (found !== null && /^\d/.test(found[2]!) === ordered && found[1]!.length <= first[1]!.length + 1) {
      items.push([found[4] ?? ''])
      at++
      const indent = found[1]!.length + found[2]!.length + Math.min(found[3]!.length, 4)
      // What is indented, blank, or goes on the sentence belongs to the item.
      while (at < lines.length) {
        const next = lines[at]!
        const own = next.search(/[^ ]|$/)
        if (next.trim() === '') {
          const after = lines[at + 1]
          if (after === undefined || after.trim() === '' || after.search(/[^ ]|$/) < indent) break
        } else if (
          own < indent &&
          (item.test(next) || heading.test(next) || fence.test(next) || rule.test(next) || (lines[at - 1] ?? '').trim() === '')
        )
          break
        items.at(-1)!.push(own >= indent ? next.slice(indent) : next.trimStart())
        at++
      }
      continue
    }
    if (line.trim() === '' && lines[at + 1] !== undefined && item.test(lines[at + 1]!)) {
      at++
      continue
    }
    break
  }
  const rows = items.map(text => {
    const inner = blocks(text, { ...place, depth: place.depth + 1 })
    // One paragraph alone is shown without its margins.
    const alone = text.every(line => line.trim() !== '' && !item.test(line) && !fence.test(line) && !line.includes('|'))
    return <li>{alone ? inline(text.join('\n')) : inner}</li>
  })
  const start = ordered ? Number.parseInt(first[2]!, 10) : 1
  return [ordered ? <ol {...(start === 1 ? {} : { start })}>{rows}</ol> : <ul>{rows}</ul>, at]
}

function cells(line: string): readonly string[] {
  const text = line.trim().replace(/^\|/, '').replace(/\|$/, '')
  // A bar behind a backslash is a bar; so is one within code only where it is escaped.
  return text
    .split(/(?<!\\)\|/)
    .slice(0, 40)
    .map(cell => cell.replaceAll('\\|', '|').trim())
}

function table(lines: readonly string[], place: Place): VNode {
  const head = cells(lines[0] ?? '')
  return (
    <Scroll classes="scroll" label={`${place.label}, table`}>
      <table>
        <thead>
          <tr>
            {head.map((cell, column) =>
              cell === '' && column === 0 ? <td /> : <th scope="col">{cell === '' ? '–' : inline(cell)}</th>,
            )}
          </tr>
        </thead>
        <tbody>
          {lines.slice(2).map(line => {
            const row = cells(line)
            return (
              <tr>
                {head.map((_, column) => (
                  <td>{inline(row[column] ?? '')}</td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scroll>
  )
}

/** A heading of a level that is computed. */
export function Heading({ level, id, children }: { level: number; id?: string; children: ComponentChildren }): VNode {
  const Tag = `h${Math.min(6, Math.max(1, level))}` as 'h2'
  return <Tag {...(id === undefined ? {} : { id })}>{children}</Tag>
}

const span =
  /(?<!`)`([^`]+)`(?!`)|(?<!`)``(?!`)((?:[^`]|`(?!`)){1,500}?)``(?!`)|\[([^\][]{1,500})\]\(<?([^\s()<>]{1,2000}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,200})?)>?(?:\s+"[^"]{0,300}")?\)|<?(https?:\/\/[^\s<>"')\]]{1,2000})>?|\*\*(\S(?:[^*]{0,2000}?\S)?)\*\*|(?<![\w*])\*([^\s*](?:[^*]{0,2000}?[^\s*])?)\*(?![\w*])|(?<!\w)_([^\s_](?:[^_]{0,2000}?[^\s_])?)_(?!\w)|\\([\\`*_{}[\]()#+.!|~>-])/g

/** The marks within a line: code, links, emphasis. Everything else is text. */
export function inline(text: string, depth = 0): ComponentChildren[] {
  const out: ComponentChildren[] = []
  let from = 0
  for (const found of text.matchAll(span)) {
    const [whole, ticked, twice, label, address, bare, strong, starred, underlined, plain] = found
    if (found.index > from) out.push(text.slice(from, found.index))
    from = found.index + whole.length
    const code = ticked ?? twice?.replace(/^ (?=.* $)| $/g, '')
    if (code !== undefined) out.push(<code>{code.replace(/\n/g, ' ')}</code>)
    else if (plain !== undefined) out.push(plain)
    else if (depth >= 3) out.push(whole)
    else if (label !== undefined) {
      const to = outside(address!)
      out.push(to === undefined ? inline(label, depth + 1) : <Outside to={to}>{inline(label, depth + 3)}</Outside>)
    } else if (bare !== undefined) {
      const end = /[.,;:!?]+$/.exec(bare)?.[0] ?? ''
      const to = outside(end === '' ? bare : bare.slice(0, -end.length))
      out.push(to === undefined ? whole : <Outside to={to}>{to}</Outside>, to === undefined ? '' : end)
    } else if (strong !== undefined) out.push(<strong>{inline(strong, depth + 1)}</strong>)
    else out.push(<em>{inline((starred ?? underlined)!, depth + 1)}</em>)
  }
  if (from < text.length) out.push(text.slice(from))
  return out
}

/** A link out of the site, which learns nothing of the reader; an address that may not be followed is no link. */
export function Outside({ to, children }: { to: string; children: ComponentChildren }): ComponentChildren {
  const safe = outside(to)
  return safe === undefined ? (
    children
  ) : (
    <a href={safe} rel="noopener noreferrer nofollow">
      {children}
    </a>
  )
}
