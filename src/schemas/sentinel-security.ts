// Windows events in Microsoft Sentinel as queries name them: SecurityEvent, Event and, for forwarded events, WindowsEvent. Facts: Azure Monitor's table reference (https://learn.microsoft.com/azure/azure-monitor/reference/tables/securityevent, …/event, …/windowsevent); Microsoft's description of event 4688.

import type { Predicate, Scalar } from '../ir/predicate.ts'
import { rewrite } from '../ir/walk.ts'
import { withoutBlanks } from './blanks.ts'
import type { Holding, Mapping, Schema, Table } from './schema.ts'
import { creationFields } from './security.ts'
import { holdingOf, windowsClasses, windowsWhere } from './windows.ts'

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/** The columns of SecurityEvent that hold values of events; everything else is in the XML of EventData. */
const securityColumns = words(`
AccessMask Account AccountDomain AccountExpires AccountName AccountSessionIdentifier AccountType Activity AdditionalInfo AdditionalInfo2
AllowedToDelegateTo Attributes AuditPolicyChanges AuditsDiscarded AuthenticationLevel AuthenticationPackageName AuthenticationProvider
AuthenticationServer AuthenticationService AuthenticationType CACertificateHash CalledStationID CallerProcessId CallerProcessName
CallingStationID CAPublicKeyHash CategoryId CertificateDatabaseHash Channel ClassId ClassName ClientAddress ClientIPAddress ClientName
CommandLine CompatibleIds Computer DCDNSName DeviceDescription DeviceId DisplayName Disposition DomainBehaviorVersion DomainName
DomainPolicyChanged DomainSid EAPType ElevatedToken ErrorCode EventSourceName ExtendedQuarantineState FailureReason FileHash FilePath
FilePathNoUser Filter ForceLogoff Fqbn FullyQualifiedSubjectMachineName FullyQualifiedSubjectUserName GroupMembership HandleId HardwareIds
HomeDirectory HomePath ImpersonationLevel InterfaceUuid IpAddress IpPort Keywords Level LmPackageName LocationInformation
LockoutDuration LockoutObservationWindow LockoutThreshold LoggingResult LogonGuid LogonHours LogonID LogonProcessName
LogonTypeName MachineAccountQuota MachineInventory MachineLogon MandatoryLabel MaxPasswordAge MemberName MemberSid MinPasswordAge
MinPasswordLength MixedDomainMode NASIdentifier NASIPv4Address NASIPv6Address NASPort NASPortType NetworkPolicyName NewDate NewMaxUsers
NewProcessId NewProcessName NewRemark NewShareFlags NewTime NewUacValue NewValue NewValueType ObjectName ObjectServer ObjectType
ObjectValueName OemInformation OldMaxUsers OldRemark OldShareFlags OldUacValue OldValue OldValueType OperationType PackageName
ParentProcessName PasswordHistoryLength PasswordLastSet PasswordProperties PreviousDate PreviousTime PrimaryGroupId PrivateKeyUsageCount
PrivilegeList Process ProcessId ProcessName ProfilePath Properties ProtocolSequence ProxyPolicyName QuarantineHelpURL QuarantineSessionID
QuarantineSessionIdentifier QuarantineState QuarantineSystemHealthResult RelativeTargetName RemoteIpAddress RemotePort Requester RequestId
RestrictedAdminMode RowsDeleted SamAccountName ScriptPath SecurityDescriptor ServiceAccount ServiceFileName ServiceName ServiceStartType
ServiceType SessionName ShareLocalPath ShareName SidHistory Status SubcategoryGuid SubcategoryId Subject SubjectAccount SubjectDomainName
SubjectKeyIdentifier SubjectLogonId SubjectMachineName SubjectMachineSID SubjectUserName SubjectUserSid SubStatus TableId TargetAccount
TargetDomainName TargetInfo TargetLinkedLogonId TargetLogonGuid TargetLogonId TargetOutboundDomainName TargetOutboundUserName
TargetServerName TargetSid TargetUser TargetUserName TargetUserSid TemplateContent TemplateDSObjectFQDN TemplateInternalName TemplateOID
TemplateSchemaVersion TemplateVersion TokenElevationType TransmittedServices UserAccountControl UserParameters UserPrincipalName
UserWorkstations VirtualAccount VendorIds Workstation WorkstationName`)

const own = (names: readonly string[]): Readonly<Record<string, Mapping>> => Object.fromEntries(names.map(name => [name, name]))

/** A value by its name out of the XML that Windows writes, `<Data Name="…">`. */
const xml = (name: string): Scalar => ({
  kind: 'call',
  fn: 'xml:data',
  args: [
    { kind: 'field', name: 'EventData' },
    { kind: 'literal', value: name },
  ],
})
const fromXml: Mapping = { column: 'EventData', computed: xml('*') }

