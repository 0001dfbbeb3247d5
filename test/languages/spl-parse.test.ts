// Reading SPL beyond its cases: what published searches get wrong shown on events, macros, bounds, and texts that are no searches at all.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import { explain } from '../../src/explain.ts'
import type { Value } from '../../src/ir/event.ts'
import type { Pipeline } from '../../src/ir/pipeline.ts'
import type { ParseContext } from '../../src/languages/language.ts'
import { spl } from '../../src/languages/spl/index.ts'
import { query, type Table } from '../../src/query.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'

const parse = (text: string, context?: ParseContext) => spl.parse({ name: 'q.spl', text }, context)
const codesOf = (text: string, context?: ParseContext): readonly string[] => parse(text, context).diagnostics.map(one => one.code)

function table(rows: readonly Readonly<Record<string, Value>>[]): Table {
  const names = [...new Set(rows.flatMap(row => Object.keys(row)))]
  async function* batches() {
    yield { schema: '', length: rows.length, at: (index: number) => ({ fields: rows[index]! }) }
  }
  return { columns: names.map(name => ({ name })), open: true, rows: batches() }
}

async function rowsOf(
  text: string,
  tables: Readonly<Record<string, readonly Readonly<Record<string, Value>>[]>>,
  context?: ParseContext,
): Promise<readonly (readonly Value[])[]> {
  const read = parse(text, context)
  expect(read.diagnostics.filter(one => one.severity === 'error')).toEqual([])
  const { value, diagnostics } = await query(
    read.value!,
    Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, table(rows)])),
    { now: 1_700_000_000_000 },
  )
  expect(diagnostics.filter(one => one.severity === 'error')).toEqual([])
  return value!.rows
}

/** The command lines of Sysmon process events for which a search raises an alert. */
function hunted(text: string, events: readonly Readonly<Record<string, Value>>[]): readonly string[] {
  const { value } = readRules([{ name: 'rule.spl', text }])
  const program = compile(
    value!,
    schemas.filter(schema => schema.optIn !== true),
  ).value!
  expect(program.skipped.map(one => one.diagnostic.message)).toEqual([])
  const run = program.start()
  const alerts = [
    ...run.push({ schema: '', length: events.length, at: (index: number) => ({ fields: events[index]! }) }),
    ...run.finish(),
  ]
  return alerts.map(alert => String(alert.row.process)).sort()
}

const sysmon = (fields: Readonly<Record<string, Value>>) => ({
  SystemTime: '2024-05-01T10:00:00.000Z',
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  Provider_Name: 'Microsoft-Windows-Sysmon',
  EventID: 1,
  Computer: 'h1',
  User: 'LAB\\al',
  ParentImage: 'C:\\Windows\\System32\\cmd.exe',
  ProcessId: '7',
  ...fields,
})

const plink = (commandLine: string, name = 'plink.exe', original: Value = 'Plink') =>
  sysmon({ Image: `C:\\T\\${name}`, CommandLine: commandLine, ...(original === null ? {} : { OriginalFileName: original }) })

