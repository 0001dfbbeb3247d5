// Whether what each target writes of Sigma is read back, and means the rule: docs/guide/readback.md is made here. `npm run record` rewrites it.

import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { convert } from '../src/convert.ts'
import { type Event, isRecord, setField, type Value } from '../src/ir/event.ts'
import type { Pipeline } from '../src/ir/pipeline.ts'
import type { Predicate, ValueType } from '../src/ir/predicate.ts'
import { fieldsUsed, visit } from '../src/ir/walk.ts'
import { languages } from '../src/languages/index.ts'
import { example, type Side } from '../src/proof/decide.ts'
import { lawsOf, typesOf } from '../src/proof/laws.ts'
import type { Proof } from '../src/proof/proof.ts'
import { asked, sideOf, tableField } from '../src/proof/sides.ts'
import { prove } from '../src/prove.ts'
import { schemas } from '../src/schemas/index.ts'
import { translate } from '../src/schemas/translate.ts'
import { type Target, targets } from '../src/targets.ts'
import { constructs, detectionOf } from './constructs.ts'
import { randomOf } from './engine/mutate.ts'
import { pick, type Random, textsOf } from './proof/made.ts'

const path = 'docs/guide/readback.md'

/** How far a construct comes with a target: each step holds what the step before it holds. */
type Step = 'refused' | 'written' | 'read' | 'differs' | 'agrees' | 'equal'

interface Cell {
  readonly step: Step
  /** What the printer warned of. */
  readonly warned: readonly string[]
  /** Why it comes no further. */
  readonly why: string
}

type Kind = 'address' | 'number' | 'truth' | 'time'

/** Fields whose values are addresses, numbers and the like by their types or by what is asked of them. */
function kindsOf(questions: readonly Predicate[]): ReadonlyMap<string, Kind> {
  const kinds = new Map<string, Kind>()
  const byType: Readonly<Partial<Record<ValueType, Kind>>> = {
    ip: 'address',
    long: 'number',
    int: 'number',
    real: 'number',
    bool: 'truth',
  }
  for (const [name, type] of typesOf(questions)) if (byType[type] !== undefined) kinds.set(name, byType[type])
  for (const question of questions)
    visit(question, {
      predicate: of => {
        if (of.kind === 'test' && of.subject.kind === 'field' && of.match.kind === 'cidr') kinds.set(of.subject.name, 'address')
      },
      scalar: of => {
        const [first] = of.kind === 'call' && of.fn === 'datepart' ? of.args : []
        if (first?.kind === 'field') kinds.set(first.name, 'time')
      },
    })
  return kinds
}

const addresses = [
  '10.0.0.0',
  '10.255.255.255',
  '9.255.255.255',
  '11.0.0.0',
  '192.0.2.7',
  'fe80::1',
  'febf::1',
  'fec0::1',
  '::1',
  '2001:db8::a',
]
const numbers = [442, 443, 444, 1023, 1024, 1025, 49151, 49152, 0, 3]

const times = [
  '2026-01-02T03:00:00Z',
  '2026-01-02T03:59:59.999Z',
  '2026-01-02T04:00:00Z',
  '2026-06-30T02:59:59Z',
  '2026-06-30T15:30:00Z',
]

