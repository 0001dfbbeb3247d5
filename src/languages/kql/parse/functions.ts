// The functions of KQL as data: how many arguments, what type comes back, and what an unnamed column of one is called (https://learn.microsoft.com/kusto/query/scalar-functions).

import type { ValueType } from '../../../ir/predicate.ts'

/**
 * The type of a result: fixed; that of the first argument (`first`); the common one of all (`common`), or of those that are values (`values`: branches of iff and case);
 * the widest number (`widest`); what a `typeof` among the arguments says, or string (`said`).
 */
export type Result = ValueType | 'first' | 'common' | 'values' | 'widest' | 'said'

/** What an unnamed column is called: after the function's first argument, after the function and it (`strlen_x`), or not at all. */
export type Naming = 'argument' | 'both' | 'none' | `prefix:${string}`

export interface FunctionFacts {
  readonly least: number
  readonly most: number
  readonly result: Result
  readonly naming: Naming
  /** The name that the function is known by when this is an older or other spelling. */
  readonly canonical: string
  /** Whether a value comes back whatever the arguments are. */
  readonly sure: boolean
}

/** A line of the table: `name(least-most)`, `*` for any number; `=other` for another spelling of `other`. */
const rows: readonly (readonly [result: Result, naming: Naming, names: string])[] = [
  [
    'string',
    'none',
    `strcat(1-64) strcat_array(2) strcat_delim(3-64) strrep(2-3) toupper(1) tolower(1) substring(2-3) regex_quote(1) reverse(1) replace_regex(3)
    replace=replace_regex(3) replace_string(3) replace_strings(3) trim(2) trim_start(2) trim_end(2) translate(3) make_string(1-64) unicode_codepoints_to_string(1-64)
    url_encode(1) url_encode_component(1) url_decode(1) base64_encode_tostring(1) base64_encodestring=base64_encode_tostring(1) base64_decode_tostring(1)
    base64_decodestring=base64_decode_tostring(1) base64_encode_fromarray(1) base64_encode_fromguid(1) gzip_decompress_from_base64_string(1)
    gzip_compress_to_base64_string(1) zlib_decompress_from_base64_string(1) zlib_compress_to_base64_string(1) parse_ipv6(1) parse_ipv6_mask(2) hash_sha256(1)
    hash_md5(1) hash_sha1(1) dynamic_to_json(1) punycode_to_string(1) punycode_from_string(1) punycode_domain_to_string(1) punycode_domain_from_string(1)
    format_ipv4(1-2) format_ipv4_mask(2) geo_point_to_geohash(2-3) geo_point_to_s2cell(2-3) geo_point_to_h3cell(2-3) current_database(0) current_principal(0)
    current_cluster_endpoint(0) cursor_current(0) current_cursor(0) row_id(0) array_strcat=strcat_array(2)`,
  ],
  ['string', 'argument', 'tostring(1) tohex(1-2) format_datetime(2) format_timespan(2) format_bytes(1-3)'],
  ['string', 'prefix:type', 'gettype(1)'],
  ['said', 'none', 'extract(3-4) extract_json(2-3) extractjson=extract_json(2-3)'],
  [
    'long',
    'none',
    `strcmp(2) indexof(2-5) indexof_regex(2-5) has_any_index(2) countof(2-3) parse_ipv4(1) parse_ipv4_mask(2) datetime_diff(3) hash(1-2) hash_xxhash64(1-2)
    hash_combine(2-64) hash_many(1-64) array_length(1) arraylength=array_length(1) array_index_of(2-5) ipv4_compare(2-3) ipv6_compare(2-3) ipv4_netmask_suffix(1)
    row_number(0-2) row_rank(1-2) row_rank_dense(1-2) row_rank_min(1-2) estimate_data_size(1-64)`,
  ],
  ['long', 'both', 'strlen(1) string_size(1) dcount_hll(1)'],
  [
    'long',
    'argument',
    'tolong(1) binary_and(2) binary_or(2) binary_xor(2) binary_not(1) binary_shift_left(2) binary_shift_right(2) bitset_count_ones(1)',
  ],
  ['int', 'argument', 'toint(1)'],
  [
    'int',
    'none',
    'dayofmonth(1) dayofyear(1) hourofday(1) week_of_year(1) weekofyear=week_of_year(1) monthofyear(1) getyear(1) getmonth(1) datetime_part(2) datepart=datetime_part(2)',
  ],
  [
    'real',
    'argument',
    'toreal(1) todouble=toreal(1) pow(2) sqrt(1) log(1) log2(1) log10(1) exp(1) exp2(1) exp10(1) cos(1) sin(1) tan(1) acos(1) asin(1) atan(1) atan2(2) rand(0-1) gamma(1) loggamma(1) erf(1) erfc(1)',
  ],
  [
    'real',
    'none',
    `pi(0) cot(1) degrees(1) radians(1) sign(1) array_sum(1) series_sum(1) series_product(1) series_magnitude(1) series_pearson_correlation(2) series_dot_product(2)
    series_cosine_similarity(2-4) geo_distance_2points(4-5) geo_distance_point_to_line(3) geo_angle(6) geo_azimuth(4) geo_polygon_area(1) geo_line_length(1) beta_cdf(3)
    beta_inv(3) beta_pdf(3) welch_test(6) convert_angle(3) convert_energy(3) convert_force(3) convert_length(3) convert_mass(3) convert_speed(3)
    convert_temperature(3) convert_volume(3) percentrank_tdigest(2) rank_tdigest(2)`,
  ],
  ['decimal', 'argument', 'todecimal(1)'],
  ['decimal', 'none', 'parse_version(1)'],
  ['bool', 'argument', 'tobool(1) toboolean=tobool(1)'],
  [
    'bool',
    'none',
    `not(1) isnull(1) isnotnull(1) notnull=isnotnull(1) isempty(1) isnotempty(1) notempty=isnotempty(1) isascii(1) isutf8(1) isnan(1) isinf(1) isfinite(1)
    set_has_element(2) set_equals(2) bag_has_key(2) ipv4_is_match(2-3) ipv4_is_private(1) ipv4_is_in_range(2) ipv4_is_in_any_range(2-64) ipv6_is_match(2-3)
    ipv6_is_in_range(2) ipv6_is_in_any_range(2-64) has_ipv4(2) has_ipv4_prefix(2) has_any_ipv4(2-64) has_any_ipv4_prefix(2-64) around(3) assert(2)
    geo_point_in_circle(5) geo_point_in_polygon(3) iscolumnexists(1) current_principal_is_member_of(1-64) cursor_after(1) cursor_before_or_at(1)`,
  ],
  ['datetime', 'argument', 'todatetime(1) startofday(1-2) make_datetime(1-7)'],
  [
    'datetime',
    'none',
    `startofweek(1-2) startofmonth(1-2) startofyear(1-2) endofday(1-2) endofweek(1-2) endofmonth(1-2) endofyear(1-2) now(0-1) ago(1) datetime_add(3)
    datetime_local_to_utc(2) datetime_utc_to_local(2) unixtime_seconds_todatetime(1) unixtime_milliseconds_todatetime(1) unixtime_microseconds_todatetime(1)
    unixtime_nanoseconds_todatetime(1)`,
  ],
  ['datetime', 'prefix:$IngestionTime', 'ingestion_time(0)'],
  ['timespan', 'argument', 'totimespan(1) totime=totimespan(1) make_timespan(2-4)'],
  ['timespan', 'none', 'dayofweek(1)'],
  ['guid', 'argument', 'toguid(1)'],
  ['guid', 'none', 'new_guid(0) base64_decode_toguid(1) extent_id(0)'],
  [
    'dynamic',
    'argument',
    `parse_json(1) todynamic=parse_json(1) toobject=parse_json(1) parsejson=parse_json(1) parse_csv(1) parse_xml(1) split(2-3) series_fir(2-4) series_iir(3)
    series_fill_backward(1-2) series_fill_forward(1-2) series_fill_const(1-3) series_fill_linear(1-4) series_outliers(1-6)`,
  ],
  [
    'dynamic',
    'none',
    `parse_command_line(2) extract_all(2-3) extractall=extract_all(2-3) unicode_codepoints_from_string(1) to_utf8(1) base64_decode_toarray(1) parse_url(1) parseurl=parse_url(1)
    parse_urlquery(1) parseurlquery=parse_urlquery(1) parse_path(1) parse_user_agent(1-2) range(2-3) array_concat(1-64) array_iff(3) array_iif=array_iff(3)
    array_slice(3) array_split(2) array_shift_left(2-3) array_shift_right(2-3) array_reverse(1) array_rotate_left(2) array_rotate_right(2) array_sort_asc(1-64)
    array_sort_desc(1-64) bag_keys(1) zip(2-64) bag_pack(2-1000) pack=bag_pack(2-1000) pack_dictionary=bag_pack(2-1000) pack_all(0-1) pack_array(1-1000) set_union(2-64)
    set_intersect(2-64) set_difference(2-64) bag_merge(2-64) bag_remove_keys(2) bag_set_key(3) bag_zip(2) jaccard_index(2) geo_info_from_ip_address(1)
    series_stats_dynamic(1-2) series_fit_line_dynamic(1) series_fit_2lines_dynamic(1) series_add(2) series_subtract(2) series_multiply(2) series_divide(2) series_abs(1)
    series_greater(2) series_less(2) series_equals(2) series_decompose_forecast(2-5) series_seasonal(1-3) ipv4_range_to_cidr_list(2) geo_geohash_to_central_point(1)
    current_principal_details(0) extent_tags(0) hll_merge(2-16) tdigest_merge(2-16)`,
  ],
  ['dynamic', 'prefix:repeat', 'repeat(2)'],
  ['dynamic', 'prefix:tree', 'treepath(1)'],
  ['first', 'argument', 'round(1-2) ceiling(1) abs(1)'],
  ['first', 'none', 'row_cumsum(1-2) row_window_session(3-4) prev(1-3) next(1-3)'],
  ['widest', 'argument', 'bin(2) floor=bin(2) bin_at(3) bin_auto(1)'],
  ['values', 'none', 'iff(3) iif=iff(3) case(3-64)'],
  ['common', 'none', 'coalesce(2-64) max_of(2-64) min_of(2-64)'],
]