describe('a published search for tunnels with Plink', () => {
  const options = 'Processes.process IN ("*-R *", "*-L *", "*-D *", "*-l *")'
  const names = 'Processes.process_name=plink.exe OR Processes.original_file_name=Plink'
  const by = 'by Processes.dest Processes.process Processes.original_file_name'
  const model = 'from datamodel=Endpoint.Processes'
  const search = `| tstats \`security_content_summariesonly\` count ${model} where ${names} ${options} ${by} | \`drop_dm_object_name(Processes)\``
  const events = [
    plink('plink -R 8080:10.0.0.1:3389 bob@gw'),
    plink('plink --help'),
    plink('plink -l bob host'),
    plink('plink --no-R x host'),
    plink('plink -R"8080:10.0.0.1:3389" bob@gw'),
    plink('plink\t-R\t8080:10.0.0.1:3389\tbob@gw'),
    plink('pvhost -R 8080:10.0.0.1:3389 bob@gw', 'pvhost.exe'),
    plink('other -R 1', 'other.exe', 'Other'),
    plink('plink -R 1:2:3 nobody', 'plink.exe', null),
  ]

  it('joins by OR first, where "where" would let every Plink through', () => {
    expect(codesOf(search)).toContain('SPL202')
    const found = hunted(search, events)
    expect(found).not.toContain('plink --help')
    const names3 = names.replaceAll('Processes.', '').replace('plink.exe', '"plink.exe"').replace('=Plink', '="Plink"')
    const other = `| tstats fillnull_value=null count ${model} ${by} Processes.process_name | rename Processes.* as * | where ${names3} AND match(process, "-[RLDl] ")`
    expect(hunted(other, events)).toContain('plink --help')
  })

  it('takes -l for -L, and an option within another word', () => {
    expect(codesOf(search)).toContain('SPL203')
    expect(hunted(search, events)).toEqual(expect.arrayContaining(['plink -l bob host', 'plink --no-R x host']))
  })

  it('misses options that no blank follows', () => {
    const found = hunted(search, events)
    expect(found).toContain('plink -R 8080:10.0.0.1:3389 bob@gw')
    expect(found).toContain('pvhost -R 8080:10.0.0.1:3389 bob@gw')
    expect(found).not.toContain('plink -R"8080:10.0.0.1:3389" bob@gw')
    expect(found).not.toContain('plink\t-R\t8080:10.0.0.1:3389\tbob@gw')
    expect(found).not.toContain('other -R 1')
  })

  it('loses events without the original name unless a macro fills it', () => {
    expect(hunted(search, events)).toContain('plink -R 1:2:3 nobody')
    const without = search.replace('`security_content_summariesonly`', 'summariesonly=false')
    expect(codesOf(without)).toContain('SPL304')
    expect(hunted(without, events)).not.toContain('plink -R 1:2:3 nobody')
  })
})

describe('a search whose "bin" has no field', () => {
  const text =
    '`one` `two` EventCode=1 | regex process="(?i)-(R|L)\\s" | table _time, host, user, process_*, user | bin span=1s | stats values(*) as * by _time, host, process'

  it('is told with its place, and explained in five stages with every value', () => {
    const { value, diagnostics } = readRules([{ name: 'q.spl', text }])
    expect(diagnostics.map(one => one.code)).toEqual(['SPL110', 'SPL110', 'SPL209', 'SPL004'])
    const bin = diagnostics.find(one => one.code === 'SPL004')!
    expect(text.slice(bin.span!.start, bin.span!.end)).toBe('span=1s')
    const { stages, indicators } = explain(value![0]!)
    expect(stages.map(stage => stage.kind)).toEqual(['search', 'regex', 'table', 'bin', 'stats'])
    expect(indicators.map(({ field, kind, values }) => [field, kind, values])).toEqual([
      ['EventCode', '=', ['1']],
      ['process', 're', ['(?i)-(R|L)\\s']],
    ])
  })

  it('does not run', () => {
    const { value } = readRules([{ name: 'q.spl', text }])
    const { skipped } = compile(value!, schemas).value!
    expect(skipped.map(one => one.reason)).toContain('unsupported')
  })
})