const inXml = 'xml:'
/** A question of `windowsWhere` in the names of a table whose values lie in XML; channels have one spelling. */
const told = (where: Predicate): Predicate =>
  rewrite(where, {
    scalar: of => (of.kind === 'field' && of.name.startsWith(inXml) ? xml(of.name.slice(inXml.length)) : of),
    predicate: of => (of.kind === 'test' && of.match.kind === 'glob' ? { ...of, match: { ...of.match, fold: false } } : of),
  })

const securityNames = { channel: 'Channel', id: 'EventID', field: (name: string) => name }
const eventNames = { channel: 'EventLog', id: 'EventID', field: (name: string) => inXml + name }
const forwardedNames = { channel: 'Channel', id: 'EventID', field: (name: string) => `EventData.${name}` }

/** What the agents collect into SecurityEvent: the Security log and AppLocker's. */
const inSecurity = (service: string | undefined): boolean => service === 'security' || service === 'applocker'

const holdings = (names: typeof securityNames, fits: (source: (typeof windowsClasses)[number]) => boolean): readonly Holding[] =>
  windowsClasses.filter(fits).map(source => holdingOf(source.class, () => told(windowsWhere(source, names))))

const securityTypes: Table['columns'] = {
  TimeGenerated: 'datetime',
  EventID: 'int',
  LogonType: 'int',
  KeyLength: 'int',
  Task: 'int',
  EventData: 'string',
}

/** Event 4688 under Sysmon's names. */
const creation: Table = {
  name: 'SecurityEvent',
  blanks: true,
  holds: [
    {
      class: { product: 'windows', category: 'process_creation' },
      where: {
        kind: 'test',
        subject: { kind: 'field', name: 'EventID' },
        match: { kind: 'compare', op: '=', to: { kind: 'literal', value: 4688 } },
      },
    },
  ],
  fields: {
    ...creationFields,
    EventID: 'EventID',
  },
  columns: securityTypes,
}

/** The Security log and AppLocker's under the event's own names. */
export const security: Table = {
  name: 'SecurityEvent',
  blanks: true,
  holds: holdings(securityNames, source => inSecurity(source.class.service)),
  fields: {
    ...own(securityColumns),
    LogonType: 'LogonType',
    KeyLength: 'KeyLength',
    Task: 'Task',
    EventID: 'EventID',
    Provider_Name: 'EventSourceName',
    SystemTime: 'TimeGenerated',
    EventRecordID: 'EventRecordId',
    Data: 'EventData',
  },
  otherwise: [fromXml],
  columns: securityTypes,
}

/** Every other event log; values lie in a text of XML. */
export const event: Table = {
  name: 'Event',
  blanks: true,
  holds: holdings(eventNames, source => !inSecurity(source.class.service) && source.class.category !== 'process_creation'),
  fields: {
    Channel: 'EventLog',
    EventID: 'EventID',
    Computer: 'Computer',
    Provider_Name: 'Source',
    SystemTime: 'TimeGenerated',
    Message: 'RenderedDescription',
    Level: 'EventLevel',
    Data: 'ParameterXml',
  },
  otherwise: [fromXml],
  columns: { TimeGenerated: 'datetime', EventID: 'int', EventLevel: 'int', EventData: 'string' },
}

const forwarded: Table = {
  name: 'WindowsEvent',
  blanks: true,
  holds: holdings(forwardedNames, () => true),
  fields: {
    ...withoutBlanks(forwardedNames.field),
    Channel: 'Channel',
    EventID: 'EventID',
    Computer: 'Computer',
    Provider_Name: 'Provider',
    SystemTime: 'TimeGenerated',
    EventRecordID: 'EventRecordId',
    Keywords: 'Keywords',
    Level: 'EventLevel',
    Task: 'Task',
    Opcode: 'Opcode',
    Data: 'EventData.Data',
  },
  otherwise: ['EventData.*'],
  columns: {
    TimeGenerated: 'datetime',
    EventID: 'int',
    EventLevel: 'int',
    Task: 'int',
    EventData: 'dynamic',
  },
}

/** Event logs as the agents collect them: Security and AppLocker in SecurityEvent, every other log in Event. */
export const sentinelSecurity: Schema = {
  id: 'sentinel-security',
  title: 'Windows event logs in Microsoft Sentinel (SecurityEvent, Event)',
  optIn: true,
  tables: [creation, security, event],
  time: ['TimeGenerated'],
  host: ['Computer'],
  user: ['Account', 'SubjectUserName', 'TargetUserName', 'UserName'],
}

/** Event logs by way of a collector: every log, Sysmon's among them, in WindowsEvent. */
export const sentinelForwarded: Schema = {
  id: 'sentinel-forwarded',
  title: 'Forwarded Windows events in Microsoft Sentinel (WindowsEvent)',
  optIn: true,
  tables: [forwarded],
  time: ['TimeGenerated'],
  host: ['Computer'],
  user: ['EventData.User', 'EventData.SubjectUserName', 'EventData.TargetUserName'],
}