/** Functions that say something of every value, also of none. */
const sure: ReadonlySet<string> = new Set([
  'isnull',
  'isnotnull',
  'isempty',
  'isnotempty',
  'now',
  'ago',
  'ingestion_time',
  'row_number',
  'new_guid',
  'rand',
  'pi',
])

const table: ReadonlyMap<string, FunctionFacts> = new Map(
  rows.flatMap(([result, naming, names]) =>
    names.split(/\s+/).map((entry): readonly [string, FunctionFacts] => {
      const [, name, other, least, most] = /^(\w+)(?:=(\w+))?\((\d+)(?:-(\d+))?\)$/.exec(entry)!
      const canonical = other ?? name!
      return [
        name!,
        {
          least: Number(least),
          most: Number(most ?? least),
          result,
          naming,
          canonical,
          sure: sure.has(canonical) || result === 'string',
        },
      ]
    }),
  ),
)

/** What is known of a function, by the name it is called by. */
export const functionFacts = (name: string): FunctionFacts | undefined => table.get(name)

/** Every name, for suggestions and for the test that compares them with the vendor's parser. */
export const functionNames = (): readonly string[] => [...table.keys()]

/** What a function asks for that is not here: it gives nothing, which is told. */
export const unanswered: Readonly<Record<string, string>> = {
  geo_info_from_ip_address: 'where addresses are',
  parse_user_agent: 'which browsers and systems call themselves what',
}

