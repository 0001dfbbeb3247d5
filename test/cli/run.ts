// Runs one command line in a world of its own and keeps what it wrote.

import type { Io } from '../../src/node/cli/io.ts'
import { main } from '../../src/node/cli/main.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface World {
  readonly terminal?: boolean
  readonly columns?: number
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly stdin?: string
  readonly now?: number
  readonly signal?: AbortSignal
}

/** `terrier` with these arguments. Nothing is a terminal unless the world says so. */
export async function terrier(args: readonly string[], world: World = {}): Promise<Ran> {
  let out = ''
  let err = ''
  const { terminal = false, columns = 100 } = world
  const io: Io = {
    stdout: { write: text => (out += text), isTTY: terminal, columns },
    stderr: { write: text => (err += text), isTTY: terminal, columns },
    stdin: (async function* () {
      if (world.stdin !== undefined) yield new TextEncoder().encode(world.stdin)
    })(),
    env: world.env ?? { LANG: 'en_US.UTF-8' },
    cwd: process.cwd(),
    now: () => world.now ?? Date.UTC(2026, 10, 21),
    signal: world.signal,
  }
  const code = await main(args, io)
  return { code, out, err }
}

/** Objects of JSON Lines, as `JSON.parse` gives them: what shape they have is what the tests are about. */
export function lines(text: string): ReturnType<JSON['parse']>[] {
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
}
