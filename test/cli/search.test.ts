// `terrier search`, `stats`, and the log sources of rules in `terrier logs`, on a small log of our own; the truth is counted by hand.

import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { classesOf, logSource } from '../../src/node/report/field.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { readRules } from '../../src/rules/index.ts'
import { needOf, needs } from '../../src/schemas/needs.ts'
import { servedBy } from '../../src/schemas/served.ts'
import { lines, terrier } from './run.ts'

const log = 'test/cli/samples/logs/sysmon.jsonl'
const rules = 'test/cli/samples/rules'

/** The record ids that a search finds. */
async function records(...args: string[]): Promise<number[]> {
  const { code, out, err } = await terrier(['search', ...args])
  expect(code, err).toBe(0)
  return lines(out).map(row => row.fields.EventRecordID)
}

describe('search', () => {
  it.each([
    // Case is ignored; wildcards; a backslash is a backslash.
    [['plink'], [101, 103, 104, 106]],
    [['PLINK.EXE -N'], [103, 104]],
    [
      ['--', '-R*192.0.2.7'],
      [101, 103],
    ],
    [['C:\\Temp\\'], [101, 103, 106]],
    [['10?1'], [104]],
    [['nothing like it'], []],
    [
      ['plink', '--cased'],
      [101, 103, 104, 106],
    ],
    [['Plink', '--cased'], []],
    // Fields: whole value, wildcards, absent ones.
    [['EventID=3'], [106]],
    [['EventID=1*'], [101, 102, 103, 104, 105]],
    [['Image=*\\PLINK.exe'], [101, 103, 104, 106]],
    [['Image=plink.exe'], []],
    [['CommandLine!=*plink*'], [102, 105, 106]],
    [['DestinationIp=*'], [106]],
    // Regular expressions are found anywhere in the value.
    [['CommandLine~-R \\d{4} '], [103, 104]],
    [['CommandLine~^CMD'], [105]],
    [['CommandLine!~plink|notepad'], [105, 106]],
    // Numbers and times.
    [['DestinationPort>21'], [106]],
    [['DestinationPort>22'], []],
    [['DestinationPort<=22'], [106]],
    [['EventRecordID>=104'], [104, 105, 106]],
    [['SystemTime>2026-11-20T11:00Z'], [106]],
    [['SystemTime>=2026-11-20T11:00Z'], [105, 106]],
    // Names that mean the same in every log.
    [['eid=3'], [106]],
    [['host=web*'], [105]],
    [['user=CORP\\backup'], [104]],
    [['hour=2026-11-20T11'], [105, 106]],
    [['clock=10'], [101, 102, 103, 104]],
    [['weekday=Friday'], [101, 102, 103, 104, 105, 106]],
    // And, or, not.
    [
      ['plink', '--and', 'EventID=1', '--and', 'user=*ann'],
      [101, 103],
    ],
    [
      ['whoami', '--or', 'notepad', '--or', 'eid=3'],
      [102, 105, 106],
    ],
    [
      ['plink', '--not', 'user=*backup', '--not', 'eid=3'],
      [101, 103],
    ],
    [['plink', '--and', 'eid=3', '--or', 'whoami', '--not', 'host=WS7'], [105]],
    [['EventID=3', '-F'], []],
    [['-F', 'localhost:3389 ann@'], [101]],
    [
      ['plink', '--since', '2026-11-20T10:05Z', '--until', '2026-11-20T10:30Z'],
      [103, 104],
    ],
    [
      ['plink', '--limit', '2'],
      [101, 103],
    ],
  ])('%j', async (args, found) => {
    expect(await records(...args, log)).toEqual(found)
  })

  it('an event as JSON says where it is', async () => {
    const { out, err } = await terrier(['search', 'eid=3', log])
    expect(lines(out)).toEqual([
      {
        time: '2026-11-20T11:05:00.0000000Z',
        source: { file: log, member: null, record: null, line: 6, index: 5 },
        host: 'WS7',
        user: 'CORP\\ann',
        fields: JSON.parse(readFileSync(log, 'utf8').split('\n')[5]!),
      },
    ])
    expect(err).toBe('1 event of 6 in 1 file\n')
  })
  it('chosen fields, as JSON, CSV and table', async () => {
    const chosen = ['search', 'whoami', log, '--fields', 'host,Image', '--fields', 'Nothing']
    expect(lines((await terrier(chosen)).out)[0].fields).toEqual({
      host: 'WEB1',
      Image: 'C:\\Windows\\System32\\cmd.exe',
      Nothing: null,
    })
    expect((await terrier([...chosen, '-f', 'csv'])).out).toBe(
      `time,file,member,record,line,host,user,host,Image,Nothing\r\n2026-11-20T11:00:00.0000000Z,${log},,,5,WEB1,IIS APPPOOL\\shop,WEB1,C:\\Windows\\System32\\cmd.exe,\r\n`,
    )
    const table = (await terrier([...chosen, '-f', 'table'])).out
    expect(table).toContain('2026-11-20 11:00:00Z')
    expect(table).toContain('Image  C:\\Windows\\System32\\cmd.exe')
    expect(table).toContain(`${log} line 5`)
    expect(table).not.toContain('Nothing')
    const whole = (await terrier(['search', 'whoami', log, '-f', 'csv'])).out
    expect(whole).toContain('""CommandLine"":""cmd.exe /c whoami""')
    expect(JSON.parse((await terrier(['search', 'whoami', log, '-f', 'json'])).out)).toHaveLength(1)
  })
  it('counts by file', async () => {
    expect(lines((await terrier(['search', 'plink', log, '--count'])).out)).toEqual([{ file: log, events: 4 }])
    expect((await terrier(['search', 'plink', log, '--count', '-f', 'csv'])).out).toBe(`file,events\r\n${log},4\r\n`)
    expect((await terrier(['search', 'plink', log, '--count', '-f', 'table'])).out).toBe(`        4  ${log}\n`)
  })
  it('finds what Sigma names where the log names it otherwise', async () => {
    const security = 'packs/t1572/samples/security-4688.jsonl'
    const { out } = await terrier(['search', 'Image=*\\ssh.exe', security, '--limit', '1', '--fields', 'NewProcessName'])
    expect(lines(out)[0].fields.NewProcessName).toMatch(/\\ssh\.exe$/)
  })
  it('computes what rules know and no log has', async () => {
    const { out } = await terrier([
      'stats',
      'packs/t1572/samples/zeek-dns.log',
      '--by',
      'QueryZone',
      '--where',
      'QueryZone=example.org',
    ])
    expect(lines(out)[0].by).toEqual({ QueryZone: 'example.org' })
  })
  it('cannot be steered by what it finds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrier-search-'))
    const hostile = join(folder, 'hostile.jsonl')
    writeFileSync(hostile, '{"EventID":1,"Channel":"x","Image":"\\u001b[2Jplink\\u202e"}\n'.repeat(3))
    for (const format of ['table', 'jsonl', 'csv']) {
      const { out } = await terrier(['search', 'plink', hostile, '-f', format])
      expect(out).toMatch(/plink/)
      expect([...out].filter(character => character === '\u001b' || character === '\u202e')).toEqual([])
    }
  })
  it('a regular expression that gives up is told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrier-search-'))
    const hard = join(folder, 'hard.jsonl')
    writeFileSync(hard, `${JSON.stringify({ EventID: 1, Channel: 'x', v: 'a'.repeat(3000) })}\n`)
    const { code, err } = await terrier(['search', 'v~^(a+)+(a+)+\\1\\2(a+)+b\\3$', hard])
    expect(code).toBe(0)
    expect(err).toContain('CLI202')
  })
  it.each([
    [['search'], 2, 'error[CLI001]: nothing to search for'],
    [['search', 'x'], 2, 'error[CLI001]: no log named'],
    [['search', 'x', 'https://example.org/log'], 2, 'is an address'],
    [['search', 'a~(', log], 2, 'error[CLI018]: cannot use the regular expression'],
    [['search', 'a>b', log], 2, 'error[CLI018]: "b" is neither a number nor a time'],
    [['search', 'x', log, '--limit', 'many'], 2, 'error[CLI009]'],
    [['search', 'x', log, '--since', 'then'], 2, 'error[CLI007]'],
    [['search', 'x', log, '-f', 'sarif'], 2, 'error[CLI003]'],
    [['search', 'x', 'no-such.log'], 4, 'error[CLI014]'],
    [['search', 'x', log, 'no-such.log', '--strict'], 5, 'no-such.log'],
    [['search', 'x', log, '--read-as', 'evtz'], 2, 'did you mean "evtx"?'],
    [['search', 'x', log, '--zone', 'Mars/North'], 2, 'error[CLI007]: no time zone "Mars/North"'],
    [['hunt', log, '--year', '26'], 2, 'error[CLI009]'],
    [['search', 'x', log, '--nothing'], 2, 'error[CLI001]'],
  ])('%j', async (args, code, expected) => {
    const ran = await terrier(args)
    expect(ran.err).toContain(expected)
    expect(ran.code).toBe(code)
  })
  it('reads as told: a format that is never guessed, the zone and the year that a log leaves out', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrier-search-'))
    const application = join(folder, 'app.log')
    writeFileSync(application, '2026-03-02 08:15:04,112 ERROR no such book\n2026-03-02 08:15:05,000 INFO fine\n')
    const asked = ['search', 'no such', application, '--read-as', 'lines', '--zone', '+02:00']
    expect(lines((await terrier(asked)).out)[0]).toMatchObject({
      time: expect.stringMatching(/^2026-03-02T06:15:04\.112/),
      fields: { message: '2026-03-02 08:15:04,112 ERROR no such book' },
    })
    expect((await terrier(['search', 'no such', application])).code).toBe(4)
    expect(lines((await terrier(['stats', application, '--read-as', 'LINES', '--by', 'format'])).out)[0].by).toEqual({
      format: 'lines',
    })
    expect(lines((await terrier(['logs', application, '--read-as', 'lines'])).out)[0]).toMatchObject({
      format: 'lines',
      events: 2,
    })
    const hunted = await terrier(['hunt', application, '--read-as', 'lines', '-r', rules])
    expect(hunted.err).toContain('2 events in 1 file')
    const auth = join(folder, 'auth.log')
    writeFileSync(auth, 'Mar  2 08:15:04 web1 sshd[812]: Accepted password for ann from 192.0.2.7 port 5022 ssh2\n'.repeat(3))
    expect(lines((await terrier(['search', 'ann', auth, '--year', '2024', '--limit', '1'])).out)[0].time).toMatch(
      /^2024-03-02T08:15:04/,
    )
  })
  it('reads standard input', async () => {
    const { code, out } = await terrier(['search', 'plink', '-'], { stdin: readFileSync(log, 'utf8') })
    expect(code).toBe(0)
    expect(lines(out)).toHaveLength(4)
  })
})

