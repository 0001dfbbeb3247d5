// Which channels and event ids a Windows log source of Sigma stands for. Facts: Sigma taxonomy appendix, SigmaHQ's log source definitions, Sysmon's own manifest. Data, and one function that says it in the column names of a product.

import type { EventClass } from '../ir/pipeline.ts'
import type { Predicate, Scalar } from '../ir/predicate.ts'
import type { Holding } from './schema.ts'

/** One Windows log source: events of `channels` (any of them) with one of `ids` (any id when absent) and, where said, a value in one more field. */
export interface WindowsClass {
  readonly class: EventClass
  readonly channels: readonly string[]
  readonly ids?: readonly number[]
  readonly also?: { readonly field: string; readonly values: readonly string[] }
}

const sysmonChannel = 'Microsoft-Windows-Sysmon/Operational'
const powershellChannels = ['Microsoft-Windows-PowerShell/Operational', 'PowerShellCore/Operational']

const sysmonIds: Readonly<Record<string, readonly number[]>> = {
  process_creation: [1],
  file_change: [2],
  network_connection: [3],
  sysmon_status: [4, 16],
  process_termination: [5],
  driver_load: [6],
  image_load: [7],
  create_remote_thread: [8],
  raw_access_thread: [9],
  process_access: [10],
  file_event: [11],
  registry_event: [12, 13, 14],
  registry_set: [13],
  registry_rename: [14],
  create_stream_hash: [15],
  pipe_created: [17, 18],
  wmi_event: [19, 20, 21],
  dns_query: [22],
  file_delete: [23],
  clipboard_change: [24],
  clipboard_capture: [24],
  process_tampering: [25],
  file_delete_detected: [26],
  file_block_executable: [27],
  file_block_shredding: [28],
  file_executable_detected: [29],
  sysmon_error: [255],
}

const services: Readonly<Record<string, readonly string[]>> = {
  application: ['Application'],
  security: ['Security'],
  system: ['System'],
  sysmon: [sysmonChannel],
  powershell: powershellChannels,
  'powershell-classic': ['Windows PowerShell'],
  taskscheduler: ['Microsoft-Windows-TaskScheduler/Operational'],
  wmi: ['Microsoft-Windows-WMI-Activity/Operational'],
  ntlm: ['Microsoft-Windows-NTLM/Operational'],
  dhcp: ['Microsoft-Windows-DHCP-Server/Operational'],
  'printservice-admin': ['Microsoft-Windows-PrintService/Admin'],
  'printservice-operational': ['Microsoft-Windows-PrintService/Operational'],
  'smbclient-security': ['Microsoft-Windows-SmbClient/Security'],
  'smbclient-connectivity': ['Microsoft-Windows-SmbClient/Connectivity'],
  'smbserver-connectivity': ['Microsoft-Windows-SMBServer/Connectivity'],
  'terminalservices-localsessionmanager': ['Microsoft-Windows-TerminalServices-LocalSessionManager/Operational'],
  'terminalservices-remoteconnectionmanager': ['Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational'],
  'codeintegrity-operational': ['Microsoft-Windows-CodeIntegrity/Operational'],
  applocker: [
    'Microsoft-Windows-AppLocker/MSI and Script',
    'Microsoft-Windows-AppLocker/EXE and DLL',
    'Microsoft-Windows-AppLocker/Packaged app-Deployment',
    'Microsoft-Windows-AppLocker/Packaged app-Execution',
  ],
  'msexchange-management': ['MSExchange Management'],
  windefend: ['Microsoft-Windows-Windows Defender/Operational'],
  'firewall-as': ['Microsoft-Windows-Windows Firewall With Advanced Security/Firewall'],
  'bits-client': ['Microsoft-Windows-Bits-Client/Operational'],
  'security-mitigations': [
    'Microsoft-Windows-Security-Mitigations/KernelMode',
    'Microsoft-Windows-Security-Mitigations/UserMode',
    'Microsoft-Windows-Security-Mitigations/Kernel Mode',
    'Microsoft-Windows-Security-Mitigations/User Mode',
  ],
  'diagnosis-scripted': ['Microsoft-Windows-Diagnosis-Scripted/Operational'],
  'shell-core': ['Microsoft-Windows-Shell-Core/Operational'],
  openssh: ['OpenSSH/Operational'],
  ldap: ['Microsoft-Windows-LDAP-Client/Debug'],
  bitlocker: ['Microsoft-Windows-BitLocker/BitLocker Management'],
  vhdmp: ['Microsoft-Windows-VHDMP/Operational'],
  'appxdeployment-server': ['Microsoft-Windows-AppXDeploymentServer/Operational'],
  'lsa-server': ['Microsoft-Windows-LSA/Operational'],
  'appxpackaging-om': ['Microsoft-Windows-AppxPackaging/Operational'],
  'dns-client': ['Microsoft-Windows-DNS Client Events/Operational', 'Microsoft-Windows-DNS-Client/Operational'],
  'dns-server': ['DNS Server'],
  'dns-server-analytic': ['Microsoft-Windows-DNS-Server/Analytical'],
  'driver-framework': ['Microsoft-Windows-DriverFrameworks-UserMode/Operational'],
  'appmodel-runtime': ['Microsoft-Windows-AppModel-Runtime/Admin'],
  capi2: ['Microsoft-Windows-CAPI2/Operational'],
  'certificateservicesclient-lifecycle-system': ['Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational'],
  'kernel-shimengine': ['Microsoft-Windows-Kernel-ShimEngine/Operational', 'Microsoft-Windows-Kernel-ShimEngine/Diagnostic'],
  'application-experience': [
    'Microsoft-Windows-Application-Experience/Program-Telemetry',
    'Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant',
  ],
  ntfs: ['Microsoft-Windows-Ntfs/Operational'],
  'hyper-v-worker': ['Microsoft-Windows-Hyper-V-Worker'],
  'kernel-event-tracing': ['Microsoft-Windows-Kernel-EventTracing'],
  sense: ['Microsoft-Windows-SENSE/Operational'],
  'servicebus-client': [
    'Microsoft-ServiceBus-Client',
    'Microsoft-ServiceBus-Client/Operational',
    'Microsoft-ServiceBus-Client/Admin',
  ],
  'microsoft-servicebus-client': [
    'Microsoft-ServiceBus-Client',
    'Microsoft-ServiceBus-Client/Operational',
    'Microsoft-ServiceBus-Client/Admin',
  ],
  'iis-configuration': ['Microsoft-IIS-Configuration/Operational'],
}

