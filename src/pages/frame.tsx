// The frame around every page: head with the policy that lets nothing foreign run, navigation, the way back, and the foot.

import type { ComponentChildren, VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { link } from './address.ts'

/** What holds for the whole site. */
export interface Site {
  /** The name of the collection. */
  readonly name: string
  /** Where the site will be, with a slash at its end; without it nothing says an absolute address. */
  readonly base?: string
  /** The version of ATT&CK, and what its terms ask to be said. */
  readonly attack: { readonly version: string; readonly attribution: string }
  /** Names the program and its version, and the content: a digest. */
  readonly build: string
}

export interface Page {
  /** From the root of the site, with a slash at the end; the root is the empty text. */
  readonly path: string
  readonly title: string
  readonly description?: string
  /** The pages above this one, from the root on. */
  readonly above?: readonly { readonly title: string; readonly path: string }[]
  /** The entry of the navigation that this page belongs to. */
  readonly part?: string
  /** Other forms of the page: type and path. */
  readonly alternates?: readonly { readonly type: string; readonly path: string; readonly title?: string }[]
  /** Facts for machines, as JSON-LD. */
  readonly linked?: object
  readonly body: ComponentChildren
  /** Where the page has moved to. */
  readonly moved?: string
  /** Links from the root of the host, for the page that is shown for any address. */
  readonly rooted?: boolean
}

/** The policy of every page, to the letter. */
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"

const parts: readonly (readonly [string, string])[] = [
  ['Rules', 'rules/'],
  ['ATT&CK', 'coverage/'],
  ['Data', 'data/'],
  ['Fields', 'field/'],
  ['Indicators', 'indicator/'],
  ['Targets', 'target/'],
  ['Quality', 'quality/'],
  ['New', 'new/'],
  ['Search', 'search/'],
]

/** JSON that can stand in a page: no `<` begins an element, no line separator ends a line. */
export function embedded(value: object): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A page as a document. */
export function draw(page: Page, site: Site): string {
  const root = page.rooted === true ? (site.base === undefined ? '/' : pathOf(site.base)) : undefined
  const to = (path: string): string => (root === undefined ? link(page.path, path) : `${root}${path}`)
  const full = page.path === '' ? site.name : `${page.title} · ${site.name}`
  return `<!doctype html>\n${renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>{full}</title>
        {page.description !== undefined && page.description !== '' && <meta name="description" content={page.description} />}
        <meta name="generator" content={site.build} />
        <meta property="og:title" content={page.title} />
        <meta property="og:type" content="article" />
        {page.description !== undefined && page.description !== '' && (
          <meta property="og:description" content={page.description} />
        )}
        {site.base !== undefined && page.rooted !== true && (
          <link rel="canonical" href={`${site.base}${page.moved ?? page.path}`} />
        )}
        {page.moved !== undefined && <meta http-equiv="refresh" content={`0; url=${to(page.moved)}`} />}
        <script src={to('theme.js')} />
        <link rel="stylesheet" href={to('style.css')} />
        <link rel="icon" href={to('icon.svg')} type="image/svg+xml" />
        <script type="module" src={to('site.js')} />
        {page.alternates?.map(({ type, path, title }) => (
          <link rel="alternate" type={type} href={to(path)} title={title} />
        ))}
        <link rel="alternate" type="application/atom+xml" href={to('feed.xml')} title={site.name} />
        {page.linked !== undefined && (
          // A block of data, not code: JSON-LD for machines, with every "<" written as an escape.
          <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: embedded(page.linked) }} />
        )}
      </head>
      <body data-root={to('')}>
        <a class="skip" href="#main">
          To the content
        </a>
        <header class="top">
          <a class="brand" href={to('')}>
            {site.name}
          </a>
          <nav aria-label="Site">
            <ul>
              {parts.map(([title, path]) => (
                <li>
                  <a
                    href={to(path)}
                    {...(page.part === title
                      ? { 'aria-current': page.path === path ? ('page' as const) : ('true' as const) }
                      : {})}
                  >
                    {title}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </header>
        {page.above !== undefined && page.above.length > 0 && (
          <nav class="crumbs" aria-label="Way here">
            <ol>
              {page.above.map(({ title, path }) => (
                <li>
                  <a href={to(path)}>{title}</a>
                </li>
              ))}
              <li aria-current="page">{page.title}</li>
            </ol>
          </nav>
        )}
        <main id="main">{page.body}</main>
        <footer class="foot">
          <p>
            Every statement on these pages was written in a rule or computed from it. <a href={to('about/')}>How to read them</a>.
          </p>
          <p>{site.attack.attribution}</p>
        </footer>
      </body>
    </html>,
  )}\n`
}

/** The path within an address. */
const pathOf = (address: string): string => /^https?:\/\/[^/]*(\/.*)$/.exec(address)?.[1] ?? '/'

/** A section with a heading that can be linked. Without content there is no section. */
export function Section({
  id,
  title,
  children,
  level = 2,
}: {
  id: string
  title: string
  children: ComponentChildren
  level?: 2 | 3
}): VNode {
  const Tag = `h${level}` as 'h2'
  return (
    <section class="part">
      <Tag id={id}>
        <a href={`#${id}`}>{title}</a>
      </Tag>
      {children}
    </section>
  )
}