/** Functions of Kusto that are known and not computed; those that give several columns are among them. */
export const uncomputed: ReadonlySet<string> = new Set(
  `series_decompose series_decompose_anomalies series_decompose_forecast series_fit_line series_fit_line_dynamic series_fit_2lines series_fit_2lines_dynamic series_stats
  series_stats_dynamic series_outliers series_periods_detect series_periods_validate series_seasonal series_fir series_iir series_fill_linear series_fit_poly series_fft
  series_ifft series_greater series_less series_equals series_abs series_product series_magnitude series_pearson_correlation series_dot_product series_cosine_similarity
  gamma loggamma erf erfc beta_cdf beta_inv beta_pdf welch_test bin_auto hash hash_xxhash64 hash_combine hash_many datetime_local_to_utc datetime_utc_to_local
  gzip_decompress_from_base64_string gzip_compress_to_base64_string zlib_decompress_from_base64_string zlib_compress_to_base64_string
  base64_encode_fromguid base64_decode_toguid punycode_to_string punycode_from_string punycode_domain_to_string punycode_domain_from_string parse_ipv6 parse_ipv6_mask
  ipv4_range_to_cidr_list geo_distance_2points geo_distance_point_to_line geo_angle geo_azimuth geo_polygon_area geo_line_length geo_point_in_circle geo_point_in_polygon
  geo_point_to_geohash geo_point_to_s2cell geo_point_to_h3cell geo_geohash_to_central_point dcount_hll hll_merge tdigest_merge percentrank_tdigest rank_tdigest
  convert_angle convert_energy convert_force convert_length convert_mass convert_speed convert_temperature convert_volume current_database current_principal
  current_principal_details current_principal_is_member_of current_cluster_endpoint cursor_current current_cursor cursor_after cursor_before_or_at row_id extent_id
  extent_tags iscolumnexists assert`.split(/\s+/),
)

