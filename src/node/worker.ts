// A thread that reads parts of sources and looks at their events by the rules of an image. It holds no state of its own between tasks but what makes it faster.

import { parentPort, workerData } from 'node:worker_threads'
import { compile } from '../engine/engine.ts'
import { schemas } from '../schemas/index.ts'
import { readImage } from './image.ts'
import { type Answer, createHand, type HandOptions, type Order } from './tasks.ts'

/** What a worker is given: the rules as shared bytes, which of them run, and by which schemas. */
export interface Setup {
  readonly image: Uint8Array<ArrayBufferLike>
  /** Places of the detections in the image. */
  readonly chosen: Int32Array
  readonly schemas: readonly string[]
  readonly options: HandOptions
}

/** Makes the thread that this runs in a worker. */
function start(setup: Setup, port: NonNullable<typeof parentPort>): void {
  const rules = readImage(setup.image)
  if (rules === undefined) throw new Error('the rules cannot be read')
  const detections = [...setup.chosen].map(place => rules.detections[place]!)
  const used = schemas.filter(schema => setup.schemas.includes(schema.id))
  const program = compile(detections, used, rules).value
  if (program === undefined) throw new Error('the rules cannot be compiled')
  const answer = (message: Answer) => port.postMessage(message)
  const hand = createHand(program, setup.options, answer)
  port.on('message', (order: Order) => hand.take(order))
  answer({ kind: 'ready', fronts: program.scout().seen().asked.length })
}

if (parentPort !== null) start(workerData, parentPort)