describe('stats', () => {
  it('counts by channel and event id unless told otherwise', async () => {
    const { code, out, err } = await terrier(['stats', log])
    expect(code).toBe(0)
    expect(lines(out)).toEqual([
      {
        by: { channel: 'Microsoft-Windows-Sysmon/Operational', eid: '1' },
        events: 5,
        first: '2026-11-20T10:02:11.123Z',
        last: '2026-11-20T11:00:00.000Z',
      },
      {
        by: { channel: 'Microsoft-Windows-Sysmon/Operational', eid: '3' },
        events: 1,
        first: '2026-11-20T11:05:00.000Z',
        last: '2026-11-20T11:05:00.000Z',
      },
    ])
    expect(err).toBe('6 events in 1 file\n')
  })
  const by = async (...args: string[]) =>
    lines((await terrier(['stats', log, ...args])).out).map(row => [...Object.values(row.by), row.events])
  it('by names, rarest first, top, and where', async () => {
    expect(await by('--by', 'host')).toEqual([
      ['WS7', 5],
      ['WEB1', 1],
    ])
    expect(await by('--by', 'host', '--rare')).toEqual([
      ['WEB1', 1],
      ['WS7', 5],
    ])
    expect(await by('--by', 'hour')).toEqual([
      ['2026-11-20T10', 4],
      ['2026-11-20T11', 2],
    ])
    expect(await by('--by', 'day')).toEqual([['2026-11-20', 6]])
    expect(await by('--by', 'DestinationPort')).toEqual([
      [null, 5],
      ['22', 1],
    ])
    expect(await by('--by', 'Image', '--top', '1')).toEqual([['C:\\Temp\\plink.exe', 3]])
    expect(await by('--by', 'host,eid', '--where', 'plink', '--where', 'user=*ann')).toEqual([
      ['WS7', '1', 2],
      ['WS7', '3', 1],
    ])
    expect(await by('--by', 'format', '--by', 'shape')).toEqual([['jsonl', 'sigma', 6]])
    expect(await by('--by', 'host', '--since', '2026-11-20T11:00Z')).toEqual([
      ['WEB1', 1],
      ['WS7', 1],
    ])
  })
  it('as table and CSV', async () => {
    const table = (await terrier(['stats', log, '--by', 'host', '-f', 'table'])).out
    expect(table.split('\n').map(line => line.replace(/ +/g, ' '))).toEqual([
      'host events share first last',
      'WS7 5 83.3% 2026-11-20 10:02:11Z 2026-11-20 11:05:00Z',
      'WEB1 1 16.7% 2026-11-20 11:00:00Z 2026-11-20 11:00:00Z',
      '',
    ])
    expect((await terrier(['stats', log, '--by', 'host', '-f', 'csv'])).out).toBe(
      'host,events,first,last\r\nWS7,5,2026-11-20T10:02:11.123Z,2026-11-20T11:05:00.000Z\r\nWEB1,1,2026-11-20T11:00:00.000Z,2026-11-20T11:00:00.000Z\r\n',
    )
    expect((await terrier(['stats', log, '--by', 'DestinationPort', '-f', 'table'])).out).toContain('(absent)')
  })
  it.each([
    [['stats'], 2, 'error[CLI001]: no log named'],
    [['stats', log, '--by', 'a,b,c,d,e,f,g,h,i'], 2, '--by takes at most 8 names'],
    [['stats', log, '--top', 'x'], 2, 'error[CLI009]'],
    [['stats', log, '--where', 'a~('], 2, 'error[CLI018]'],
    [['stats', 'no-such.log'], 4, 'error[CLI014]'],
  ])('%j', async (args, code, expected) => {
    const ran = await terrier(args)
    expect(ran.err).toContain(expected)
    expect(ran.code).toBe(code)
  })
})

