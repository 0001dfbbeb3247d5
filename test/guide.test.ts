// The guide's examples are run: every `$ terrier …` line of a `console` block must end with its exit code and say its lines, in order.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { terrier } from './cli/run.ts'

interface Example {
  readonly line: number
  readonly args: readonly string[]
  readonly exit: number
  readonly expected: readonly string[]
}

/** Words of a command line, with single and double quotes. */
function words(text: string): string[] {
  return [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(found => found[1] ?? found[2] ?? found[3]!)
}

/** The examples of a page. `console exit=N` says the exit code of a block's commands. */
function examples(page: string): Example[] {
  const found: Example[] = []
  const lines = page.split('\n')
  let exit: number | undefined
  for (const [index, line] of lines.entries()) {
    if (exit === undefined) {
      const fence = /^```console(?: exit=(\d+))?$/.exec(line)
      if (fence !== null) exit = Number(fence[1] ?? 0)
    } else if (line === '```') exit = undefined
    else if (line.startsWith('$ terrier ')) found.push({ line: index + 1, args: words(line.slice(10)), exit, expected: [] })
    else if (line.trim() !== '' && line.trim() !== '…') (found.at(-1)!.expected as string[]).push(line)
  }
  return found
}

/** What may differ without the page being wrong: times, rates, counts. */
function steady(text: string): string {
  return text
    .replace(/\b\d[\d,.]*(?: (?:s|min|h|kB|MB|GB|B)\b(?:\/s)?)?/g, 'N')
    .replace(/[ \t]+/g, ' ')
    .trim()
}

for (const name of readdirSync('docs/guide').filter(file => file.endsWith('.md'))) {
  const found = examples(readFileSync(`docs/guide/${name}`, 'utf8'))
  describe.skipIf(found.length === 0)(`docs/guide/${name}`, () => {
    for (const { line, args, exit, expected } of found) {
      it(`line ${line}: terrier ${args.join(' ')}`, async () => {
        const { code, out, err } = await terrier(args, { terminal: false })
        expect(code, err).toBe(exit)
        const said = `${out}\n${err}`.split('\n').map(steady)
        let from = 0
        for (const wanted of expected.map(steady)) {
          const at = said.findIndex((have, index) => index >= from && have.startsWith(wanted))
          expect(at, `no line "${wanted}" after line ${from} of:\n${said.join('\n')}`).not.toBe(-1)
          from = at + 1
        }
      })
    }
  })
}
