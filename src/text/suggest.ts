// Did you mean … : the nearest of a list of names.

/** The known name closest to what was written (optimal string alignment, ignoring case), or undefined when none is near enough to be meant. */
export function suggest(written: string, known: Iterable<string>): string | undefined {
  if (written.length > 80) return undefined
  let best: string | undefined
  let least = Math.floor(written.length / 3) + 1
  for (const name of known) {
    if (Math.abs(name.length - written.length) > least) continue
    const far = distance(written.toLowerCase(), name.toLowerCase(), least)
    if (far < least || (far === least && best === undefined)) {
      best = name
      least = far
    }
  }
  return best
}

/** Edits (insert, delete, replace, swap of neighbours) between two words, or more than `limit`. */
function distance(a: string, b: string, limit: number): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
      least = Math.min(least, cost)
    }
    if (least > limit) return limit + 1
    before = last
    last = row
  }
  return last[b.length]!
}
