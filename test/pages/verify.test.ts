// The checks of pages find what they are for: each fault is put into a good page and found.

import { describe, expect, it } from 'vitest'
import { draw, type Page, policy } from '../../src/pages/frame.tsx'
import { check, resolve } from '../../src/pages/verify.ts'

const site = { name: 'Site', attack: { version: '18', attribution: 'A' }, build: 'b' }
const page: Page = { path: 'd/one/', title: 'One', body: 'BODY' }
const html = draw(page, site)
const faults = (text: string, from = html) =>
  check('d/one/', from.replace('BODY', `<h1>One</h1>${text}`), policy).faults.map(fault => fault.what)

describe('a page', () => {
  it('is good as it is drawn', () => {
    expect(faults('<h2 id="a">A</h2><section><p>x</p></section><a href="#a">a</a>')).toEqual([])
  })
  for (const [text, what] of [
    ['<p id="a">x</p><p id="a">y</p>', 'the id "a" is there twice'],
    ['<p id="main">x</p>', 'the id "main" is there twice'],
    ['<section><p></p></section>', 'a section is empty'],
    ['<ul></ul>', 'a section is empty'],
    ['<h2> </h2>', 'a heading is empty'],
    ['<h3>Three</h3>', 'a heading of level 3 follows one of level 1'],
    ['<h1>Two</h1>', 'there are 2 headings of level 1'],
    ['<a href="#gone">x</a>', 'the link "#gone" leads nowhere'],
    ['<a href="javascript:alert(1)">x</a>', 'a link leads to "javascript:alert(1)"'],
    ['<p style="color:red">x</p>', '<p> has the attribute "style"'],
    ['<p onclick="x()">x</p>', '<p> has the attribute "onclick"'],
    ['<script>x()</script>', 'a script is within the page'],
    ['<script src="x.js">x()</script>', 'a script has a body'],
    ['<img src="https://elsewhere.example/x.png">', '<img> is fetched from elsewhere'],
    ['<iframe src="x"></iframe>', 'there is <iframe>'],
    ['<svg></svg>', 'there is <svg>'],
    ['<p>x</div>', '</div> closes <p>'],
  ] as const)
    it(`with ${text} has a fault`, () => {
      expect(faults(text)).toContain(what)
    })
  it('has the policy, and no other', () => {
    expect(faults('x', html.replace("default-src 'none'", 'default-src *'))).toContain('the policy is another one')
    expect(faults('x', html.replace('http-equiv="Content-Security-Policy"', 'name="x"'))).toContain('there is no policy')
  })
  it('tells where it leads', () => {
    const { links } = check('d/one/', html.replace('BODY', '<h1>One</h1><a href="../two/#x">t</a>'), policy)
    expect(links).toContainEqual({ path: 'd/two/', fragment: 'x' })
  })
})

describe('a link', () => {
  it('is resolved as a browser would', () => {
    expect(resolve('d/one/', '../../')).toEqual({ path: '' })
    expect(resolve('d/one/', '../two/?q=1#%C3%A9')).toEqual({ path: 'd/two/', fragment: 'é' })
    expect(resolve('d/one/', 'rule.yml')).toEqual({ path: 'd/one/rule.yml' })
    expect(resolve('404.html', '/base/rules/', '/base/')).toEqual({ path: 'rules/' })
    expect(resolve('a/', '../../x')?.path.startsWith('..')).toBe(true)
    expect(resolve('a/', 'https://x.example/')).toBeUndefined()
    expect(resolve('a/', '//x.example/')).toBeUndefined()
  })
})
