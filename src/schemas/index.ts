// The list of schemas, in the order in which records are recognised.

import { antivirus } from './antivirus.ts'
import { asim } from './asim.ts'
import { auditd } from './auditd.ts'
import { azure } from './azure.ts'
import { beats, beatsBare } from './beats.ts'
import { bitbucket } from './bitbucket.ts'
import { cim } from './cim.ts'
import { cisco, networkDevices } from './cisco.ts'
import { cloudtrail } from './cloudtrail.ts'
import { defender } from './defender.ts'
import { ecs } from './ecs.ts'
import { elastic, winlogbeatRaw } from './elastic.ts'
import { eslogger } from './eslogger.ts'
import { eventLog, eventLogSecurity } from './event-log.ts'
import { cef, fortigate, leef, windowsFirewall } from './firewall.ts'
import { gcp } from './gcp.ts'
import { github } from './github.ts'
import { graylog } from './graylog.ts'
import { kubernetes } from './kubernetes.ts'
import { lines } from './lines.ts'
import { logAnalytics } from './log-analytics.ts'
import { logpoint } from './logpoint.ts'
import { logscale } from './logscale.ts'
import { m365 } from './m365.ts'
import { mde } from './mde.ts'
import { okta } from './okta.ts'
import { onelogin } from './onelogin.ts'
import { otelWindows } from './otel.ts'
import { qradar } from './qradar.ts'
import type { Schema } from './schema.ts'
import { secops } from './secops.ts'
import { security, securityFull } from './security.ts'
import { duo, globalprotect, opencanary, rpcFirewall } from './sensors.ts'
import { sentinel } from './sentinel.ts'
import { sentinelAsim } from './sentinel-asim.ts'
import { sentinelForwarded, sentinelSecurity } from './sentinel-security.ts'
import { plain, sigma } from './sigma.ts'
import { splunk } from './splunk.ts'
import { splunkSecurity, splunkSysmon } from './splunk-write.ts'
import { sumo } from './sumo.ts'
import { sumoCse } from './sumo-cse.ts'
import { suricata } from './suricata.ts'
import { journal, syslog } from './syslog.ts'
import { sysmonLinux } from './sysmon-linux.ts'
import { table } from './table.ts'
import { proxy, webserver, webserverError } from './webserver.ts'
import { wineventBare, wineventJson, wineventPairs } from './winevent-json.ts'
import { winlogbeat, winlogbeat6 } from './winlogbeat.ts'
import { zeek } from './zeek.ts'

export const schemas: readonly Schema[] = [
  // Before the hub: its rows carry the hub's names for channel and id, and their values elsewhere.
  sentinel,
  sigma,
  security,
  securityFull,
  sysmonLinux,
  wineventJson,
  wineventBare,
  wineventPairs,
  winlogbeat,
  winlogbeat6,
  ecs,
  beats,
  beatsBare,
  mde,
  asim,
  splunk,
  auditd,
  syslog,
  journal,
  zeek,
  suricata,
  proxy,
  webserver,
  webserverError,
  fortigate,
  windowsFirewall,
  cef,
  leef,
  opencanary,
  rpcFirewall,
  globalprotect,
  duo,
  cloudtrail,
  azure,
  m365,
  okta,
  onelogin,
  gcp,
  github,
  bitbucket,
  kubernetes,
  eslogger,
  cisco,
  networkDevices,
  otelWindows,
  logAnalytics,
  lines,
  ...antivirus,
  elastic,
  winlogbeatRaw,
  defender,
  sentinelAsim,
  sentinelSecurity,
  sentinelForwarded,
  splunkSysmon,
  splunkSecurity,
  cim,
  plain,
  logscale,
  table,
  eventLog,
  eventLogSecurity,
  qradar,
  sumoCse,
  secops,
  sumo,
  graylog,
  logpoint,
]