/** Events as a product may hold them, around one that the question is true of: no list, no null, addresses where addresses are. */
function* eventsFor(random: Random, of: Side, tables: readonly string[], nested: boolean): Generator<Event> {
  const kinds = kindsOf([of.where])
  const typed = typesOf([of.where])
  const found = example(of, { laws: lawsOf(typed) })
  const base: Readonly<Record<string, Value>> = 'event' in found ? found.event.fields : {}
  const texts = textsOf(of.where)
  const names = [...new Set([...texts.map(one => one.name), ...fieldsUsed(of.where), ...Object.keys(base)])].filter(
    name => !name.startsWith('$'),
  )
  const own = (name: string): Value => {
    const kind = kinds.get(name)
    if (kind === 'address') return pick(random, addresses)
    if (kind === 'time') return pick(random, times)
    if (kind === 'truth') return pick(random, [true, false])
    const told = texts.filter(one => one.name === name && one.texts.length > 0)
    if (kind === 'number') {
      const near = told.flatMap(one => one.texts.map(Number)).filter(Number.isSafeInteger)
      return near.length > 0 && random() < 0.7 ? pick(random, near) + pick(random, [-1, 0, 1]) : pick(random, numbers)
    }
    if (told.length === 0) return pick(random, ['x', 'C:\\x\\y.exe'])
    const text = pick(random, told).texts.join(pick(random, ['', ' ', 'x', '\\']))
    const numeric = /^\d+$/.test(text)
    if (numeric) return String(Number(text) + pick(random, [-1, 0, 1, 10]))
    return pick(random, [
      text,
      text,
      text,
      text.toUpperCase(),
      text.toLowerCase(),
      `C:\\x${text}`,
      `${text}y`,
      `x ${text} y`,
      text.slice(Math.floor(random() * text.length)),
      `${text} ${pick(random, told).texts.join('')}`,
    ])
  }
  for (let round = 0; round < asking.events; round++) {
    const fields: Record<string, Value> = tables.length === 0 ? {} : { [tableField]: pick(random, tables) }
    // Two fields that are compared are sometimes equal.
    const shared = random() < 0.15 ? own(pick(random, names)) : undefined
    for (const name of names) {
      const kept = base[name]
      const usual = kept !== undefined && !isRecord(kept) && (kinds.get(name) !== 'address' || addresses.includes(String(kept)))
      const value =
        shared !== undefined && !kinds.has(name) && random() < 0.6
          ? shared
          : random() < 0.55 && usual
            ? kept
            : random() < 0.12
              ? undefined
              : own(name)
      if (value !== undefined) put(fields, nested ? name.split('.') : [name], value)
    }
    yield { fields }
  }
}

/** Puts a value at a path of records. */
function put(fields: Record<string, Value>, [name, ...rest]: readonly string[], value: Value): void {
  if (rest.length === 0) {
    setField(fields, name!, value)
    return
  }
  const inner = fields[name!]
  const record: Record<string, Value> = isRecord(inner) ? { ...inner } : {}
  put(record, rest, value)
  setField(fields, name!, record)
}

const escapedXml = (text: string): string => text.replace(/[&<>]/g, one => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[one]!)

/** An event as a line: what grep looks at. */
function lineOf({ fields }: Event, form: string | undefined): string {
  const own = Object.entries(fields).filter(([name]) => !name.startsWith('$'))
  if (form !== 'xml') return JSON.stringify(Object.fromEntries(own))
  const system = own.filter(([name]) => name === 'EventID' || name === 'Channel')
  const rest = own.filter(([name]) => name !== 'EventID' && name !== 'Channel')
  return `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>${system
    .map(([name, value]) => `<${name}>${escapedXml(String(value))}</${name}>`)
    .join('')}</System><EventData>${rest
    .map(([name, value]) => `<Data Name="${name}">${escapedXml(String(value))}</Data>`)
    .join('')}</EventData></Event>`
}

/** How many events are asked, and how many answers of each kind there must be for them to show anything. */
const asking = { events: 1000, least: 5 } as const