/** The measures of `summarize` (https://learn.microsoft.com/kusto/query/aggregation-functions). */
export interface MeasureFacts {
  readonly least: number
  readonly most: number
  readonly result: ValueType | 'first' | 'sum' | 'average'
  /** What comes before the measured column's name in an unnamed column; undefined where the name is the column's own. */
  readonly prefix: string | undefined
  /** The measure in the tree; its argument at `condition` says which rows take part. */
  readonly fn: string
  readonly condition?: number
}

const measureRows: readonly (readonly [MeasureFacts['result'], string])[] = [
  [
    'long',
    `count(0-1):count/count countif(1):countif/count?0 cnt(0):cnt/count dcount(1-2):dcount/distinct dcountif(2-3):dcountif/distinct?1
    count_distinct(1):count_distinct/distinct count_distinctif(2):count_distinctif/distinct?1`,
  ],
  ['sum', 'sum(1):sum/sum sumif(2):sumif/sum?1'],
  ['average', 'avg(1):avg/avg avgif(2):avgif/avg?1'],
  [
    'first',
    `min(1):min/min minif(2):minif/min?1 max(1):max/max maxif(2):maxif/max?1 take_any(1-64):-/any any(1-64):any/any take_anyif(2):-/any?1 anyif(2):anyif/any?1
    binary_all_and(1):-/kusto:binary_all_and binary_all_or(1):-/kusto:binary_all_or binary_all_xor(1):-/kusto:binary_all_xor passthrough(1):-/any`,
  ],
  [
    'dynamic',
    `make_set(1-2):set/values makeset(1-2):set/values make_set_if(2-3):set/values?1 make_list(1-2):list/list makelist(1-2):list/list make_list_if(2-3):list/list?1
    make_list_with_nulls(1):list/kusto:make_list_with_nulls make_bag(1-2):bag/kusto:make_bag make_bag_if(2-3):bag/kusto:make_bag?1 make_dictionary(1-2):dictionary/kusto:make_bag
    buildschema(1):schema/kusto:buildschema hll(1-2):hll/kusto:hll hll_if(2-3):hll_if/kusto:hll?1 hll_merge(1):hll_merge/kusto:hll_merge tdigest(1-2):tdigest/kusto:tdigest
    tdigest_merge(1):merge_tdigests/kusto:tdigest_merge`,
  ],
  [
    'real',
    `stdev(1):stdev/stdev stdevif(2):stdevif/stdev?1 stdevp(1):stdevp/kusto:stdevp variance(1):variance/variance varianceif(2):varianceif/variance?1
    variancep(1):variancep/kusto:variancep variancepif(2):variancepif/kusto:variancep?1 covariance(2):covariance/kusto:covariance covariancep(2):covariancep/kusto:covariancep`,
  ],
]

const measures: ReadonlyMap<string, MeasureFacts> = new Map(
  measureRows.flatMap(([result, names]) =>
    names.split(/\s+/).map((entry): readonly [string, MeasureFacts] => {
      const [, name, least, most, prefix, fn, condition] = /^(\w+)\((\d+)(?:-(\d+))?\):([\w-]+)\/([\w:]+)(?:\?(\d))?$/.exec(
        entry,
      )!
      return [
        name!,
        {
          least: Number(least),
          most: Number(most ?? least),
          result,
          prefix: prefix === '-' ? undefined : prefix!,
          fn: fn!,
          ...(condition === undefined ? {} : { condition: Number(condition) }),
        },
      ]
    }),
  ),
)

/** What is known of a measure. `arg_max`, `arg_min` and percentiles have rules of their own. */
export const measureFacts = (name: string): MeasureFacts | undefined => measures.get(name)

/** Measures with rules of their own. */
export const ownMeasures: ReadonlySet<string> = new Set([
  'arg_max',
  'arg_min',
  'argmax',
  'argmin',
  'percentile',
  'percentiles',
  'percentiles_array',
  'percentilew',
  'percentilesw',
])

/** Whether a name is a measure's. */
export const isMeasure = (name: string): boolean => measures.has(name) || ownMeasures.has(name)

export const measureNames = (): readonly string[] => [...measures.keys(), ...ownMeasures]
