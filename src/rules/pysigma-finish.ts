// What a processing pipeline does with finished queries: postprocessing of each, finalizers over all of a target.

import type { Value } from '../ir/event.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Item, ProcessingPipeline } from './pysigma.ts'
import { attribute, type Going, python, ruleHolds, Undecidable } from './pysigma-conditions.ts'
import { fill, TemplateError, written } from './pysigma-template.ts'

/** The attributes of a rule that templates may name. */
const attributes = [
  'id',
  'name',
  'title',
  'level',
  'status',
  'description',
  'author',
  'date',
  'modified',
  'tags',
  'references',
  'falsepositives',
  'fields',
  'logsource',
  'custom_attributes',
]

function attempt(work: () => string): Outcome<string> {
  try {
    return { value: work(), diagnostics: [] }
  } catch (error) {
    const told = (code: string, message: string): Outcome<string> => ({
      diagnostics: [{ code, severity: 'error', message } satisfies Diagnostic],
    })
    if (error instanceof TemplateError) return told('PSG104', `the template cannot be filled in: ${error.message}`)
    if (error instanceof Undecidable) return told('PSG003', error.message)
    throw error
  }
}

const outside = (item: Item): void => {
  for (const name of ['path', 'vars'])
    if (item.params[name] !== undefined && item.params[name] !== null) throw new TemplateError(`its "${name}" would read a file`)
}

const pipelineValues = (pipeline: ProcessingPipeline, state: Readonly<Record<string, Value>>): Value => ({
  state,
  vars: pipeline.vars,
})

/** A query after the postprocessing items of a pipeline. */
export function postprocess(text: string, going: Going, pipeline: ProcessingPipeline): Outcome<string> {
  const rule = Object.fromEntries(attributes.map(name => [name, attribute(going, name) ?? null]))
  const values = (query: string) => ({ query, rule, pipeline: pipelineValues(pipeline, Object.fromEntries(going.state)) })
  const run = (items: readonly Item[], start: string): string => {
    let query = start
    for (const item of items) {
      if (!ruleHolds(item.rule, going, [])) continue
      const { params } = item
      switch (item.type) {
        case 'embed':
          query = String(params.prefix ?? '') + query + String(params.suffix ?? '')
          break
        case 'simple_template':
          query = formatted(String(params.template), values(query))
          break
        case 'template':
          outside(item)
          query = fill(String(params.template), values(query))
          break
        case 'json':
          query = embedded(String(params.json_template), query)
          break
        case 'replace':
          query = python(String(params.pattern)).replace(query, String(params.replacement))
          break
        default:
          query = run(item.items, query)
      }
      if (item.id !== undefined) going.applied.add(item.id)
    }
    return query
  }
  return attempt(() => run(pipeline.postprocessing, text))
}

/** Python's `str.format` with names, attributes and indices. */
function formatted(template: string, values: Readonly<Record<string, Value>>): string {
  return template.replace(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g, (whole, path: string | undefined) => {
    if (whole === '{{' || whole === '}}') return whole[0]!
    if (path === undefined || !/^\w+(?:\.\w+|\[\w+\])*$/.test(path)) throw new TemplateError(`"${whole}" cannot be read`)
    let value: Value | undefined = values as Value
    for (const step of path.split(/[.[\]]+/).filter(part => part !== '')) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
        throw new TemplateError(`there is no "${path}"`)
      value = (value as Readonly<Record<string, Value>>)[step]
    }
    return written(value)
  })
}

/** Python's `json.dumps`: a blank after commas and colons, or lines of so many blanks. */
function dumped(value: Value, indent: number | undefined, depth = 0): string {
  const line = indent === undefined ? '' : `\n${' '.repeat(indent * (depth + 1))}`
  const end = indent === undefined ? '' : `\n${' '.repeat(indent * depth)}`
  const comma = indent === undefined ? ', ' : `,${line}`
  if (typeof value !== 'object' || value === null)
    return (JSON.stringify(value) ?? 'null').replace(
      /[\u007f-\uffff]/g,
      sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
  if (depth > 200) throw new TemplateError('it is nested too deep')
  const list = Array.isArray(value)
    ? value.map((one: Value) => dumped(one, indent, depth + 1))
    : Object.entries(value).map(([key, one]) => `${dumped(key, indent)}: ${dumped(one, indent, depth + 1)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return list.length === 0 ? `${open}${close}` : `${open}${line}${list.join(comma)}${end}${close}`
}

function embedded(template: string, query: string): string {
  let read: Value
  try {
    read = JSON.parse(template) as Value
  } catch {
    throw new TemplateError('"json_template" is no JSON')
  }
  const put = (value: Value): Value => {
    if (value === '%QUERY%') return query
    if (Array.isArray(value)) return value.map(put)
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, put(one)]))
    return value
  }
  return dumped(put(read), undefined)
}

/** The output of a target: its queries, put together by the finalizers of a pipeline. */
export function finalize(queries: readonly string[], pipeline: ProcessingPipeline): Outcome<string> {
  const run = (items: readonly Item[], start: Value): Value => {
    let output = start
    for (const item of items) {
      const { params } = item
      const list = (Array.isArray(output) ? output : [output]) as readonly Value[]
      const indent = typeof params.indent === 'number' ? Math.min(20, params.indent) : undefined
      switch (item.type) {
        case 'concat':
          output =
            String(params.prefix ?? '') + list.map(written).join(String(params.separator ?? '\n')) + String(params.suffix ?? '')
          break
        case 'json':
          output = dumped(output, indent)
          break
        case 'yaml':
          // Texts in double quotes are YAML whatever is in them.
          output = list.map(one => `- ${JSON.stringify(written(one))}\n`).join('')
          break
        case 'template':
          outside(item)
          output = fill(String(params.template), { queries: output, pipeline: pipelineValues(pipeline, {}) })
          break
        default:
          output = run(item.items, output)
      }
    }
    return output
  }
  return attempt(() => {
    const output = run(pipeline.finalizers, [...queries])
    return typeof output === 'string' ? output : (output as readonly Value[]).map(written).join('\n')
  })
}