describe('log sources of rules', () => {
  it('with events, without, and not served, each with what is to be done', async () => {
    const { out } = await terrier(['logs', log, '-r', rules])
    const [, { file, logSources }] = lines(out)
    expect(file).toBeNull()
    expect(logSources.map((row: { logSource: string }) => row.logSource)).toEqual([
      'windows/process_creation',
      'windows/dns_query',
      'telescope/telescope',
    ])
    const [found, missing, unserved] = logSources
    expect(found).toMatchObject({ served: true, events: 5, files: 1, need: null, reason: null })
    expect(found.schemas).toContain('sigma')
    expect(missing).toMatchObject({ served: true, rules: 1, events: 0, files: 0, reason: null })
    expect(missing.need).toContain('Sysmon event 22')
    expect(unserved).toMatchObject({ served: false, schemas: [], events: 0, need: null })
    expect(unserved.reason).not.toBe('')
  })
  it('for people', async () => {
    const { out } = await terrier(['logs', log, '-r', rules, '-f', 'table'])
    expect(out).toMatch(/with events: 1 log source/)
    expect(out).toMatch(/without events here: 1 log source, 1 rule\n {4}windows\/dns_query +1\n {8}Sysmon event 22/)
    expect(out).toMatch(/not served: 1 log source, 1 rule\n {4}telescope\/telescope/)
  })
  it('every need stands for a log source that is served', () => {
    for (const one of needs) expect(servedBy(one.class).length, logSource(one.class)).toBeGreaterThan(0)
  })
  const collection = '../shared/data/sigma-rules'
  const present = existsSync(collection)
  if (!present) console.log('skipped: needs of the log sources of SigmaHQ, because ../shared/data is absent')
  it.skipIf(!present)('every log source of SigmaHQ that is served says what it needs (needs ../shared/data)', async () => {
    const sources = await ruleSources([collection], () => undefined)
    const wanted = new Map(
      (readRules(sources).value ?? []).flatMap(detection => classesOf(detection.query)).map(one => [logSource(one), one]),
    )
    expect(wanted.size).toBeGreaterThan(100)
    const silent = [...wanted.values()].filter(one => servedBy(one).length > 0 && needOf(one) === undefined)
    expect(silent.map(logSource)).toEqual([])
  })
})