describe('macros', () => {
  const body = (text: string, ...args: string[]) => ({ args, body: { name: 'm', text } })

  it('are text: what they bring in is grouped by what stands around it', async () => {
    const events = [
      { id: '1', k: 'a', e: '1' },
      { id: '2', k: 'b', e: '2' },
      { id: '3', k: 'b', e: '1' },
    ]
    const rows = await rowsOf('`either` e=1 | table id', { search: events }, { names: { either: 'k=a OR k=b' } })
    expect(rows).toEqual([['1'], ['3']])
  })

  it('have arguments, which may hold commas in strings and parentheses, and hold several stages', async () => {
    const names = { 'pick(2)': body('where $f$ IN ($list$) | eval x="$f$"', 'f', 'list') }
    const rows = await rowsOf(
      'search * | `pick(u, ("a","b, c"))` | table u x',
      { search: [{ u: 'b, c' }, { u: 'd' }] },
      { names: { ...names, 'pick(2)': body('where in($f$, "b, c") | eval x="$f$"', 'f', 'list') } },
    )
    expect(rows).toEqual([['b, c', 'u']])
  })

  it('call macros, and are told when they call themselves', () => {
    expect(codesOf('`a`', { names: { a: '`b` x=1', b: 'y=2' } })).toEqual([])
    const round = parse('`a` z=1', { names: { a: '`b`', b: '`c(1)`', 'c(1)': body('`a`', 'n') } })
    const told = round.diagnostics.find(one => one.code === 'SPL008')!
    expect(told.message).toContain('"a" → "b" → "c(1)" → "a"')
    expect(told.span).toEqual({ start: 0, end: 3 })
    // Growing with every call, and calling ever other ones.
    const grows = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`m${at}`, `\`m${at + 1}\` OR \`m${at + 1}\``]))
    const began = performance.now()
    expect(codesOf('`m0`', { names: { ...grows, m60: 'x=1' } }).some(code => code === 'SPL008' || code === 'SPL010')).toBe(true)
    expect(codesOf('`long` `long`', { names: { long: 'a '.repeat(400_000) } })).toContain('SPL010')
    expect(performance.now() - began).toBeLessThan(5000)
  })

  it('are told when they are called with other arguments, or are none', () => {
    expect(codesOf('`m(1)`', { names: { 'm(2)': body('x=$a$$b$', 'a', 'b') } })).toEqual(['SPL111'])
    expect(codesOf('`a b` x=1')).toContain('SPL001')
    expect(codesOf('x=1 `open')).toContain('SPL002')
    expect(codesOf('x=1 ```open')).toContain('SPL002')
    expect(codesOf('`__proto__` `constructor`')).toEqual(['SPL110', 'SPL110'])
  })

  it('keep places: what is wrong inside is told where it was called', () => {
    const { diagnostics } = parse('index=w | `bad`', { names: { bad: 'stats foo(x)' } })
    expect(diagnostics.map(one => [one.code, one.span])).toEqual([['SPL011', { start: 10, end: 15 }]])
  })
})

describe('lookups with a definition', () => {
  const lookups: ParseContext['lookups'] = {
    tools: {
      matches: { pattern: 'wildcard', net: 'cidr' },
      cased: false,
      otherwise: 'unknown',
      least: 1,
      most: 1,
      table: {
        columns: ['pattern', 'net', 'kind'],
        rows: [
          ['*\\plink.exe', '10.0.0.0/8', 'tunnel'],
          ['*\\plink.exe', '0.0.0.0/0', 'second'],
        ],
      },
    },
    seen: { table: { columns: ['user'], rows: [] } },
  }

  it('compare by stars and networks, take so many rows and fill in a default', async () => {
    const rows = await rowsOf(
      'search * | lookup tools pattern as Image net as ip OUTPUT kind | table id kind',
      {
        search: [
          { id: '1', Image: 'C:\\T\\PLINK.EXE', ip: '10.1.1.1' },
          { id: '2', Image: 'C:\\T\\plink.exe', ip: '11.1.1.1' },
          { id: '3', Image: 'C:\\T\\x.exe', ip: '10.1.1.1' },
          { id: '4' },
        ],
      },
      { lookups },
    )
    expect(rows).toEqual([
      ['1', 'tunnel'],
      ['2', 'second'],
      ['3', 'unknown'],
      ['4', null],
    ])
  })

  it('are told when only the product has their rows', () => {
    expect(codesOf('| inputlookup seen', { lookups })).toEqual(['SPL305'])
  })
})

