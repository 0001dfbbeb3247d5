// A thread that makes the facts of rules and writes them into the store.

import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { gistName, makeFacts, ownName } from '../../catalog.ts'
import { targets } from '../../targets.ts'
import type { Order, Setup } from './crew.ts'
import { factStore } from './store.ts'

/** Makes the thread that this runs in a worker; it answers each order with whether the facts are in the store. */
function start(setup: Setup, port: NonNullable<typeof parentPort>): void {
  const store = factStore(setup.folder)
  const wanted = setup.targets.flatMap(id => targets.find(target => target.id === id) ?? [])
  const hash = (of: string): string => createHash('sha256').update(of).digest('hex')
  // One after the other, in their order.
  let line = Promise.resolve()
  port.on('message', ({ key, detection, documents }: Order) => {
    line = line.then(async () => {
      let done = false
      try {
        const { own, gist } = await makeFacts(detection, documents, { targets: wanted, hash })
        store.write(ownName(key), JSON.stringify(own))
        store.write(gistName(key), JSON.stringify(gist))
        done = true
      } catch {
        // The caller makes it again and sees for himself.
      }
      port.postMessage(done)
    })
  })
}

if (parentPort !== null) start(workerData, parentPort)
