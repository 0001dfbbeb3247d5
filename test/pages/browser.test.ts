// The pages in a real browser: every kind at three widths and in both themes, with axe; by keyboard; without scripts; with hostile texts. Skipped aloud where there is no Chromium.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { executable, opened } from './chromium.ts'
import { bare, full, hostile } from './fixture.ts'
import { shelfOf } from './shelf.ts'

if (executable === undefined) console.warn('there is no Chromium: the tests of pages in a browser are skipped')

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

const kinds = [
  '',
  'rules/',
  'rules/high/',
  'd/plink-forward/',
  'd/bare/',
  'test/plink-forward/',
  'proof/plink-forward/',
  'compare/bare..plink-forward/',
  'coverage/',
  'coverage/list/',
  'coverage/gaps/',
  't/T1572/',
  't/T1043/',
  't/T1021/004/',
  'tactic/command-and-control/',
  'actor/',
  'actor/G0114/',
  'data/',
  'data/windows-process_creation/',
  'field/',
  'field/f0/',
  'indicator/',
  'indicator/i1/',
  'target/',
  'target/defender/',
  'pack/',
  'pack/s0/',
  'name/',
  'name/n0/',
  'lint/LNT201/',
  'quality/',
  'quality/gaps/',
  'new/',
  'search/',
  'about/',
  'nothing-here/',
]

describe.skipIf(executable === undefined)('pages in a browser', () => {
  let site: Awaited<ReturnType<typeof opened>>
  beforeAll(async () => {
    site = await opened(shelfOf([full, bare]))
  })
  afterAll(() => site?.close())

  /** Opens pages, does something with each, and holds it to having said nothing wrong and fetched nothing from elsewhere. */
  async function on(
    paths: string | readonly string[],
    options: BrowserContextOptions,
    act: (page: Page, path: string) => Promise<void>,
  ): Promise<void> {
    const context = await site.browser.newContext(options)
    const page = await context.newPage()
    const wrong: string[] = []
    page.on(
      'console',
      message => message.type() === 'error' && !/404 \(Not Found\)/.test(message.text()) && wrong.push(message.text()),
    )
    page.on('pageerror', error => wrong.push(error.message))
    page.on('request', request => !request.url().startsWith(site.address) && wrong.push(`asks for ${request.url()}`))
    for (const path of typeof paths === 'string' ? [paths] : paths) {
      await page.goto(`${site.address}${path}`)
      await act(page, path)
      expect(wrong, path).toEqual([])
    }
    await context.close()
  }

  for (const width of [320, 768, 1280])
    for (const colorScheme of ['light', 'dark'] as const)
      it(`hold to axe at ${width} px, ${colorScheme}, and never scroll sideways`, async () => {
        await on(kinds, { viewport: { width, height: 900 }, colorScheme, bypassCSP: true }, async (page, path) => {
          await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true')
          expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'), path).toBe(0)
          await page.evaluate(axe)
          const found = (await page.evaluate(
            'axe.run({ resultTypes: ["violations"] }).then(result => result.violations.map(one => one.id + ": " + one.nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(" | ")))',
          )) as readonly string[]
          expect(found, `${path} at ${width} px, ${colorScheme}`).toEqual([])
        })
      })

  it('show one target at a time, and the one a link asks for', async () => {
    await on('d/plink-forward/#t-splunk', {}, async page => {
      expect(await page.locator('#t-splunk').isVisible()).toBe(true)
      expect(await page.locator('#t-defender').isVisible()).toBe(false)
      await page.locator('.tablist label', { hasText: 'defender' }).click()
      expect(await page.locator('#t-splunk').isVisible()).toBe(false)
      await page.reload()
      await page.goto(`${site.address}d/plink-forward/`)
      expect(await page.locator('#t-defender').isVisible()).toBe(true)
    })
  })

  it('can be used by keyboard alone', async () => {
    await on('d/plink-forward/', {}, async page => {
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('To the content')
      await page.keyboard.press('Enter')
      expect(await page.evaluate('location.hash')).toBe('#main')
      await page.locator('.tablist input').first().focus()
      await page.keyboard.press('ArrowDown')
      expect(await page.locator('#t-splunk').isVisible()).toBe(true)
      expect(await page.evaluate('getComputedStyle(document.activeElement.closest("label")).outlineStyle')).toBe('solid')
      await page.keyboard.press('/')
      await page.waitForURL('**/search/')
      await page.waitForFunction('document.activeElement.id === "q"')
      await page.keyboard.type('plink')
      await page.waitForFunction('document.querySelectorAll(".hits li").length === 1')
      expect(await page.evaluate('location.search')).toBe('?q=plink')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/d/plink-forward/')
    })
  })

  it('lead to their content and to every link by keyboard, on every kind', async () => {
    await on(kinds, {}, async (page, path) => {
      // Search begins in its field; elsewhere the first step is the way past the navigation.
      if (path === 'search/') {
        await page.waitForFunction('document.activeElement.id === "q"')
        await page.locator('.skip').focus()
      } else await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.className'), path).toBe('skip')
      await page.keyboard.press('Enter')
      expect(await page.evaluate('location.hash'), path).toBe('#main')
      // Nothing that can be clicked is out of the order of Tab, and what scrolls sideways can be scrolled by keys.
      expect(
        await page.evaluate(
          '[...document.querySelectorAll("a[href], button, input, summary")].filter(one => one.tabIndex < 0).length + [...document.querySelectorAll(".scroll")].filter(one => one.scrollWidth > one.clientWidth && one.tabIndex < 0).length',
        ),
        path,
      ).toBe(0)
    })
  })

  it('copy the bytes of a query, without numbers and marks, and say so', async () => {
    await on('d/plink-forward/', { permissions: ['clipboard-read', 'clipboard-write'] }, async page => {
      await page.getByRole('button', { name: 'Copy: Query for Microsoft Defender advanced hunting' }).click()
      await page.waitForFunction('document.querySelector("[role=status]").textContent === "Copied"')
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(full.conversions[0]!.query!.trimEnd())
      await page.getByRole('button', { name: 'Copy: The rule, Sigma' }).click()
      await page.waitForTimeout(50)
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(full.source.text.trimEnd())
    })
  })

  it('light up the same test in the rule, the query and the table', async () => {
    await on('d/plink-forward/', {}, async page => {
      await page.locator('#p-2').hover()
      expect(await page.evaluate('[...document.querySelectorAll(".m.on")].every(one => one.dataset.m === "2")')).toBe(true)
      expect(
        await page.evaluate(
          'new Set([...document.querySelectorAll(".m.on")].map(one => one.closest("[role=group]").getAttribute("aria-label"))).size',
        ),
      ).toBe(2)
    })
  })

  it('keep the theme that was chosen, from the first picture on', async () => {
    await on('', { colorScheme: 'light' }, async page => {
      await page.getByRole('button', { name: 'Use the dark theme' }).click()
      await page.goto(`${site.address}rules/`)
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(20, 23, 26)')
    })
  })

  it('can be read without scripts: everything but the buttons is there', async () => {
    await on(kinds, { javaScriptEnabled: false }, async (page, path) => {
      expect((await page.locator('h1').count()) === 1, path).toBe(true)
      expect(await page.locator('button').count(), path).toBe(0)
    })
    await on('d/plink-forward/', { javaScriptEnabled: false }, async page => {
      expect(await page.locator('.panel:visible').count()).toBe(1)
      await page.locator('.tablist label', { hasText: 'grep' }).click()
      expect(await page.locator('#t-grep').isVisible()).toBe(true)
      expect(await page.locator('.panel:visible').count()).toBe(1)
      await page.locator('.strip a', { hasText: 'sumo' }).click()
      expect(await page.locator('#t-sumo').isVisible()).toBe(true)
      await page.goto(`${site.address}d/290828b8-7fbe-505e-ac52-66f77e0f7ef7/`)
      await page.waitForURL('**/d/plink-forward/')
    })
  })

  it('print everything, closed parts and all targets among it', async () => {
    await on('d/plink-forward/', {}, async page => {
      await page.emulateMedia({ media: 'print' })
      expect(await page.locator('.panel:visible').count()).toBe(full.conversions.length)
      expect(await page.locator('.top').isVisible()).toBe(false)
      expect(await page.getByText('Stop-Process -Name plink').isVisible()).toBe(true)
      expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-')
    })
  })

  it('are small', async () => {
    await on('d/plink-forward/', {}, async page => {
      const sizes = (await page.evaluate(`Promise.all(['style.css', 'site.js', 'search.js', 'theme.js'].map(async name => {
        const stream = (await fetch('../../' + name)).body.pipeThrough(new CompressionStream('gzip'))
        return (await new Response(stream).arrayBuffer()).byteLength
      }))`)) as readonly number[]
      expect(sizes[0]).toBeLessThan(15_000)
      expect(sizes[1]! + sizes[2]! + sizes[3]!).toBeLessThan(12_000)
    })
  })
})

