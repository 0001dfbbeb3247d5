// What the site gives programs is what its schemas say: checked with a validator of our own, over the fixture and over rules of the pack.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalog } from '../../src/catalog.ts'
import { apiFiles, schemaOf } from '../../src/pages/api.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'
import { bare, full } from './fixture.ts'
import { shelfOf } from './shelf.ts'

interface Schema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** What of a value is not as a schema says, by path. */
function wrong(value: unknown, schema: Schema, root: Schema, at = ''): readonly string[] {
  if (schema.$ref !== undefined) return wrong(value, root.$defs![schema.$ref.replace('#/$defs/', '')]!, root, at)
  if (schema.enum !== undefined)
    return schema.enum.includes(value) ? [] : [`${at}: ${String(value)} is none of ${schema.enum.join()}`]
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
  if (type !== schema.type) return [`${at}: ${type} instead of ${schema.type}`]
  if (type === 'array') return (value as unknown[]).flatMap((one, place) => wrong(one, schema.items!, root, `${at}/${place}`))
  if (type !== 'object') return []
  const of = value as Readonly<Record<string, unknown>>
  return [
    ...(schema.required ?? []).filter(key => !Object.hasOwn(of, key)).map(key => `${at}: no ${key}`),
    ...Object.entries(of).flatMap(([key, one]) => {
      const own = schema.properties?.[key]
      if (own !== undefined) return wrong(one, own, root, `${at}/${key}`)
      if (schema.additionalProperties === false) return [`${at}: "${key}" is not in the schema`]
      return typeof schema.additionalProperties === 'object' ? wrong(one, schema.additionalProperties, root, `${at}/${key}`) : []
    }),
  ]
}

const held = (name: string, value: unknown): readonly string[] => {
  const schema = schemaOf(name) as Schema
  return wrong(value, schema, schema)
}

/** As it is in a file. */
const written = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('the validator', () => {
  it('tells what is missing, too much, of another type or another word', () => {
    expect(held('finding', { code: 1, severity: 'x', message: 'm', more: 1 })).toEqual([
      '/code: number instead of string',
      '/severity: x is none of error,warning,note',
      ': "more" is not in the schema',
    ])
    expect(held('finding', { code: 'A' })).toEqual([': no severity', ': no message'])
  })
})

describe('documents for programs', async () => {
  const names = ['tun-001-plink-forward.yml', 'tun-008-ngrok.yml'].map(name => `packs/t1572/rules/${name}`)
  const documents = names.map(name => ({ name, text: readFileSync(name, 'utf8') }))
  const atomics = [
    {
      name: 'T1572.yaml',
      text: 'attack_technique: T1572\ndisplay_name: x\natomic_tests:\n- name: a\n  auto_generated_guid: 9a000000-0000-4000-8000-000000000001\n  description: x\n  supported_platforms: [windows]\n  executor: { name: command_prompt, command: "plink.exe -R 1:h:2 x" }\n',
    },
  ]
  const own = await catalog(readRules(documents).value!, {
    documents,
    atomics,
    targets: ['defender', 'splunk', 'grep'].map(id => targetOf(id)!),
  })
  for (const [title, shelf] of [
    ['the fixture', shelfOf([full, bare])],
    ['rules of the pack', own],
  ] as const) {
    it(`hold to their schemas: ${title}`, async () => {
      const site = { name: 'Rules', attack: shelf.catalog.attack, build: 'test', base: 'https://rules.example/' }
      const files = new Map(apiFiles(shelf.catalog, site).map(file => [file.path, file.text]))
      const index = JSON.parse(files.get('v1/index.json')!)
      expect(held('index', index)).toEqual([])
      expect(index.rules).toBe(shelf.catalog.briefs.length)
      for (const { path, schema } of index.resources as { path: string; schema: string }[]) {
        expect(files.has(schema), schema).toBe(true)
        if (path.includes('{')) continue
        const name = /schema\/(\w+)\.json/.exec(schema)![1]!
        expect(JSON.parse(files.get(schema)!)).toEqual(schemaOf(name))
        const text = files.get(path)!
        const values = path.endsWith('.jsonl') ? text.trimEnd().split('\n') : [text]
        for (const value of values) expect(held(name, JSON.parse(value)), path).toEqual([])
      }
      for (const brief of shelf.catalog.briefs)
        expect(held('entry', written(await shelf.entry(brief.slug))), brief.slug).toEqual([])
    })
  }
})
