// Texts of queries as the command line has them: the argument itself, or standard input for "-".

import type { Source } from '../../text/source.ts'
import type { Io } from './io.ts'

/** The text of an argument. */
export async function textOf(text: string, io: Io): Promise<string> {
  if (text !== '-') return text
  const parts: Uint8Array[] = []
  for await (const bytes of io.stdin) parts.push(bytes)
  return new TextDecoder().decode(Buffer.concat(parts))
}

/** Queries in a language, named as files of it would be, so that they are read as such. */
export async function queriesOf(texts: readonly string[], extension: string, io: Io): Promise<readonly Source[]> {
  return await Promise.all(
    texts.map(async (text, at) => ({ name: `query${at === 0 ? '' : at + 1}.${extension}`, text: await textOf(text, io) })),
  )
}
