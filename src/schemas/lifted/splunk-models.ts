// Datasets of Splunk's Common Information Model that no query is written for here, filled from the logs that are read: Web, Authentication, Change, and network traffic and names of sensors. Facts: https://docs.splunk.com/Documentation/CIM/latest/User and the fields that the add-ons for Microsoft Windows and for Zeek document.

import type { EventClass } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import type { Held } from './lifted.ts'
import { call, field, firstOf, literal } from './words.ts'

const is = (name: string, ...values: readonly (string | number)[]): Predicate => ({
  kind: 'or',
  args: values.map(value => ({
    kind: 'test',
    subject: field(name),
    match:
      typeof value === 'number' ? { kind: 'compare', op: '=', to: literal(value) } : { kind: 'glob', glob: [value], fold: true },
  })),
})

const there = (name: string): Predicate => ({ kind: 'test', subject: field(name), match: { kind: 'present' } })

/** The value for the first condition that holds. */
const choose = (branches: readonly (readonly [Predicate, Scalar])[], otherwise: Scalar): Scalar => ({
  kind: 'case',
  branches: branches.map(([when, then]) => ({ when, then })),
  otherwise,
})

/** What a field says unless it says nothing, which Windows writes as a hyphen. */
const said = (name: string): Scalar => choose([[is(name, '-', ''), literal(null)]], field(name))

/** Columns under the name of their dataset. */
const named = (dataset: string, columns: Readonly<Record<string, Scalar>>): Readonly<Record<string, Scalar>> =>
  Object.fromEntries(Object.entries(columns).map(([column, value]) => [`${dataset}.${column}`, value]))

const computer = field('Computer')
const host = { host: computer }

const url = choose(
  [[there('c-uri'), field('c-uri')]],
  choose(
    [[there('cs-uri-query'), call('concat', firstOf(field('cs-uri-stem'), literal('')), literal('?'), field('cs-uri-query'))]],
    field('cs-uri-stem'),
  ),
)

const web = named('Web', {
  url,
  url_length: call('length', url),
  uri_path: firstOf(field('cs-uri-stem'), field('c-uri')),
  uri_query: firstOf(field('cs-uri-query'), field('c-uri-query')),
  http_method: field('cs-method'),
  http_user_agent: firstOf(field('cs-user-agent'), field('c-useragent')),
  http_user_agent_length: call('length', firstOf(field('cs-user-agent'), field('c-useragent'))),
  http_referrer: firstOf(field('cs-referer'), field('cs-referrer')),
  status: field('sc-status'),
  src: firstOf(field('c-ip'), field('src_ip')),
  dest: firstOf(field('cs-host'), field('r-dns'), field('s-ip'), field('dst_ip'), computer),
  site: firstOf(field('cs-host'), field('r-dns')),
  url_domain: firstOf(field('r-dns'), field('cs-host')),
  user: field('cs-username'),
  bytes_out: field('sc-bytes'),
  bytes_in: field('cs-bytes'),
  dest_port: firstOf(field('s-port'), field('dst_port')),
})

const category = (name: string): EventClass => ({ category: name })
const security: EventClass = { product: 'windows', service: 'security' }

/** Logon types of the machine itself; the others come over the network. */
const local = is('LogonType', '2', '4', '5', '7', '11')

const logons: Held = {
  class: security,
  where: is('EventID', 4624, 4625, 4648, 4768, 4769, 4771, 4776),
  columns: {
    ...host,
    ...named('Authentication', {
      action: choose(
        [
          [is('EventID', 4625, 4771), literal('failure')],
          [is('EventID', 4624), literal('success')],
          [is('EventID', 4648), literal('success')],
        ],
        choose([[is('Status', '0x0', '0x00000000', '0'), literal('success')]], literal('failure')),
      ),
      app: choose(
        [
          [local, literal('win:local')],
          [is('EventID', 4624, 4625), literal('win:remote')],
        ],
        literal('win:unknown'),
      ),
      user: said('TargetUserName'),
      src_user: said('SubjectUserName'),
      dest: computer,
      src: firstOf(said('IpAddress'), said('WorkstationName'), said('Workstation')),
      signature_id: field('EventID'),
      signature: choose(
        [
          [is('EventID', 4624), literal('An account was successfully logged on')],
          [is('EventID', 4625), literal('An account failed to log on')],
          [is('EventID', 4648), literal('A logon was attempted using explicit credentials')],
          [is('EventID', 4768), literal('A Kerberos authentication ticket (TGT) was requested')],
          [is('EventID', 4769), literal('A Kerberos service ticket was requested')],
          [is('EventID', 4771), literal('Kerberos pre-authentication failed')],
        ],
        literal('The computer attempted to validate the credentials for an account'),
      ),
      authentication_method: firstOf(field('AuthenticationPackageName'), field('PackageName')),
      reason: firstOf(field('SubStatus'), field('FailureReason'), field('Status')),
    }),
  },
}