describe('whatever the text', () => {
  const pieces = [
    ...['search', 'where', 'eval', 'stats', 'tstats', 'rex', 'lookup', 'join', 'append', 'timechart', 'transaction', 'foreach'],
    ...[
      '|',
      '||',
      '(',
      ')',
      '[',
      ']',
      '"',
      "'",
      '`',
      '```',
      ',',
      '=',
      '!=',
      '<',
      '>=',
      '*',
      '\\',
      '\\"',
      '-',
      '+',
      '.',
      '/',
      '%',
    ],
    ...[
      'AND',
      'OR',
      'NOT',
      'XOR',
      'IN',
      'LIKE',
      'by',
      'as',
      'BY',
      'over',
      'OUTPUT',
      'from',
      'datamodel=X.Y',
      'span=5m',
      'x',
      'y',
      '1',
    ],
    ...[
      'if(',
      'case(',
      'count',
      'values(',
      'eval(',
      'match(',
      'mvfilter(',
      '<<FIELD>>',
      '$x$',
      'startswith=',
      'TERM(',
      'CASE(',
      '\n',
      '{}',
      'é',
    ],
  ]

  it('nothing is thrown, every place is in the text, and the rest is read', () => {
    const check = (text: string): void => {
      const { value, diagnostics } = parse(text)
      expect(value !== undefined || diagnostics.length > 0).toBe(true)
      for (const { span } of diagnostics) {
        if (span === undefined) continue
        expect(span.start).toBeGreaterThanOrEqual(0)
        expect(span.end).toBeLessThanOrEqual(text.length)
        expect(span.start).toBeLessThanOrEqual(span.end)
      }
    }
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), words => check(words.join(' '))),
      {
        numRuns: 3000,
      },
    )
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), words => check(words.join(''))),
      {
        numRuns: 1000,
      },
    )
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), { numRuns: 1000 })
  })

  it('deep and long ones are refused in bounded time', () => {
    const began = performance.now()
    const deep = [
      '('.repeat(100_000),
      `${'('.repeat(50_000)}a=1${')'.repeat(50_000)}`,
      `where ${'('.repeat(50_000)}a`,
      `search * | where ${'('.repeat(50_000)}a`,
      `search * | eval a=${'if(1,'.repeat(20_000)}`,
      `search * | eval a=${'-'.repeat(100_000)}1`,
      `search ${'NOT '.repeat(50_000)}a`,
      '[search '.repeat(20_000),
      `search ${'[search '.repeat(400)}x${']'.repeat(400)}`,
      `search * ${'| head '.repeat(20_000)}`,
      `search a IN (${'b,'.repeat(50_000)}b)`,
      `search * | stats ${'count as c '.repeat(20_000)}`,
      '"'.repeat(50_001),
      `search * | rex "${'(?<a>'.repeat(5_000)}"`,
      '`a`'.repeat(20_000),
    ]
    for (const text of deep) expect(() => parse(text)).not.toThrow()
    expect(codesOf('('.repeat(1000))).toContain('SPL010')
    expect(codesOf(`search * ${'| head '.repeat(600)}`)).toContain('SPL010')
    expect(performance.now() - began).toBeLessThan(20_000)
  })

  it('an unknown function is named and does not run', () => {
    const { value, diagnostics } = parse('search * | eval b=lowr(c)')
    expect(diagnostics.map(one => [one.code, one.hint])).toEqual([['SPL113', 'did you mean "lower"?']])
    expect(JSON.stringify(value)).toContain('"splunk:lowr"')
  })
})

describe('a lookup with many rows', () => {
  it('is asked in time that does not grow with it', async () => {
    const rows = Array.from({ length: 200_000 }, (_, at) => [`user${at}`, `${at % 7}`])
    const lookups = { big: { table: { columns: ['user', 'team'], rows } } }
    const events = Array.from({ length: 20_000 }, (_, at) => ({ id: String(at), user: `user${at * 10}` }))
    const began = performance.now()
    const found = await rowsOf('search * | lookup big user OUTPUT team | stats count by team', { search: events }, { lookups })
    expect(found.length).toBe(7)
    expect(performance.now() - began).toBeLessThan(15_000)
  })
})

