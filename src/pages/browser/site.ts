// What pages can do where scripts run: copy and save code, remember the target, light up the same test everywhere, follow the reader in the contents, search. Without it everything can still be read.

import { type Index, names, type Row, search, type Values } from './search.ts'

const root = document.body.dataset.root ?? './'

function make<K extends keyof HTMLElementTagNameMap>(tag: K, classes: string, text = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  if (classes !== '') made.className = classes
  made.textContent = text
  return made
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // A browser that keeps nothing still shows everything.
  }
}

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

// One place where what has happened is said, also to those who listen.
const said = make('p', 'said')
said.setAttribute('role', 'status')
document.body.append(said)
let silence = 0
function tell(text: string): void {
  said.textContent = text
  clearTimeout(silence)
  silence = window.setTimeout(() => {
    said.textContent = ''
  }, 2000)
}

function theme(): void {
  const button = make('button', 'theme')
  button.type = 'button'
  const wide = matchMedia('(prefers-color-scheme: dark)')
  const dark = () => (document.documentElement.dataset.theme ?? (wide.matches ? 'dark' : 'light')) === 'dark'
  const show = () => {
    button.textContent = dark() ? 'Light' : 'Dark'
    button.setAttribute('aria-label', dark() ? 'Use the light theme' : 'Use the dark theme')
  }
  button.addEventListener('click', () => {
    const next = dark() ? 'light' : 'dark'
    document.documentElement.dataset.theme = next
    remember('theme', next)
    show()
  })
  wide.addEventListener('change', show)
  show()
  document.querySelector('.top')?.append(button)
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    tell('Copied')
  } catch {
    tell('The browser does not let pages copy; select the text')
  }
}

function code(): void {
  for (const figure of document.querySelectorAll<HTMLElement>('figure.code')) {
    const text = () => figure.querySelector('code')?.textContent ?? ''
    const label = figure.querySelector('[role=group]')?.getAttribute('aria-label') ?? 'code'
    const acts = make('div', 'acts')
    const copying = make('button', 'copy-it', 'Copy')
    copying.type = 'button'
    copying.setAttribute('aria-label', `Copy: ${label}`)
    copying.addEventListener('click', () => void copy(text()))
    acts.append(copying)
    const { name } = figure.dataset
    if (name !== undefined) {
      const saving = make('button', 'save-it', 'Save')
      saving.type = 'button'
      saving.setAttribute('aria-label', `Save: ${label}`)
      saving.addEventListener('click', () => {
        const link = make('a', '')
        link.href = URL.createObjectURL(new Blob([text()], { type: 'text/plain' }))
        link.download = name
        link.click()
        setTimeout(() => URL.revokeObjectURL(link.href), 1000)
      })
      acts.append(saving)
    }
    figure.prepend(acts)
  }
  for (const value of document.querySelectorAll<HTMLElement>('code.copy')) {
    const button = make('button', 'copy-it', 'Copy')
    button.type = 'button'
    button.setAttribute('aria-label', `Copy ${value.closest('div')?.querySelector('dt')?.textContent ?? ''}`)
    button.addEventListener('click', () => void copy(value.textContent ?? ''))
    value.after(' ', button)
  }
}

function tabs(): void {
  const inputs = [...document.querySelectorAll<HTMLInputElement>('.tablist input')]
  if (inputs.length === 0) return
  const choose = (target: string | null) => {
    const input = inputs.find(one => one.value === target)
    if (input !== undefined) input.checked = true
    return input !== undefined
  }
  choose(recall('target'))
  for (const input of inputs) input.addEventListener('change', () => remember('target', input.value))
  const follow = () => {
    const id = decodeURIComponent(location.hash.slice(1))
    if (id === '') return
    const panel = document.getElementById(id)?.closest('.panel')
    if (panel !== null && panel !== undefined && choose(panel.id.slice(2))) panel.scrollIntoView()
  }
  addEventListener('hashchange', follow)
  follow()
}

