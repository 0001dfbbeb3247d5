// Whether the command line's hunt is shared out among threads, and the threads.

import type { Program } from '../../engine/run.ts'
import type { Crew } from '../../hunt.ts'
import type { Detection } from '../../ir/detection.ts'
import type { Schema } from '../../schemas/schema.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import type { FileSource } from '../files.ts'
import { usualJobs, weigh } from '../weigh.ts'
import type { ReadyRules } from './load.ts'

/** Workers for a hunt, where they are asked for or pay, and the sources once more. */
export async function shareOut(
  { jobs, schemas: used }: { readonly jobs?: number; readonly schemas: readonly Schema[] },
  listed: AsyncIterable<FileSource>,
  what: {
    readonly program: Program
    readonly rules: ReadyRules
    readonly chosen: readonly Detection[]
    readonly report: (finding: Diagnostic) => void
  },
): Promise<{ readonly sources: AsyncIterable<FileSource>; readonly crew?: Crew }> {
  if (jobs === 1) return { sources: listed }
  const { sources, large } = jobs === undefined ? await weigh(listed) : { sources: listed, large: true }
  const wanted = jobs ?? usualJobs()
  if (!large || wanted === 1) return { sources }
  const { Company } = await import('../workers.ts')
  const { program, rules, chosen, report } = what
  const image = rules.image()
  if (image === undefined) {
    if (jobs !== undefined)
      report({ code: 'WRK202', severity: 'note', message: 'workers are not used: the rules hold what threads cannot share' })
    return { sources }
  }
  rules.keep()
  const places = new Map(rules.detections.map((detection, place) => [detection, place]))
  const crew = new Company({
    jobs: wanted,
    program,
    image,
    chosen: Int32Array.from(chosen, detection => places.get(detection)!),
    schemas: used.map(schema => schema.id),
    report,
  })
  return { sources, crew }
}