describe('a lookup by patterns', () => {
  const lookup = (rows: readonly (readonly string[])[], cased: boolean) => ({
    p: { table: { columns: ['pattern', 'n'], rows }, matches: { pattern: 'wildcard' as const }, cased },
  })

  it('finds what trying all of them finds, in the order of the table', async () => {
    const piece = fc.constantFrom('*', 'a', 'plink', 'PLINK', '.exe', 'ss', 'Temp')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(piece, { minLength: 1, maxLength: 5 }), { maxLength: 12 }),
        fc.array(fc.array(piece, { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (patterns, values, cased) => {
          const rows = patterns.map((parts, at) => [parts.join(''), String(at)])
          const events = values.map((parts, id) => ({ id: String(id), v: `x${parts.join('').replaceAll('*', '-')}` }))
          const found = await rowsOf(
            'search * | lookup p pattern as v OUTPUT n | table id n',
            { search: events },
            { lookups: lookup(rows, cased) },
          )
          const slow = events.map(({ id, v }) => {
            const fits = rows.filter(([pattern]) =>
              new RegExp(
                `^${pattern!
                  .split('*')
                  .map(part => part.replace('.', '\\.'))
                  .join('.*')}$`,
                cased ? 's' : 'is',
              ).test(v),
            )
            return [id, fits.length === 0 ? null : fits.length === 1 ? fits[0]![1]! : fits.map(([, n]) => n!)]
          })
          expect(found).toEqual(slow)
        },
      ),
      { seed: 1572, numRuns: 200 },
    )
  })

  it('is asked in time that does not grow with the table', async () => {
    const rows = Array.from({ length: 200_000 }, (_, at) => [`*\\tool${at}.exe`, `${at % 7}`])
    const events = Array.from({ length: 20_000 }, (_, at) => ({ v: `C:\\T\\tool${at * 10}.exe` }))
    const began = performance.now()
    const found = await rowsOf(
      'search * | lookup p pattern as v OUTPUT n | stats count by n',
      { search: events },
      { lookups: lookup(rows, false) },
    )
    expect(found.length).toBe(7)
    expect(performance.now() - began).toBeLessThan(20_000)
  })
})

describe('stages with a bound of their own', () => {
  it('say what they leave out: a join without keys compares with so many rows', async () => {
    const right = Array.from({ length: 10_050 }, (_, at) => ({ side: 'r', k: String(at) }))
    const read = parse('search side=l | fields k | join [ search side=r | fields k ]').value!
    const { value, diagnostics } = await query(read, {
      search: table([{ side: 'l', k: '3' }, { side: 'l', k: '10049' }, ...right]),
    })
    expect(diagnostics.map(one => one.code)).toContain('ENG353')
    expect(value!.rows.length).toBe(1)
  })

  it('and a chart over time has so many stretches', async () => {
    const read = parse('search * | timechart span=1s count').value!
    const { value, diagnostics } = await query(read, { search: table([{ _time: 0 }, { _time: 60_000 }]) })
    expect(diagnostics.map(one => one.code)).toContain('ENG354')
    expect(value!.rows).toEqual([
      [0, 1],
      [60_000, 1],
    ])
  })
})

describe('what a pipeline is made of', () => {
  it('says its rules, and where every stage stands', () => {
    const text = 'index=w a=1 | eval b=2 | stats count by b'
    const value = parse(text).value as Pipeline
    expect(value.rules).toBe('splunk')
    expect([value.from, ...value.stages].map(one => text.slice(one.span!.start, one.span!.end))).toEqual([
      'index=w a=1',
      'index=w a=1',
      'eval b=2',
      'stats count by b',
    ])
  })
})
