// `terrier catalog`: what it writes, says and refuses, on a few rules for a few targets.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { lines, terrier } from './run.ts'

const root = mkdtempSync(join(tmpdir(), 'terrier-catalog-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const rules = 'packs/t1572/rules/tun-001-plink-forward.yml'
const few = ['-t', 'defender', '-t', 'splunk']
const env = { LANG: 'en_US.UTF-8', XDG_CACHE_HOME: join(root, 'cache') }
const site = join(root, 'site')
const slug = 'plink-opens-a-port-forward-a-socks-listener-or-a-stdio-tunnel'

describe('terrier catalog', () => {
  it('writes a site without faults', async () => {
    const { code, out, err } = await terrier(['catalog', rules, ...few, '-o', site, '-f', 'jsonl', '--title', 'Tunnels'], { env })
    expect(err).toBe('')
    expect(code).toBe(0)
    const [row] = lines(out)
    expect(row.rules).toBe(1)
    expect(row.faults).toBe(0)
    expect(row.written).toBe(row.files)
    const page = readFileSync(join(site, 'd', slug, 'index.html'), 'utf8')
    expect(page).toContain('DeviceProcessEvents')
    expect(page).toContain('reverse forward of RDP over the default SSH port')
    // The guides beside the folder of rules belong to the pack.
    expect(page).toContain('<summary>Playbook</summary>')
    expect(readFileSync(join(site, 'd', slug, 'rule.yml'), 'utf8')).toBe(readFileSync(rules, 'utf8'))
    expect(readdirSync(join(site, 'd')).sort()).toEqual(['290828b8-7fbe-505e-ac52-66f77e0f7ef7', slug])
  })
  it('writes nothing again', async () => {
    const { code, out } = await terrier(['catalog', rules, ...few, '-o', site, '-f', 'jsonl', '--title', 'Tunnels'], { env })
    expect(code).toBe(0)
    expect(lines(out)[0].written).toBe(0)
  })
  it('tells what is new since another site', async () => {
    const changed = join(root, 'changed.yml')
    writeFileSync(changed, readFileSync(rules, 'utf8').replace("'\\plink.exe'", "'\\plonk.exe'"))
    const { code } = await terrier(['catalog', changed, ...few, '-o', join(root, 'next'), '--since', site], { env })
    expect(code).toBe(0)
    expect(readFileSync(join(root, 'next/new/index.html'), 'utf8')).toContain('Logic changed (1)')
  })
  it('joins atomic tests and counts noise', async () => {
    const atomics = join(root, 'atomics/T1572')
    mkdirSync(atomics, { recursive: true })
    writeFileSync(
      join(atomics, 'T1572.yaml'),
      'attack_technique: T1572\ndisplay_name: Tunnels\natomic_tests:\n- name: A forward\n  auto_generated_guid: 9a000000-0000-4000-8000-000000000001\n  description: Opens a forward.\n  supported_platforms: [windows]\n  executor:\n    name: command_prompt\n    command: plink.exe -L 8080:localhost:80 user@host.example\n    cleanup_command: taskkill /im plink.exe\n',
    )
    const folder = join(root, 'more')
    const security = join(root, 'security.txt')
    writeFileSync(security, 'Contact: mailto:security@rules.example\nExpires: 2027-01-01T00:00:00Z\n')
    const { code, err } = await terrier(
      [
        'catalog',
        rules,
        '-t',
        'defender',
        '-o',
        folder,
        '--atomics',
        join(root, 'atomics'),
        '--events',
        'packs/t1572/samples/sysmon.xml',
        '--base-url',
        'https://rules.example/catalog',
        '--security',
        security,
      ],
      { env },
    )
    expect(err).toBe('')
    expect(code).toBe(0)
    const page = readFileSync(join(folder, 'd', slug, 'index.html'), 'utf8')
    expect(page).toContain('taskkill /im plink.exe')
    expect(page).toContain('Expected signal: this rule fires on it')
    expect(page).toContain('Hits in a million')
    expect(page).toContain(`<link rel="canonical" href="https://rules.example/catalog/d/${slug}/"/>`)
    expect(readFileSync(join(folder, '.well-known/security.txt'), 'utf8')).toBe(readFileSync(security, 'utf8'))
    expect(JSON.parse(readFileSync(join(folder, 'target/defender/feed.json'), 'utf8')).items).toHaveLength(1)
    expect(JSON.parse(readFileSync(join(folder, 'rules/high/feed.json'), 'utf8')).feed_url).toBe(
      'https://rules.example/catalog/rules/high/feed.json',
    )
    expect(readFileSync(join(folder, 'coverage.csv'), 'utf8')).toContain(
      '"T1572","Protocol Tunneling","command-and-control","live","1","1","1","1"',
    )
    const [layer] = JSON.parse(readFileSync(join(folder, 't/T1572/layer.json'), 'utf8'))
    expect(layer.techniques.map((one: { techniqueID: string }) => one.techniqueID)).toEqual(['T1572'])
    expect(page).toContain('../../actor/G0037/')
    expect(readFileSync(join(folder, 'actor/G0037/index.html'), 'utf8')).toContain('https://attack.mitre.org/groups/G0037/')
    expect(readFileSync(join(folder, 'sitemap.xml'), 'utf8')).toContain(`<loc>https://rules.example/catalog/d/${slug}/</loc>`)
    expect(JSON.parse(readFileSync(join(folder, 'feed.json'), 'utf8')).items[0].url).toBe(
      `https://rules.example/catalog/d/${slug}/`,
    )
  })
  it('shows the site until it is interrupted, and takes its own folder away', async () => {
    const stop = new AbortController()
    const before = readdirSync(tmpdir()).filter(name => name.startsWith('terrier-site-')).length
    const running = terrier(['catalog', rules, '-t', 'defender', '--serve'], { env, signal: stop.signal })
    setTimeout(() => stop.abort(), 4000)
    const { code, err } = await running
    expect([0, 130]).toContain(code)
    if (code === 0) expect(err).toMatch(/shown at http:\/\/127\.0\.0\.1:\d+\//)
    expect(readdirSync(tmpdir()).filter(name => name.startsWith('terrier-site-')).length).toBe(before)
  })

  const full = join(root, 'full')
  mkdirSync(full)
  writeFileSync(join(full, 'thesis.tex'), 'x')
  const none = join(root, 'none')
  mkdirSync(none)
  for (const [args, code, said] of [
    [[rules], 2, 'there is no folder for the site'],
    [[rules, '-o', full], 2, 'CLI027'],
    [[rules, '-o', join(root, 'x'), '--since', none], 2, 'CLI029'],
    [[rules, '-o', join(root, 'x'), '--security', rules], 2, 'CLI030'],
    [[rules, '-o', join(root, 'x'), '--atomics', none], 2, 'CLI028'],
    [[rules, '-o', join(root, 'x'), '--atomics', join(root, 'absent')], 2, 'CLI028'],
    [[rules, '-o', join(root, 'x'), '-t', 'defendr'], 2, 'did you mean "defender"'],
    [[rules, '-o', join(root, 'x'), '--port', '80'], 2, '--port is for --serve'],
    [[rules, '--serve', '--port', '99999'], 2, 'no port "99999"'],
    [[rules, '-o', join(root, 'x'), '--base-url', 'javascript:x'], 2, 'is no address of a site'],
    [['https://rules.example/x.yml', '-o', join(root, 'x')], 2, 'nothing is fetched'],
    [[join(root, 'absent.yml'), '-o', join(root, 'x')], 3, 'no rule could be read'],
    [[rules, '-t', 'defender', '-o', join(root, 'y'), '--events', join(root, 'absent.log')], 4, 'no log could be read'],
  ] as const)
    it(`refuses ${args.map(arg => arg.replace(root, '')).join(' ')}`, async () => {
      const ran = await terrier(['catalog', ...args], { env })
      expect(ran.err).toContain(said)
      expect(ran.code).toBe(code)
      if (code !== 4) expect(readdirSync(root)).not.toContain('x')
    })
})
