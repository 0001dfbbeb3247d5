// The kinds of pySigma 1.5 processing pipelines as data: every transformation, condition, postprocessing and finalizer with the names of its parameters.

/** The parameters of a kind. `outside`: it would reach outside of the rule, which is never done; `instead` says what to write. */
export interface Shape {
  readonly required: readonly string[]
  readonly optional: readonly string[]
  readonly outside?: string
  readonly instead?: string
}

const of = (required = '', optional = ''): Shape => ({
  required: required.split(' ').filter(word => word !== ''),
  optional: optional.split(' ').filter(word => word !== ''),
})

const external = (outside: string): Shape => ({
  ...of(),
  outside,
  instead: 'put the values into "vars" and use value_placeholders',
})

const template = 'path autoescape vars'

export const kinds = {
  transformations: {
    field_name_mapping: of('mapping'),
    field_name_prefix_mapping: of('mapping'),
    field_name_transform: { ...of(), outside: 'calls a Python function', instead: 'write the names as field_name_mapping' },
    field_name_suffix: of('suffix'),
    field_name_prefix: of('prefix'),
    drop_detection_item: of(),
    hashes_fields: of('valid_hash_algos', 'field_prefix drop_algo_prefix field_to_parse'),
    extract_fields: of('regex', 'field_prefix preserve_unmatched'),
    wildcard_placeholders: of('', 'include exclude'),
    value_placeholders: of('', 'include exclude'),
    query_expression_placeholders: of('expression', 'include exclude mapping'),
    file_placeholders: external('reads a file'),
    http_placeholders: external('asks the network'),
    command_placeholders: external('runs a command'),
    add_condition: of('conditions', 'name template negated'),
    change_logsource: of('', 'category product service'),
    add_field: of('field'),
    remove_field: of('field'),
    set_field: of('fields'),
    replace_string: of('regex replacement', 'skip_special interpret_special'),
    map_string: of('mapping'),
    set_state: of('key val'),
    regex: of('', 'method'),
    set_value: of('value', 'force_type'),
    convert_type: of('target_type'),
    rule_failure: of('message'),
    detection_item_failure: of('message'),
    strict_field_mapping_failure: of(),
    set_custom_attribute: of('attribute value'),
    nest: of('items'),
    case: of('', 'method'),
  },
  postprocessing: {
    embed: of('', 'prefix suffix'),
    simple_template: of('template'),
    template: of('template', template),
    json: of('json_template'),
    replace: of('pattern replacement'),
    nest: of('items'),
  },
  finalizers: {
    concat: of('', 'separator prefix suffix'),
    json: of('', 'indent'),
    yaml: of('', 'indent'),
    template: of('template', template),
    nested: of('finalizers'),
  },
  rule_conditions: {
    logsource: of('', 'category product service'),
    contains_detection_item: of('field value'),
    contains_field: of('field'),
    processing_item_applied: of('processing_item_id'),
    processing_state: of('key val', 'op'),
    is_sigma_rule: of(),
    is_sigma_correlation_rule: of(),
    rule_attribute: of('attribute value', 'op'),
    tag: of('tag'),
  },
  detection_item_conditions: {
    match_string: of('cond pattern', 'negate'),
    match_value: of('cond value'),
    contains_wildcard: of('cond'),
    is_null: of('cond'),
    processing_item_applied: of('processing_item_id'),
    processing_state: of('key val', 'op'),
  },
  field_name_conditions: {
    include_fields: of('fields', 'mode'),
    exclude_fields: of('fields', 'mode'),
    processing_item_applied: of('processing_item_id'),
    processing_state: of('key val', 'op'),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Shape>>>> as Readonly<
  Record<
    | 'transformations'
    | 'postprocessing'
    | 'finalizers'
    | 'rule_conditions'
    | 'detection_item_conditions'
    | 'field_name_conditions',
    Readonly<Record<string, Shape>>
  >
>
