// What must be logged for a log source to have events: what people turn on when the rules of that source found nothing. Data, and one look-up.

import type { EventClass } from '../ir/pipeline.ts'
import { fits } from './translate.ts'

/** A log source (or all that name at least this much), and what makes its events. */
export interface Need {
  readonly class: EventClass
  /** What to turn on or collect, in one sentence without a full stop. */
  readonly need: string
}

/**
 * The more exact log sources first. Facts: SigmaHQ's log source guides (rules-documentation/logsource-guides), Microsoft's pages on the advanced
 * audit policy and on Sysmon, and the vendors' own pages on their audit logs.
 */
export const needs: readonly Need[] = [
  {
    class: { product: 'windows', category: 'process_creation' },
    need: 'Sysmon event 1, or Security 4688 with "Audit Process Creation" and, for command lines, "Include command line in process creation events"',
  },
  { class: { product: 'windows', category: 'process_termination' }, need: 'Sysmon event 5' },
  {
    class: { product: 'windows', category: 'network_connection' },
    need: 'Sysmon event 3 with a NetworkConnect rule in its configuration; Security 5156 ("Audit Filtering Platform Connection") has less',
  },
  { class: { product: 'windows', category: 'file_event' }, need: 'Sysmon event 11 with a FileCreate rule in its configuration' },
  { class: { product: 'windows', category: 'file_change' }, need: 'Sysmon event 2 (FileCreateTime)' },
  { class: { product: 'windows', category: 'file_delete' }, need: 'Sysmon event 23 or 26 (FileDelete, FileDeleteDetected)' },
  {
    class: { product: 'windows', category: 'file_rename' },
    need: 'Microsoft-Windows-Kernel-File (ETW) or an EDR; Sysmon has no such event',
  },
  {
    class: { product: 'windows', category: 'file_access' },
    need: 'Microsoft-Windows-Kernel-File (ETW) or an EDR; Sysmon has no such event',
  },
  { class: { product: 'windows', category: 'file_executable_detected' }, need: 'Sysmon event 29 (version 15)' },
  { class: { product: 'windows', category: 'file_block_executable' }, need: 'Sysmon event 27 (version 14)' },
  { class: { product: 'windows', category: 'file_block_shredding' }, need: 'Sysmon event 28 (version 14.1)' },
  {
    class: { product: 'windows', category: 'registry_set' },
    need: 'Sysmon event 13, or Security 4657 with "Audit Registry" and a SACL on the keys',
  },
  { class: { product: 'windows', category: 'registry_add' }, need: 'Sysmon event 12' },
  { class: { product: 'windows', category: 'registry_delete' }, need: 'Sysmon event 12' },
  { class: { product: 'windows', category: 'registry_rename' }, need: 'Sysmon event 14' },
  {
    class: { product: 'windows', category: 'registry_event' },
    need: 'Sysmon events 12, 13 and 14, or Security 4657 with "Audit Registry" and a SACL on the keys',
  },
  {
    class: { product: 'windows', category: 'image_load' },
    need: 'Sysmon event 7 with an ImageLoad rule in its configuration; off unless configured',
  },
  { class: { product: 'windows', category: 'driver_load' }, need: 'Sysmon event 6' },
  {
    class: { product: 'windows', category: 'process_access' },
    need: 'Sysmon event 10 with a ProcessAccess rule in its configuration; off unless configured',
  },
  { class: { product: 'windows', category: 'process_tampering' }, need: 'Sysmon event 25' },
  { class: { product: 'windows', category: 'create_remote_thread' }, need: 'Sysmon event 8' },
  { class: { product: 'windows', category: 'create_stream_hash' }, need: 'Sysmon event 15' },
  { class: { product: 'windows', category: 'raw_access_thread' }, need: 'Sysmon event 9' },
  {
    class: { product: 'windows', category: 'pipe_created' },
    need: 'Sysmon events 17 and 18 with a PipeEvent rule in its configuration; off unless configured',
  },
  { class: { product: 'windows', category: 'wmi_event' }, need: 'Sysmon events 19, 20 and 21' },
  { class: { product: 'windows', category: 'dns_query' }, need: 'Sysmon event 22 with a DnsQuery rule in its configuration' },
  {
    class: { product: 'windows', category: 'clipboard_capture' },
    need: 'Sysmon event 24 with a ClipboardChange rule in its configuration; off unless configured',
  },
  { class: { product: 'windows', category: 'sysmon_status' }, need: 'Sysmon events 4 and 16' },
  { class: { product: 'windows', category: 'sysmon_error' }, need: 'Sysmon event 255' },
  {
    class: { product: 'windows', category: 'ps_script' },
    need: 'PowerShell event 4104 (Microsoft-Windows-PowerShell/Operational) with "Turn on PowerShell Script Block Logging"',
  },
  {
    class: { product: 'windows', category: 'ps_module' },
    need: 'PowerShell event 4103 (Microsoft-Windows-PowerShell/Operational) with "Turn on Module Logging"',
  },
  {
    class: { product: 'windows', category: 'ps_classic_start' },
    need: 'event 400 of the channel "Windows PowerShell"; on by default',
  },
  {
    class: { product: 'windows', category: 'ps_classic_provider_start' },
    need: 'event 600 of the channel "Windows PowerShell"; on by default',
  },
  {
    class: { product: 'windows', category: 'ps_classic_script' },
    need: 'event 800 of the channel "Windows PowerShell" with "Turn on Module Logging"',
  },
  {
    class: { product: 'windows', service: 'security' },
    need: 'the channel Security with the advanced audit policy that the rule names; 4624 and 4625 need "Audit Logon", 4688 "Audit Process Creation", 5140 and 5145 "Audit File Share", 4662 "Audit Directory Service Access"',
  },
  {
    class: { product: 'windows', service: 'sysmon' },
    need: 'Sysmon (Microsoft Sysinternals), installed with a configuration; its channel is Microsoft-Windows-Sysmon/Operational',
  },
  { class: { product: 'windows', service: 'system' }, need: 'the channel System; on by default' },
  { class: { product: 'windows', service: 'application' }, need: 'the channel Application; on by default' },
  {
    class: { product: 'windows', service: 'powershell' },
    need: 'Microsoft-Windows-PowerShell/Operational with "Turn on PowerShell Script Block Logging" (4104) and "Turn on Module Logging" (4103)',
  },
  { class: { product: 'windows', service: 'powershell-classic' }, need: 'the channel "Windows PowerShell"; on by default' },
  { class: { product: 'windows', service: 'windefend' }, need: 'Microsoft-Windows-Windows Defender/Operational; on by default' },
  {
    class: { product: 'windows', service: 'firewall-as' },
    need: 'Microsoft-Windows-Windows Firewall With Advanced Security/Firewall; on by default',
  },
  {
    class: { product: 'windows', service: 'dns-client' },
    need: 'Microsoft-Windows-DNS-Client/Operational; off until enabled: wevtutil set-log … /enabled:true',
  },
  { class: { product: 'windows', service: 'dns-server' }, need: 'the channel "DNS Server" of a domain controller or DNS server' },
  {
    class: { product: 'windows', service: 'dns-server-analytic' },
    need: 'Microsoft-Windows-DNS-Server/Analytical, an analytic channel that is off until enabled',
  },
  {
    class: { product: 'windows', service: 'taskscheduler' },
    need: 'Microsoft-Windows-TaskScheduler/Operational; off until enabled ("Enable All Tasks History")',
  },
  { class: { product: 'windows', service: 'bits-client' }, need: 'Microsoft-Windows-Bits-Client/Operational; on by default' },
  {
    class: { product: 'windows', service: 'codeintegrity-operational' },
    need: 'Microsoft-Windows-CodeIntegrity/Operational; on by default',
  },
  {
    class: { product: 'windows', service: 'applocker' },
    need: 'Microsoft-Windows-AppLocker/… with an AppLocker policy, at least to audit',
  },
  {
    class: { product: 'windows', service: 'ntlm' },
    need: 'Microsoft-Windows-NTLM/Operational with "Network security: Restrict NTLM: Audit NTLM authentication"',
  },
  {
    class: { product: 'windows', service: 'ldap' },
    need: 'Microsoft-Windows-LDAP-Client/Debug (ETW), a debug channel that is off until enabled',
  },
  {
    class: { product: 'windows', service: 'driver-framework' },
    need: 'Microsoft-Windows-DriverFrameworks-UserMode/Operational; off until enabled',
  },
  { class: { product: 'windows', service: 'capi2' }, need: 'Microsoft-Windows-CAPI2/Operational; off until enabled' },
  {
    class: { product: 'windows', service: 'printservice-operational' },
    need: 'Microsoft-Windows-PrintService/Operational; off until enabled',
  },
  { class: { product: 'windows', service: 'printservice-admin' }, need: 'Microsoft-Windows-PrintService/Admin; on by default' },
  { class: { product: 'windows', service: 'smbclient-security' }, need: 'Microsoft-Windows-SmbClient/Security; on by default' },
  { class: { product: 'windows', service: 'wmi' }, need: 'Microsoft-Windows-WMI-Activity/Operational; on by default' },
  {
    class: { product: 'windows', service: 'iis-configuration' },
    need: 'Microsoft-IIS-Configuration/Operational; off until enabled',
  },
  {
    class: { product: 'windows', service: 'msexchange-management' },
    need: 'the channel "MSExchange Management" of an Exchange server',
  },
  { class: { product: 'windows', service: 'openssh' }, need: 'OpenSSH/Operational of the OpenSSH server for Windows' },
  {
    class: { product: 'windows', service: 'terminalservices-localsessionmanager' },
    need: 'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational; on by default',
  },
  {
    class: { product: 'linux', category: 'process_creation' },
    need: 'Sysmon for Linux event 1, or auditd with rules for execve: -a always,exit -F arch=b64 -S execve,execveat',
  },
  {
    class: { product: 'linux', category: 'network_connection' },
    need: 'Sysmon for Linux event 3, or auditd with rules for connect: -a always,exit -F arch=b64 -S connect',
  },
  {
    class: { product: 'linux', category: 'file_event' },
    need: 'Sysmon for Linux event 11, or auditd with watches on the paths: -w PATH -p wa',
  },
  {
    class: { product: 'linux', service: 'auditd' },
    need: 'auditd (/var/log/audit/audit.log) with rules for the system calls and paths that the rule names',
  },
  {
    class: { product: 'linux', service: 'sshd' },
    need: 'the log of sshd: journalctl -u ssh, /var/log/auth.log or /var/log/secure',
  },
  {
    class: { product: 'linux', service: 'auth' },
    need: '/var/log/auth.log (Debian) or /var/log/secure (Red Hat), or the journal',
  },
  { class: { product: 'linux', service: 'sudo' }, need: '/var/log/auth.log or /var/log/secure, or the journal (_COMM=sudo)' },
  { class: { product: 'linux', service: 'syslog' }, need: '/var/log/syslog or /var/log/messages, or the journal' },
  { class: { product: 'linux', service: 'cron' }, need: '/var/log/cron or /var/log/syslog, or the journal of the unit cron' },
  { class: { product: 'linux' }, need: 'the system log: /var/log/syslog or /var/log/messages, or journalctl -o json' },
  {
    class: { product: 'macos', category: 'process_creation' },
    need: 'eslogger exec (macOS 13 and later), or an agent that reads Endpoint Security',
  },
  {
    class: { product: 'macos', category: 'file_event' },
    need: 'eslogger create rename write (macOS 13 and later), or an agent that reads Endpoint Security',
  },
  {
    class: { product: 'aws', service: 'cloudtrail' },
    need: 'AWS CloudTrail: a trail for management events; data events (S3 objects, Lambda) are recorded only where the trail selects them',
  },
  {
    class: { product: 'azure', service: 'activitylogs' },
    need: 'the Azure Activity log, exported by a diagnostic setting of the subscription',
  },
  {
    class: { product: 'azure', service: 'auditlogs' },
    need: 'audit logs of Microsoft Entra ID, exported by a diagnostic setting',
  },
  {
    class: { product: 'azure', service: 'signinlogs' },
    need: 'sign-in logs of Microsoft Entra ID, exported by a diagnostic setting; needs a P1 or P2 licence',
  },
  {
    class: { product: 'azure', service: 'riskdetection' },
    need: 'risk detections of Microsoft Entra ID Protection; needs a P2 licence',
  },
  { class: { product: 'azure', service: 'pim' }, need: 'alerts of Privileged Identity Management; needs a P2 licence' },
  { class: { product: 'm365' }, need: 'the unified audit log of Microsoft 365 (Purview), with auditing turned on' },
  {
    class: { product: 'gcp', service: 'gcp.audit' },
    need: 'Cloud Audit Logs; admin activity is on by default, data access must be turned on for each service',
  },
  { class: { product: 'gcp' }, need: 'audit logs of Google Workspace (Reports API), or shared with Google Cloud' },
  { class: { product: 'okta' }, need: 'the Okta System Log (API or a log stream)' },
  { class: { product: 'onelogin' }, need: 'the events of OneLogin (API or event broadcasting)' },
  { class: { product: 'github' }, need: 'the audit log of a GitHub organization or enterprise, exported or streamed' },
  {
    class: { product: 'bitbucket' },
    need: 'the audit log of Bitbucket Data Center, with the coverage level set to what the rule needs',
  },
  {
    class: { product: 'kubernetes' },
    need: 'the audit log of the API server with an audit policy (--audit-policy-file) that records the verbs the rule names',
  },
  { class: { product: 'zeek' }, need: 'the logs of Zeek for that protocol, as TSV or JSON' },
  { class: { product: 'rpc_firewall' }, need: 'RPC Firewall (Zero Networks), which writes to the channel Application' },
  { class: { product: 'opencanary' }, need: 'an OpenCanary honeypot and its JSON log' },
  { class: { product: 'cisco', service: 'duo' }, need: 'the administrator log of Duo (Admin API)' },
  {
    class: { product: 'cisco' },
    need: 'syslog of Cisco devices; accounting of commands (AAA) needs "aaa accounting commands" or "archive log config"',
  },
  { class: { product: 'fortios' }, need: 'the messages of FortiOS on the VPN (sslvpnd), by syslog or file' },
  { class: { product: 'paloalto' }, need: 'the GlobalProtect and system logs of PAN-OS, by syslog or file' },
  { class: { product: 'fortigate' }, need: 'logs of FortiGate of the type event, by syslog or file' },
  { class: { product: 'huawei', service: 'bgp' }, need: 'syslog of the router with BGP at a level that tells neighbour changes' },
  {
    class: { product: 'juniper', service: 'bgp' },
    need: 'syslog of the router with BGP at a level that tells neighbour changes',
  },
  { class: { product: 'modsecurity' }, need: 'the audit or error log of ModSecurity' },
  { class: { service: 'apache' }, need: 'the error and access log of Apache httpd' },
  { class: { service: 'nginx' }, need: 'the error and access log of nginx' },
  {
    class: { category: 'webserver' },
    need: 'the access log of the web server: Apache or nginx in combined form, or IIS (W3C) with the fields that the rule names',
  },
  {
    class: { category: 'proxy' },
    need: 'the log of a web proxy with URL, method, status and user agent; what is in TLS needs interception',
  },
  {
    class: { category: 'dns' },
    need: 'logs of DNS queries: Zeek dns.log, Suricata, Packetbeat or a resolver; Sysmon event 22 on Windows hosts',
  },
  { class: { category: 'firewall' }, need: 'logs of a firewall, accepted connections included' },
  { class: { category: 'antivirus' }, need: 'detections of an antivirus product: Defender 1116 and 1117, or the log of another' },
  { class: { category: 'database' }, need: 'the query log of the database; off by default in most' },
  { class: { category: 'application' }, need: 'the log of the application with its exceptions and their stack traces' },
  { class: { service: 'netflow' }, need: 'flow records of a router or sensor (NetFlow, IPFIX), or conn.log of Zeek' },
  { class: { category: 'network' }, need: 'what is seen on the network: Zeek conn.log and dns.log, Suricata EVE or Packetbeat' },
  {
    class: { category: 'process_creation' },
    need: 'process creation of any system: Sysmon event 1 or Security 4688 on Windows, Sysmon or auditd on Linux, eslogger on macOS',
  },
  {
    class: { category: 'network_connection' },
    need: 'connections of any system: Sysmon event 3 on Windows and Linux, or flows of Zeek and Suricata',
  },
  {
    class: { category: 'dns_query' },
    need: 'DNS queries of any system: Sysmon event 22 on Windows, or Zeek dns.log, Suricata and Packetbeat',
  },
  {
    class: { category: 'file_event' },
    need: 'files created, of any system: Sysmon event 11 on Windows and Linux, eslogger on macOS',
  },
  {
    class: { product: 'windows', service: 'terminalservices-remoteconnectionmanager' },
    need: 'Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational; on by default',
  },
  { class: { product: 'windows' }, need: 'the channel of the Windows event log that the rule names; many are off until enabled' },
]

/** What must be logged for a rule's log source to have events; undefined where that is not known. */
export function needOf(wanted: EventClass): string | undefined {
  return needs.find(one => fits(one.class, wanted))?.need
}