describe.skipIf(executable === undefined)('hostile texts in a browser', () => {
  it('do nothing on any page of theirs', async () => {
    const site = await opened(shelfOf([hostile, bare]))
    const page = await site.browser.newPage()
    const wrong: string[] = []
    page.on('console', message => message.type() === 'error' && wrong.push(message.text()))
    page.on('pageerror', error => wrong.push(error.message))
    page.on('dialog', dialog => void dialog.dismiss().then(() => wrong.push('a dialog')))
    page.on('request', request => !request.url().startsWith(site.address) && wrong.push(`asks for ${request.url()}`))
    for (const path of [
      '',
      'rules/',
      'd/hostile/',
      'test/hostile/',
      'proof/hostile/',
      'compare/bare..hostile/',
      'coverage/',
      'data/',
      'field/',
      'field/f0/',
      'indicator/',
      'target/',
      'pack/s0/',
      'name/n0/',
      'quality/',
      'new/',
      'search/?q=script',
    ]) {
      await page.goto(`${site.address}${path}`)
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true')
      if (path.startsWith('search')) await page.waitForFunction('document.querySelectorAll(".hits li").length > 0')
      expect(await page.evaluate('globalThis.owned'), path).toBeUndefined()
      expect(
        await page.evaluate(
          'document.querySelectorAll("main script, main img, main iframe, main style, main svg, main [onload], main [onerror]").length',
        ),
        path,
      ).toBe(0)
      expect(
        await page.evaluate(
          '[...document.querySelectorAll("a")].filter(one => !/^(?:https?|mailto):$/.test(one.protocol)).length',
        ),
        path,
      ).toBe(0)
    }
    expect(wrong).toEqual([])
    await site.close()
  })
})