const windows = { product: 'windows' } as const

/** Every Windows log source with channels and ids; `process_creation` here is Sysmon 1, Security 4688 is the schema `security`'s. */
export const windowsClasses: readonly WindowsClass[] = [
  ...Object.entries(sysmonIds).map(([category, ids]) => ({
    class: { ...windows, category, service: 'sysmon' },
    channels: [sysmonChannel],
    ids,
  })),
  {
    class: { ...windows, category: 'registry_add', service: 'sysmon' },
    channels: [sysmonChannel],
    ids: [12],
    also: { field: 'EventType', values: ['CreateKey'] },
  },
  {
    class: { ...windows, category: 'registry_delete', service: 'sysmon' },
    channels: [sysmonChannel],
    ids: [12],
    also: { field: 'EventType', values: ['DeleteKey', 'DeleteValue'] },
  },
  { class: { ...windows, category: 'ps_module', service: 'powershell' }, channels: powershellChannels, ids: [4103] },
  { class: { ...windows, category: 'ps_script', service: 'powershell' }, channels: powershellChannels, ids: [4104] },
  {
    class: { ...windows, category: 'ps_classic_start', service: 'powershell-classic' },
    channels: ['Windows PowerShell'],
    ids: [400],
  },
  {
    class: { ...windows, category: 'ps_classic_provider_start', service: 'powershell-classic' },
    channels: ['Windows PowerShell'],
    ids: [600],
  },
  {
    class: { ...windows, category: 'ps_classic_script', service: 'powershell-classic' },
    channels: ['Windows PowerShell'],
    ids: [800],
  },
  ...Object.entries(services).map(([service, channels]) => ({ class: { ...windows, service }, channels })),
]

/** The column names under which a product keeps what every Windows event has. Several names for one thing: any of them. */
export interface WindowsNames {
  readonly channel: string | readonly string[]
  readonly id: string | readonly string[]
  /** Where the event's provider is named; with it, records that carry no channel are still known by their Sysmon provider. */
  readonly provider?: string | readonly string[]
  field(name: string): string
}

const list = (names: string | readonly string[]): readonly string[] => (typeof names === 'string' ? [names] : names)
const field = (name: string): Scalar => ({ kind: 'field', name })
const or = (args: readonly Predicate[]): Predicate => (args.length === 1 ? args[0]! : { kind: 'or', args })

/** The column (any of several) equals one of the texts, without regard to case. */
function oneOf(names: string | readonly string[], values: readonly string[]): Predicate {
  return or(
    list(names).flatMap(name =>
      values.map(
        (value): Predicate => ({ kind: 'test', subject: field(name), match: { kind: 'glob', glob: [value], fold: true } }),
      ),
    ),
  )
}

/** The column (any of several) equals one of the numbers. */
function oneNumber(names: string | readonly string[], values: readonly number[]): Predicate {
  return or(
    list(names).flatMap(name =>
      values.map(
        (value): Predicate => ({
          kind: 'test',
          subject: field(name),
          match: { kind: 'compare', op: '=', to: { kind: 'literal', value } },
        }),
      ),
    ),
  )
}

/** What picks the events of one Windows log source out of a product's records. */
export function windowsWhere(source: Omit<WindowsClass, 'class'>, names: WindowsNames): Predicate {
  let channel = oneOf(names.channel, source.channels)
  if (names.provider !== undefined && source.channels.includes(sysmonChannel)) {
    const without = list(names.channel).map(
      (name): Predicate => ({ kind: 'not', arg: { kind: 'test', subject: field(name), match: { kind: 'exists' } } }),
    )
    channel = or([channel, { kind: 'and', args: [...without, oneOf(names.provider, ['Microsoft-Windows-Sysmon'])] }])
  }
  const args: Predicate[] = [channel]
  if (source.ids !== undefined) args.push(oneNumber(names.id, source.ids))
  if (source.also !== undefined) args.push(oneOf(names.field(source.also.field), source.also.values))
  return args.length === 1 ? args[0]! : { kind: 'and', args }
}

/** A holding whose question is made when it is first asked for: products have hundreds, and a hunt meets the records of few. */
export function holdingOf(of: EventClass, where: () => Predicate): Holding {
  let made: Predicate | undefined
  return {
    class: of,
    get where() {
      made ??= where()
      return made
    },
  }
}

/** All Windows log sources in the names of one product, and last the one that any Windows event belongs to. */
export function windowsHoldings(names: WindowsNames): Holding[] {
  return [...windowsClasses.map(source => holdingOf(source.class, () => windowsWhere(source, names))), { class: windows }]
}