function marks(): void {
  const by = new Map<string, Element[]>()
  const numbered = [...document.querySelectorAll<HTMLElement>('[data-m]')]
  for (const element of numbered)
    for (const number of (element.dataset.m ?? '').split(' '))
      if (number !== '') by.set(number, [...(by.get(number) ?? []), element])
  const light = (element: HTMLElement, on: boolean) => {
    for (const number of (element.dataset.m ?? '').split(' '))
      for (const other of by.get(number) ?? []) other.classList.toggle('on', on)
  }
  for (const element of numbered) {
    element.addEventListener('mouseenter', () => light(element, true))
    element.addEventListener('mouseleave', () => light(element, false))
    element.addEventListener('focusin', () => light(element, true))
    element.addEventListener('focusout', () => light(element, false))
  }
}

function contents(): void {
  const links = new Map(
    [...document.querySelectorAll<HTMLAnchorElement>('.toc a')].map(
      link => [decodeURIComponent(link.hash.slice(1)), link] as const,
    ),
  )
  if (links.size === 0) return
  const watcher = new IntersectionObserver(
    entries => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue
        for (const link of links.values()) link.classList.remove('now')
        links.get(entry.target.id)?.classList.add('now')
      }
    },
    { rootMargin: '0px 0px -75% 0px' },
  )
  for (const id of links.keys()) {
    const heading = document.getElementById(id)
    if (heading !== null) watcher.observe(heading)
  }
  // On a small screen the contents stand before the text.
  if (matchMedia('(max-width: 48rem)').matches) document.querySelector('.toc details')?.removeAttribute('open')
}

const rows = 50

async function seek(): Promise<void> {
  const place = document.querySelector<HTMLElement>('#seek')
  if (place === null) return
  const label = make('label', '', 'Search rules')
  label.htmlFor = 'q'
  const input = make('input', '')
  input.id = 'q'
  input.type = 'search'
  input.autocomplete = 'off'
  input.spellcheck = false
  const state = make('p', 'dim')
  state.setAttribute('role', 'status')
  const list = make('ol', 'hits')
  place.append(label, input, state, list)
  state.textContent = 'Loading the index …'
  let index: Index
  let values: Values | undefined
  try {
    index = (await (await fetch(`${root}search.json`)).json()) as Index
  } catch {
    state.textContent = 'The index could not be loaded; the lists below name every rule'
    return
  }
  const run = async () => {
    if (/\bvalue:/i.test(input.value) && values === undefined) {
      try {
        values = (await (await fetch(`${root}values.json`)).json()) as Values
      } catch {
        state.textContent = 'The values could not be loaded'
        return
      }
    }
    const found = search(index, input.value, rows, values)
    list.replaceChildren(...found.rows.map(row => hit(row, index)))
    const more = found.total > found.rows.length ? `, the first ${found.rows.length} are shown` : ''
    const unknown = found.unknown.length === 0 ? '' : `; not understood: ${found.unknown.join(' ')}`
    state.textContent = `${found.total} of ${index.rules.length} rules${more}${unknown}`
    const address = new URL(location.href)
    if (input.value === '') address.searchParams.delete('q')
    else address.searchParams.set('q', input.value)
    history.replaceState(null, '', address)
  }
  input.value = new URL(location.href).searchParams.get('q') ?? ''
  input.addEventListener('input', () => void run())
  for (const button of document.querySelectorAll<HTMLElement>('[data-try]')) button.hidden = false
  input.placeholder = `words, or ${names.slice(0, 4).join(':, ')}: …`
  input.focus()
  await run()
}

function hit(row: Row, index: Index): HTMLElement {
  const item = make('li', '')
  const link = make('a', '', row.title)
  link.href = `${root}d/${row.slug}/`
  const same = [...row.verdicts].filter(letter => letter === 's').length
  const about = make(
    'div',
    'dim',
    [row.level, row.techniques.join(' '), `same in ${same} of ${index.targets.length} targets`]
      .filter(text => text !== '')
      .join(' · '),
  )
  item.append(link, about, make('div', '', row.text))
  return item
}

theme()
code()
tabs()
marks()
contents()
void seek()

addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.open = true
})

addEventListener('keydown', event => {
  const { target } = event
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
  if (target instanceof HTMLInputElement && !/^(?:radio|checkbox)$/.test(target.type)) return
  if (target instanceof HTMLElement && (target.isContentEditable || /^(?:TEXTAREA|SELECT)$/.test(target.tagName))) return
  event.preventDefault()
  const input = document.querySelector<HTMLInputElement>('#q')
  if (input !== null) input.focus()
  else location.href = `${root}search/`
})
