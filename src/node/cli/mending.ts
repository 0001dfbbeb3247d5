// Changes that findings bring, put into a text: whole findings or none of them, told as a unified diff.

/** A change of a text. */
export interface Change {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The changes that can be made together, in the order of places: of findings that overlap the first counts, and no finding is mended in part. */
export function together(fixes: readonly (readonly Change[])[]): readonly Change[] {
  const taken: Change[] = []
  const sorted = fixes.filter(fix => fix.length > 0).map(fix => [...fix].sort((a, b) => a.start - b.start || a.end - b.end))
  sorted.sort((a, b) => a[0]!.start - b[0]!.start || a[0]!.end - b[0]!.end)
  for (const fix of sorted) {
    const free = fix.every(
      (change, at) =>
        taken.every(other => other.end <= change.start || change.end <= other.start) &&
        (at === 0 || fix[at - 1]!.end <= change.start),
    )
    const same = fix.every(change => taken.some(other => other.start === change.start && other.end === change.end))
    if (free && !same) taken.push(...fix)
  }
  return taken.sort((a, b) => a.start - b.start)
}

/** A text with changes made, which are in order and do not overlap. */
export function mended(text: string, changes: readonly Change[]): string {
  let out = ''
  let done = 0
  for (const { start, end, text: other } of changes) {
    out += text.slice(done, start) + other
    done = end
  }
  return out + text.slice(done)
}

/** Unchanged lines that are shown around a change. */
const around = 3

interface Stretch {
  first: number
  last: number
  readonly changes: Change[]
}

/** Changes of a file as a unified diff, which `patch -p0` and `git apply -p0` take. */
export function unified(name: string, text: string, changes: readonly Change[]): string {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const lineOf = (offset: number): number => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
  const count = text.endsWith('\n') ? starts.length - 1 : starts.length
  const endOf = (line: number): number => starts[line + 1] ?? text.length
  const stretches: Stretch[] = []
  for (const change of changes) {
    const first = lineOf(change.start)
    const last = Math.max(first, lineOf(Math.max(change.start, change.end - 1)))
    const before = stretches.at(-1)
    if (before !== undefined && first <= before.last + 2 * around + 1) {
      before.last = Math.max(before.last, last)
      before.changes.push(change)
    } else stretches.push({ first, last, changes: [change] })
  }
  let out = `--- ${name}\n+++ ${name}\n`
  let shift = 0
  for (const { first, last, changes: own } of stretches) {
    const from = Math.max(0, first - around)
    const to = Math.min(count - 1, last + around)
    const hunk: string[] = []
    let added = 0
    // Runs of neighbouring changed lines, each told as what goes and what comes.
    for (let line = from; line <= to; ) {
      const here = own.filter(change => lineOf(change.start) <= line && line <= lineOf(Math.max(change.start, change.end - 1)))
      if (here.length === 0) {
        hunk.push(said(' ', text.slice(starts[line]!, endOf(line))))
        line++
        continue
      }
      let end = line
      const run: Change[] = []
      for (const change of own)
        if (lineOf(change.start) >= line && lineOf(change.start) <= end) {
          run.push(change)
          end = Math.max(end, lineOf(Math.max(change.start, change.end - 1)))
        }
      const base = starts[line]!
      const old = text.slice(base, endOf(end))
      const now = mended(
        old,
        run.map(change => ({ ...change, start: change.start - base, end: change.end - base })),
      )
      for (const piece of linesOf(old)) hunk.push(said('-', piece))
      for (const piece of linesOf(now)) hunk.push(said('+', piece))
      added += linesOf(now).length - linesOf(old).length
      line = end + 1
    }
    const size = to - from + 1
    out += `@@ -${from + 1},${size} +${from + 1 + shift},${size + added} @@\n${hunk.join('')}`
    shift += added
  }
  return out
}

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.split(/(?<=\n)/))

const said = (sign: string, line: string): string =>
  line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`
