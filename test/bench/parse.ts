// How fast the readers of query languages are: every rule as it is written for a target of the language, read in one go, again and again.

import { convert } from '../../src/convert.ts'
import { languages } from '../../src/languages/index.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { readRules } from '../../src/rules/index.ts'
import { type Target, targets } from '../../src/targets.ts'
import { rulePaths } from './corpus.ts'

interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
}

/** As much text of each language is read at most in a pass, so that every language has about as many queries. */
const most = 1_500_000
const seconds = 1.5

/** Megabytes of query text read in a second of processor time, language by language; `only` names some. */
export async function benchParse(only: readonly string[] = []): Promise<Row[]> {
  const rules = (readRules(await ruleSources(rulePaths, () => {})).value ?? []).filter(rule => !rule.silent)
  const rows: Row[] = []
  for (const language of languages) {
    if (only.length > 0 && !only.includes(language.id)) continue
    const texts = textsOf(targets.filter(target => target.language === language.id))
    const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    const pass = (): void => {
      for (const text of texts) language.parse({ name: 'q', text })
    }
    pass()
    const from = process.cpuUsage()
    let passes = 0
    let used = 0
    for (; used < seconds; passes++) {
      pass()
      const { user, system } = process.cpuUsage(from)
      used = (user + system) / 1e6
    }
    rows.push({ name: `${language.id}: read (${texts.length} queries)`, value: (size * passes) / 1e6 / used, unit: 'MB/s' })
  }
  return rows

  function textsOf(here: readonly Target[]): readonly string[] {
    const texts: string[] = []
    let size = 0
    // Rules in turn for each target, so that a language's targets have equal parts.
    for (const rule of rules)
      for (const target of here) {
        const text = convert(rule, target, { document: 'none' }).value?.printed.text
        if (text === undefined) continue
        texts.push(text)
        size += text.length
        if (size > most) return texts
      }
    return texts
  }
}