/** One construct for one target: written, read, run on events and judged. */
function cellOf(detection: ReturnType<typeof detectionOf>, target: Target): Cell {
  const language = languages.find(known => known.id === target.language)!
  const schema = schemas.find(known => known.id === target.schema)!
  const { value, diagnostics } = convert(detection, target, { document: 'none' })
  const codes = (severity: string) =>
    [...new Set(diagnostics.filter(finding => finding.severity === severity).map(finding => finding.code))].sort()
  const warned = codes('warning')
  if (value === undefined) return { step: 'refused', warned: [], why: codes('error').join(' ') }
  const proof: Proof = prove(detection, target)
  const because = proof.verdict === 'undecided' ? proof.why.map(({ code, message }) => `${code} ${message}`).join('; ') : ''
  if (because.startsWith('PRV003')) return { step: 'written', warned, why: because }
  const verdict: string = proof.verdict
  if (verdict === 'equivalent' || verdict === 'agrees') return { step: verdict === 'agrees' ? verdict : 'equal', warned, why: '' }
  if (proof.verdict === 'differs') return { step: 'differs', warned, why: JSON.stringify(proof.counterexample.events[0]!.fields) }
  const left = translate(detection.query, schema, {}).value!
  const right = language.parse({ name: 'q', text: value.printed.text }).value!
  const a = asked(left, { table: name => [name] })
  const b = asked(right, { table: () => [] })
  if ('beyond' in a || 'beyond' in b)
    return { step: 'read', warned, why: 'beyond' in a ? a.beyond : 'beyond' in b ? b.beyond : '' }
  // A table of Kusto holds ticks where an event has the text of a time.
  if (language.id === 'kql' && [...kindsOf([a.where]).values()].includes('time'))
    return { step: 'read', warned, why: 'times have no form that both sides read' }
  const [own, other] = [sideOf(a.where, left.rules), sideOf(b.where, right.rules)]
  const answers = { yes: 0, no: 0 }
  for (const event of eventsFor(randomOf(20_261_124), own, tablesIn(left), language.id === 'kql')) {
    const seen: Event = { ...event, raw: lineOf(event, target.form) }
    const [wanted, got] = [own.ask(seen), other.ask(seen)]
    answers[wanted ? 'yes' : 'no']++
    if (wanted !== got)
      return { step: 'differs', warned, why: `${wanted ? 'the rule' : 'the query'} alone finds ${JSON.stringify(event.fields)}` }
  }
  const shown = answers.yes >= asking.least && answers.no >= asking.least
  return { step: shown ? 'agrees' : 'read', warned, why: `${answers.yes} found, ${answers.no} not found; ${because}` }
}

/** The tables that a query reads. */
function tablesIn(query: Pipeline): readonly string[] {
  const names: string[] = []
  visit(query, { from: of => void (of.kind === 'table' && names.push(of.name)) })
  return names
}

const cells = new Map<string, Map<string, Cell>>()
for (const construct of constructs) {
  const detection = detectionOf(construct)
  cells.set(construct.name, new Map(targets.map(target => [target.id, cellOf(detection, target)])))
}

/** A person's list of where a query may mean something else than its rule, and why that is so. Nothing else may differ. */
const known: readonly { readonly why: string; readonly constructs: RegExp; readonly targets: RegExp }[] = [
  {
    why: 'the product keeps no difference between a text that is empty and one that is not there, or keeps no empty text',
    constructs: /^(?:not: )?(?:null|empty text)$|exist|another field$/,
    targets: /^(?:defender|sentinel-.*|splunk.*|graylog|secops)$/,
  },
  {
    why: 'a network is asked by an expression about addresses as they are written, and a text that is no address may pass it',
    constructs: /network$/,
    targets: /^(?:duckdb|clickhouse|postgres|sqlite|logscale|sumo|sumo-cse|graylog|powershell)$/,
  },
  {
    why: 'texts that are numbers only to some (with blanks or zeros around them, hexadecimal) are compared',
    constructs: /greater/,
    targets: /^(?:duckdb|clickhouse|postgres|sqlite|sumo|powershell)$/,
  },
  {
    why: 'a keyword is looked for in the whole message, names and punctuation included',
    constructs: /keyword/,
    targets: /^sumo$/,
  },
  {
    why: 'windows slide along the events in the rule, and lie side by side or hop in the product',
    constructs: /^correlation/,
    targets: /esql$|^sumo$|^secops$/,
  },
  {
    why: 'the streams that are compared hold a part of a record beside the record, which the query reads first',
    constructs: /^correlation/,
    targets: /^sentinel-forwarded$/,
  },
]

/** A person's list of what is written and not read back. Nothing else may be. */
const unread: typeof known = []

const fits = (list: typeof known, construct: string, target: string) =>
  list.find(one => one.constructs.test(construct) && one.targets.test(target))

const signs: Readonly<Record<Step, string>> = { refused: '✗', written: 'w', read: 'r', differs: '≠', agrees: '≈', equal: '=' }
const row = (of: readonly string[]) => `| ${of.join(' | ')} |`

