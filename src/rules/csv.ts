// Tables as CSV (RFC 4180): the first line names the columns, an empty cell is nothing.

/** A table of texts. */
export interface TextTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
}

const comma = 44
const quote = 34
const feed = 10
const back = 13

/** Values that come again and again share one text; so many are remembered. */
const mostShared = 20_000

/** Reads a table; cells that a row has beyond its columns are left out. Time is proportional to the text. */
export function readCsv(text: string): TextTable {
  const rows: (string | null)[][] = []
  const shared = new Map<string, string>()
  let columns: string[] | undefined
  let row: (string | null)[] = []
  let place = 0
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0

  const put = (cell: string): void => {
    if (columns !== undefined && place >= columns.length) return
    const known = shared.get(cell)
    if (known === undefined && shared.size < mostShared) shared.set(cell, cell)
    row[place++] = cell === '' ? null : (known ?? cell)
  }
  const endRow = (empty: boolean): void => {
    if (!empty) {
      if (columns === undefined) columns = row.map(name => (name ?? '').trim())
      else rows.push(row)
    }
    // Made in its full length, a row takes no more room than it needs.
    row = columns === undefined ? [] : new Array<string | null>(columns.length).fill(null)
    place = 0
  }

  /** Whether nothing but line breaks stood on this line so far. */
  let blank = true
  while (at < text.length) {
    let cell: string
    if (text.charCodeAt(at) === quote) {
      const found = quoted(text, at)
      cell = found.value
      at = found.end
      blank = false
    } else cell = ''
    const start = at
    let code = -1
    while (at < text.length) {
      code = text.charCodeAt(at)
      if (code === comma || code === feed || code === back) break
      at++
    }
    if (at > start) {
      cell += text.slice(start, at)
      blank = false
    }
    if (at >= text.length) {
      if (!blank) put(cell)
      break
    }
    if (code === comma) {
      put(cell)
      blank = false
      at++
      if (at >= text.length) put('')
      continue
    }
    if (!blank) put(cell)
    endRow(blank)
    blank = true
    at += code === back && text.charCodeAt(at + 1) === feed ? 2 : 1
  }
  endRow(place === 0)
  return { columns: columns ?? [], rows }
}

/** A cell in quotes, in which a doubled quote is one. */
function quoted(text: string, start: number): { readonly value: string; readonly end: number } {
  let value = ''
  let from = start + 1
  for (;;) {
    const close = text.indexOf('"', from)
    if (close === -1) return { value: value + text.slice(from), end: text.length }
    value += text.slice(from, close)
    if (text[close + 1] !== '"') return { value, end: close + 1 }
    value += '"'
    from = close + 2
  }
}