/** Accounts and groups, https://learn.microsoft.com/windows/security/threat-protection/auditing (Account Management). */
const accounts: Held = {
  class: security,
  where: is(
    'EventID',
    ...[
      4720, 4722, 4723, 4724, 4725, 4726, 4727, 4728, 4729, 4730, 4731, 4732, 4733, 4734, 4735, 4737, 4738, 4740, 4741, 4742,
      4743,
    ],
    ...[4754, 4755, 4756, 4757, 4758, 4767, 4781, 1102, 4719],
  ),
  columns: {
    ...host,
    ...named('All_Changes', {
      action: choose(
        [
          [is('EventID', 4720, 4727, 4731, 4741, 4754), literal('created')],
          [is('EventID', 4726, 4730, 4734, 4743, 4758), literal('deleted')],
          [is('EventID', 1102), literal('cleared')],
          [is('EventID', 4740), literal('lockout')],
          [is('EventID', 4767), literal('unlocked')],
        ],
        literal('modified'),
      ),
      object: firstOf(said('TargetUserName'), said('MemberName')),
      object_id: firstOf(said('TargetSid'), said('MemberSid')),
      object_category: choose(
        [
          [
            is('EventID', 4727, 4728, 4729, 4730, 4731, 4732, 4733, 4734, 4735, 4737, 4754, 4755, 4756, 4757, 4758),
            literal('group'),
          ],
        ],
        literal('user'),
      ),
      user: firstOf(said('TargetUserName'), said('SubjectUserName')),
      src_user: said('SubjectUserName'),
      src: computer,
      dest: computer,
      status: literal('success'),
      result_id: field('EventID'),
      change_type: literal('AAA'),
      vendor_product: literal('Microsoft Windows'),
    }),
  },
}

const cloud: Held = {
  class: { product: 'aws', service: 'cloudtrail' },
  columns: named('All_Changes', {
    command: field('eventName'),
    user: firstOf(field('userIdentity.userName'), field('userIdentity.principalId'), field('userIdentity.arn')),
    user_type: field('userIdentity.type'),
    user_agent: field('userAgent'),
    src: field('sourceIPAddress'),
    dest: field('eventSource'),
    status: choose([[there('errorCode'), literal('failure')]], literal('success')),
    result: firstOf(field('errorMessage'), field('errorCode')),
    vendor_region: field('awsRegion'),
    vendor_product: literal('Amazon Web Services'),
  }),
}

/** By dataset: what holds its events. */
export const modelHolds: Readonly<Record<string, readonly Held[]>> = {
  'Web.Web': [
    { class: category('webserver'), columns: { ...host, ...web } },
    { class: category('proxy'), columns: { ...host, ...web } },
  ],
  'Authentication.Authentication': [logons],
  'Change.All_Changes': [accounts, cloud],
  'Network_Traffic.All_Traffic': [
    {
      class: category('firewall'),
      columns: {
        ...host,
        ...named('All_Traffic', {
          src: field('src_ip'),
          src_ip: field('src_ip'),
          src_port: field('src_port'),
          dest: field('dst_ip'),
          dest_ip: field('dst_ip'),
          dest_port: field('dst_port'),
          action: firstOf(field('action'), literal('allowed')),
          dvc: computer,
        }),
      },
    },
  ],
  'Network_Resolution.DNS': [
    {
      class: category('dns'),
      columns: {
        ...host,
        ...named('DNS', {
          query: field('query'),
          answer: firstOf(field('answer'), field('answers')),
          record_type: firstOf(field('record_type'), field('qtype_name')),
          reply_code: firstOf(field('reply_code'), field('rcode_name')),
          src: field('src_ip'),
          dest: field('dst_ip'),
        }),
      },
    },
  ],
}

/** Other logs that raw searches look at, with the source type that their add-ons give them; their fields keep their names. */
export const searchHolds: readonly Held[] = (
  [
    [{ product: 'aws', service: 'cloudtrail' }, 'aws:cloudtrail'],
    [{ product: 'okta', service: 'okta' }, 'OktaIM2:log'],
    [{ product: 'm365' }, 'o365:management:activity'],
    [{ product: 'azure' }, 'azure:monitor:aad'],
    [{ product: 'gcp' }, 'google:gcp:pubsub:message'],
    [{ product: 'kubernetes' }, 'kube:audit'],
    [{ product: 'github' }, 'github:audit'],
    [{ product: 'suricata' }, 'suricata'],
    [{ product: 'zeek', service: 'ssl' }, 'zeek:ssl:json'],
    [{ product: 'zeek', service: 'x509' }, 'zeek:x509:json'],
    [{ product: 'zeek', service: 'dce_rpc' }, 'zeek:rpc:json'],
    [{ product: 'zeek', service: 'http' }, 'zeek:http:json'],
    [{ product: 'zeek', service: 'dns' }, 'zeek:dns:json'],
    [{ product: 'zeek', service: 'conn' }, 'zeek:conn:json'],
    [{ category: 'webserver' }, 'access_combined'],
    [{ category: 'proxy' }, 'bluecoat'],
  ] as const
).map(([of, sourcetype]) => ({ class: of, columns: { sourcetype: literal(sourcetype), source: literal(sourcetype) } }))
