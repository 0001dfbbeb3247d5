// Requests to web servers and through proxies under Sigma's names: W3C extended logs (IIS, Blue Coat), Apache, nginx and Squid, whose format gives them the W3C identifiers. Facts: https://www.w3.org/TR/WD-logfile, https://learn.microsoft.com/windows/win32/http/w3c-logging, Sigma's taxonomy (categories webserver and proxy).

import { contains as containing } from '../ir/glob.ts'
import type { Predicate } from '../ir/predicate.ts'
import { and, exists, is, not, or } from './ask.ts'
import type { Mapping, Schema } from './schema.ts'

/** What SigmaHQ's rules call the W3C identifiers, and a few spellings of products. */
const request: Readonly<Record<string, Mapping | readonly Mapping[]>> = {
  'cs-user-agent': ['cs(User-Agent)', 'cs-user-agent'],
  'c-useragent': ['cs(User-Agent)', 'cs-user-agent', 'c-useragent'],
  'cs-referer': ['cs(Referer)', 'cs-referer'],
  'cs-referrer': ['cs(Referer)', 'cs-referer'],
  'cs-cookie': ['cs(Cookie)', 'cs-cookie'],
  'cs-host': ['cs-host', 'cs(Host)'],
  'cs-content-type': ['cs(Content-Type)', 'cs-content-type'],
  'sc-content-type': ['rs(Content-Type)', 'sc(Content-Type)'],
  src_ip: 'c-ip',
  client_ip: 'c-ip',
  src_port: 'c-port',
  dst_ip: ['s-ip', 'r-ip'],
  dst_port: ['s-port', 'r-port'],
  'url.query': 'cs-uri-query',
}

/** Requests as a web server logs them. Rules ask `cs-uri-query` for the query and for path and query in one; either answers. */
export const webserver: Schema = {
  id: 'webserver',
  title: 'Web server requests (IIS, Apache, nginx)',
  recognise: and(
    or(exists('cs-method'), exists('cs-uri-stem')),
    not(
      or(exists('s-action'), exists('sc-filter-result'), exists('cs-categories'), exists('cs-uri-scheme'), exists('s-hierarchy')),
    ),
  ),
  tables: [
    {
      name: 'requests',
      holds: [{ class: { category: 'webserver' } }, { class: { product: 'iis' } }],
      fields: {
        ...request,
        'cs-uri-query': ['cs-uri-query', { column: 'cs-uri-stem', derived: 'cs-uri' }],
        'c-uri': ['cs-uri', { column: 'cs-uri-stem', derived: 'cs-uri' }],
        'c-uri-query': 'cs-uri-query',
        'c-uri-stem': 'cs-uri-stem',
      },
      otherwise: ['*'],
    },
  ],
  time: ['@timestamp', 'timestamp', '_time'],
  host: ['s-computername', 'cs-host', 's-ip'],
  user: ['cs-username'],
  channel: ['s-sitename'],
  render: 'message',
}

const contains = (name: string, text: string): Predicate => ({
  kind: 'test',
  subject: { kind: 'field', name },
  match: { kind: 'glob', glob: containing(text), fold: true },
})

/** Error logs of Apache and nginx; rules search their text. */
export const webserverError: Schema = {
  id: 'webserver-error',
  title: 'Web server errors (Apache, nginx)',
  tables: [
    {
      name: 'errors',
      holds: [
        { class: { service: 'apache' }, where: is('service', 'apache') },
        { class: { service: 'nginx' }, where: is('service', 'nginx') },
        // ModSecurity writes its denials into the error log of either.
        { class: { product: 'modsecurity' }, where: or(contains('message', 'ModSecurity'), contains('message', 'mod_security')) },
      ],
      fields: { src_ip: 'client', 'c-ip': 'client' },
      otherwise: ['*'],
    },
  ],
  host: ['server', 'host'],
  channel: ['service'],
  eventId: ['level'],
  render: 'message',
}

/** Requests as a proxy logs them: Squid, Blue Coat's and others' W3C logs. */
export const proxy: Schema = {
  id: 'proxy',
  title: 'Proxy requests (Squid, W3C)',
  recognise: and(
    or(exists('cs-method'), exists('cs-uri-scheme'), exists('c-uri')),
    or(
      exists('s-action'),
      exists('sc-filter-result'),
      exists('cs-categories'),
      exists('cs-uri-scheme'),
      exists('s-hierarchy'),
      and(exists('c-uri'), or(exists('c-useragent'), exists('cs-host'), exists('r-dns'))),
    ),
  ),
  tables: [
    {
      name: 'requests',
      holds: [{ class: { category: 'proxy' } }],
      fields: {
        ...request,
        'c-uri': ['c-uri', 'cs-uri', { column: 'cs-uri-path', derived: 'proxy.whole' }],
        'cs-uri': ['cs-uri', 'c-uri'],
        'c-uri-extension': ['c-uri-extension', 'cs-uri-extension'],
        'cs-uri-stem': ['cs-uri-stem', 'cs-uri-path', { column: 'c-uri', derived: 'c-uri-stem' }],
        'cs-uri-query': ['cs-uri-query', { column: 'c-uri', derived: 'c-uri-query' }],
        'cs-host': ['cs-host', 'cs(Host)', { column: 'c-uri', derived: 'c-uri-host' }],
        dst_ip: ['r-ip', 's-supplier-ip', 'cs-ip', 's-ip'],
        dst_port: ['r-port', 'cs-uri-port', 's-port'],
        'proxy.host': 'cs-host',
        'proxy.path': 'cs-uri-path',
        'proxy.query': 'cs-uri-query',
        'proxy.scheme': 'cs-uri-scheme',
      },
      otherwise: ['*'],
    },
  ],
  time: ['@timestamp', 'timestamp', '_time'],
  host: ['c-ip'],
  user: ['cs-username', 'cs-user'],
  channel: ['s-action'],
  render: 'message',
}
