// Tables as CSV (RFC 4180): the first line names the columns, an empty cell is nothing.

/** A table of texts. */
export interface TextTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/** Reads a table; cells that a row has beyond its columns are left out. Time is proportional to the text. */
export function readCsv(text: string): TextTable {
  const lines: string[][] = []
  let cells: string[] = []
  let cell = ''
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  const endCell = (): void => {
    cells.push(cell)
    cell = ''
  }
  const endLine = (): void => {
    endCell()
    if (cells.length > 1 || cells[0] !== '') lines.push(cells)
    cells = []
  }
  while (at < text.length) {
    const character = text[at]!
    if (character === '"' && cell === '') {
      const { value, end } = quoted(text, at)
      cell = value
      at = end
    } else if (character === ',') {
      endCell()
      at++
    } else if (character === '\n' || character === '\r') {
      endLine()
      at += character === '\r' && text[at + 1] === '\n' ? 2 : 1
    } else {
      const rest = /[^,\r\n]+/y
      rest.lastIndex = at
      const run = rest.exec(text)![0]
      cell += run
      at += run.length
    }
  }
  if (cell !== '' || cells.length > 0) endLine()
  const [columns = [], ...rows] = lines
  return {
    columns: columns.map(name => name.trim()),
    rows: rows.map(row => columns.map((_, index) => (row[index] === undefined || row[index] === '' ? null : row[index]!))),
  }
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
