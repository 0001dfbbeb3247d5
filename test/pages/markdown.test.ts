// Markdown becomes elements and nothing else: what each mark gives, and what hostile text does not.

import { renderToString } from 'preact-render-to-string'
import { describe, expect, it } from 'vitest'
import { Markdown } from '../../src/pages/markdown.tsx'

const draw = (text: string): string =>
  renderToString(Markdown({ text, level: 3, label: 'x' })).replace(/^<div class="prose">|<\/div>$/g, '')

describe('markdown', () => {
  for (const [text, html] of [
    ['one\ntwo\n\nthree', '<p>one\ntwo</p><p>three</p>'],
    ['# A', '<h3>A</h3>'],
    ['## A ', '<h3>A</h3>'],
    ['### A', '<h4>A</h4>'],
    ['**b** and *i*, `c`', '<p><strong>b</strong> and <em>i</em>, <code>c</code></p>'],
    ['snake_case_name and 2 * 3 * 4', '<p>snake_case_name and 2 * 3 * 4</p>'],
    ['``a ` b``', '<p><code>a ` b</code></p>'],
    ['\\*not\\*', '<p>*not*</p>'],
    ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
    ['3. a\n4. b', '<ol start="3"><li>a</li><li>b</li></ol>'],
    ['- a\n  - b\n- c', '<ul><li><p>a</p><ul><li>b</li></ul></li><li>c</li></ul>'],
    ['1. a\n   goes on\n2. b', '<ol><li>a\ngoes on</li><li>b</li></ol>'],
    ['> q', '<blockquote><p>q</p></blockquote>'],
    ['---', '<hr/>'],
    ['[a](https://a.example/b)', '<p><a href="https://a.example/b" rel="noopener noreferrer nofollow">a</a></p>'],
    [
      'see https://a.example/b.',
      '<p>see <a href="https://a.example/b" rel="noopener noreferrer nofollow">https://a.example/b</a>.</p>',
    ],
    ['[t](tuning.md)', '<p>t</p>'],
    ['[x](javascript:alert(1))', '<p>x</p>'],
    ['[x](https://a.example/"onclick="x)', '<p>x</p>'],
    ['<b>x</b>', '<p>&lt;b>x&lt;/b></p>'],
  ] as const)
    it(JSON.stringify(text), () => {
      expect(draw(text)).toBe(html)
    })

  it('makes tables, with bars behind a backslash as text', () => {
    const html = draw('| a | b |\n| --- | --- |\n| 1 \\| 2 | <i> |')
    expect(html).toContain('<th scope="col">a</th><th scope="col">b</th>')
    expect(html).toContain('<td>1 | 2</td><td>&lt;i></td>')
  })
  it('keeps code as it is', () => {
    expect(draw('```sh\n# not a heading\n<x>\n```').replace(/<\/?span[^>]*>/g, '')).toContain('# not a heading\n&lt;x></code>')
  })
})

describe('hostile markdown', () => {
  const long = 150_000
  for (const [name, text] of [
    ['backticks', '`'.repeat(long)],
    ['backticks apart', '`a'.repeat(long / 2)],
    ['brackets', '['.repeat(long)],
    ['links', '[a]('.repeat(long / 4)],
    ['stars', '*a'.repeat(long / 2)],
    ['strong', '**a'.repeat(long / 3)],
    ['lows', '_a '.repeat(long / 3)],
    ['blanks in a heading', `# ${' '.repeat(long)}x`],
    ['bars', `a|b\n${'| - '.repeat(long / 4)}x`],
    ['quotations', '>'.repeat(long)],
    ['nested lists', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth * 2)}- a`).join('\n')],
    ['lists of lists on a line', '- '.repeat(long / 2)],
    ['ruled lines', `${'- '.repeat(long / 2)}x`],
  ] as const)
    it(`${name} take no time`, () => {
      const began = process.cpuUsage().user
      draw(text)
      expect((process.cpuUsage().user - began) / 1e6).toBeLessThan(4)
    })
})