function page(): string {
  const lines = [
    '# What is written, read back, and means the same',
    '',
    'A line for each construct of Sigma, a column for each target of [`terrier convert`](convert.md); what a construct is stands in',
    "[What each target can write](matrix.md). Each query is read by its language's own reader, which never saw the printer, and compared with",
    'the rule in the names of the target. Each sign holds what those before it hold:',
    '',
    '* `✗` refused, with the reason in the other table.',
    '* `w` written, and not read back.',
    '* `r` read back, and not compared: the judge and the events made here say too little.',
    '* `≠` read back, and an event parts the two. `terrier prove` shows it; the reasons are below.',
    `* \`≈\` the engine gives both the same answers on ${asking.events} events made from the rule's own texts, of which some are found and some are not; what counts or\n  chains events gives the same results over streams made around its thresholds and windows.`,
    '* `=` proved: the two are the same question in every case ([`terrier prove`](prove.md)).',
    '',
    'This page is made by `npm run record` (`test/meaning.test.ts`).',
  ]
  for (const language of languages) {
    const here = targets.filter(target => target.language === language.id)
    if (here.length === 0) continue
    lines.push('', `## ${language.title}`, '')
    lines.push(row(['', ...here.map(target => `\`${target.id}\``)]), row(['---', ...here.map(() => '---')]))
    for (const { name } of constructs)
      lines.push(row([name, ...here.map(target => signs[cells.get(name)!.get(target.id)!.step])]))
    const count = (target: Target, ...steps: readonly Step[]) =>
      String(constructs.filter(({ name }) => steps.includes(cells.get(name)!.get(target.id)!.step)).length)
    lines.push(row(['**written**', ...here.map(target => count(target, 'written', 'read', 'differs', 'agrees', 'equal'))]))
    lines.push(row(['**read back**', ...here.map(target => count(target, 'read', 'differs', 'agrees', 'equal'))]))
    lines.push(row(['**the same**', ...here.map(target => count(target, 'agrees', 'equal'))]))
  }
  lines.push('', '## Why they differ', '')
  for (const [step, list] of [
    ['differs', known],
    ['written', unread],
  ] as const)
    for (const { why, constructs: which, targets: whose } of list) {
      const found = [...cells].flatMap(([name, line]) =>
        [...line].flatMap(([id, cell]) => (cell.step === step && which.test(name) && whose.test(id) ? [{ name, id, cell }] : [])),
      )
      if (found.length === 0) continue
      const warned = found.filter(({ cell }) => cell.warned.length > 0).length
      lines.push(
        `* ${why[0]!.toUpperCase()}${why.slice(1)}: ${[...new Set(found.map(({ name }) => name))].join(', ')}; ${[...new Set(found.map(({ id }) => `\`${id}\``))].join(' ')}. ${found.length} cells, ${warned} of them with a warning of the printer.`,
      )
    }
  return `${lines.join('\n')}\n`
}

describe.each(targets.map(target => target.id))('%s', id => {
  it('is read back, and means the rule', () => {
    const wrong = [...cells].flatMap(([name, line]) => {
      const { step, why } = line.get(id)!
      if (step === 'differs' && fits(known, name, id) === undefined) return [`${name}: ${why}`]
      return step === 'written' && fits(unread, name, id) === undefined ? [`${name} is not read back: ${why}`] : []
    })
    expect(wrong).toEqual([])
  })
})

describe('what is compared', () => {
  it('is every construct for every target, and most of it is the same', () => {
    const count = (...steps: readonly Step[]) =>
      [...cells.values()].flatMap(line => [...line.values()]).filter(({ step }) => steps.includes(step)).length
    console.info(
      `${count('written', 'read', 'differs', 'agrees', 'equal')} written, ${count('written')} not read back, ${count('read')} not compared, ${count('differs')} differ, ${count('agrees')} agree, ${count('equal')} proved`,
    )
    expect(count('equal')).toBeGreaterThan(900)
    for (const list of [known, unread])
      for (const one of list)
        expect(
          [...cells].some(([name, line]) => [...line.keys()].some(id => fits([one], name, id))),
          one.why,
        ).toBe(true)
  })
})

describe(path, () => {
  const made = page()
  if (process.env.TERRIER_RECORD === '1') writeFileSync(path, made)

  it('is what is found (npm run record rewrites it)', () => {
    expect(readFileSync(path, 'utf8')).toBe(made)
  })

  it('is found from the page about converting', () => {
    expect(readFileSync('docs/guide/convert.md', 'utf8')).toContain('](readback.md)')
  })
})
