// A real browser for tests of pages: Chromium where the system has one.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import type { Shelf } from '../../src/catalog/collection.ts'
import { serveSite } from '../../src/node/serve.ts'
import { readManifest, writeSite } from '../../src/node/site.ts'
import { siteOf } from '../../src/pages/index.ts'

/** Where Chromium is, or undefined. */
export const executable = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  path => path !== undefined && path !== '' && existsSync(path),
)

/** The scripts of pages, as they are built. */
export function builtScripts(): Readonly<Record<string, string>> {
  const folder = fileURLToPath(new URL('../../dist/pages/browser/', import.meta.url))
  return Object.fromEntries(['site.js', 'search.js'].map(name => [name, readFileSync(join(folder, name), 'utf8')]))
}

/** A site written to a folder of its own, served, with a browser beside it; `close` ends all of it. */
export async function opened(
  shelf: Shelf,
): Promise<{ readonly browser: Browser; readonly address: string; readonly folder: string; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'terrier-pages-'))
  const done = await writeSite(
    folder,
    siteOf(shelf, { name: 'Detections', program: 'terrier', scripts: builtScripts() }),
    readManifest(folder),
  )
  if (done.faults.length > 0) throw new Error(done.faults.map(fault => `${fault.path}: ${fault.what}`).join('\n'))
  const { server, address } = await serveSite(folder, 0)
  const browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox', '--disable-gpu'] })
  return {
    browser,
    address,
    folder,
    close: async () => {
      await browser.close()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
