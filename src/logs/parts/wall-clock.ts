// Times of day as a wall clock in some zone shows them, brought to UTC. Zones are offsets or names of the IANA data base, which the host's `Intl` knows.

const offsetForm = /^(?:utc|gmt|z)?([+-])(\d{1,2})(?::?(\d\d))?$/i

/** Whether a zone can be understood: nothing, `UTC`, `+02:00`, `Europe/Berlin`. */
export function knownZone(zone: string | undefined): boolean {
  return zone === undefined || fixedOffset(zone) !== undefined || namedZone(zone) !== undefined
}

/** Minutes east of UTC of a zone given by its offset. */
function fixedOffset(zone: string): number | undefined {
  if (/^(?:utc|gmt|z)$/i.test(zone)) return 0
  const found = offsetForm.exec(zone)
  if (found === null) return undefined
  const hours = Number(found[2])
  const minutes = Number(found[3] ?? '0')
  if (hours > 23 || minutes > 59) return undefined
  return (found[1] === '-' ? -1 : 1) * (hours * 60 + minutes)
}

function namedZone(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
}

const hour = 3_600_000
const mostHours = 100_000

/** Reads a wall clock. Unknown zones and none are UTC. */
export class WallClock {
  private readonly fixed: number | undefined
  private readonly named: Intl.DateTimeFormat | undefined
  /** Offsets in milliseconds by hour of the wall clock. */
  private readonly offsets = new Map<number, number>()

  constructor(zone: string | undefined) {
    this.fixed = zone === undefined ? 0 : fixedOffset(zone)
    this.named = this.fixed === undefined ? namedZone(zone!) : undefined
  }

  /**
   * Milliseconds UTC of what the clock shows (given as if it were UTC). An hour that the clock shows twice is the first of the two;
   * one that it skips is read with the offset before.
   */
  toUtc(shown: number): number {
    if (this.named === undefined) return shown - (this.fixed ?? 0) * 60_000
    const place = Math.floor(shown / hour)
    let offset = this.offsets.get(place)
    if (offset === undefined) {
      // Zones lie within a day of UTC: a change near by lies between the day before and the day after.
      const before = this.offsetAt(shown - 24 * hour)
      const after = this.offsetAt(shown + 24 * hour)
      const fits = (one: number): boolean => this.offsetAt(shown - one) === one
      offset = before !== after && !fits(before) && fits(after) ? after : before
      if (this.offsets.size >= mostHours) this.offsets.clear()
      this.offsets.set(place, offset)
    }
    return shown - offset
  }

  private offsetAt(time: number): number {
    const part: Record<string, number> = {}
    for (const { type, value } of this.named!.formatToParts(time)) part[type] = Number(value)
    const shown = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!)
    return shown - Math.floor(time / 1000) * 1000
  }
}

export const monthNames: readonly string[] = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Milliseconds as if UTC of a date and a time of day, or undefined when there is no such moment. */
export function moment(
  year: number,
  month: number,
  day: number,
  hours: number,
  minutes: number,
  seconds: number,
  millis = 0,
): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31 || hours > 23 || minutes > 59 || seconds > 60) return undefined
  if (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined
  return Date.UTC(year, month - 1, day, hours, minutes, seconds, millis)
}
