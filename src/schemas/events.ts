// Windows events by channel and id: what they tell and which fields they have. Facts: Sysmon's manifest (schema 4.90), Microsoft's pages on the security audit events, and the manifests of PowerShell and the service control manager. Data, and one look-up.

/** An event of a provider. `fields` as its newest version has them. */
export interface WindowsEvent {
  readonly provider: string
  readonly channel: string
  readonly id: number
  readonly title: string
  readonly fields: readonly string[]
}

const sysmonCommon = 'RuleName UtcTime'
const process = 'ProcessGuid ProcessId Image'
const registry = `${sysmonCommon} EventType ${process} TargetObject`
const pipe = `${sysmonCommon} EventType ${process} PipeName User`
const subject = 'SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId'
const target = 'TargetUserName TargetDomainName TargetSid'
const object = `${subject} ObjectServer ObjectType ObjectName HandleId`

const sysmon: readonly (readonly [number, string, string])[] = [
  [
    1,
    'Process creation',
    `${sysmonCommon} ${process} FileVersion Description Product Company OriginalFileName CommandLine CurrentDirectory User LogonGuid LogonId TerminalSessionId IntegrityLevel Hashes ParentProcessGuid ParentProcessId ParentImage ParentCommandLine ParentUser`,
  ],
  [
    2,
    'A process changed a file creation time',
    `${sysmonCommon} ${process} TargetFilename CreationUtcTime PreviousCreationUtcTime User`,
  ],
  [
    3,
    'Network connection',
    `${sysmonCommon} ${process} User Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort SourcePortName DestinationIsIpv6 DestinationIp DestinationHostname DestinationPort DestinationPortName`,
  ],
  [4, 'Sysmon service state changed', 'UtcTime State Version SchemaVersion'],
  [5, 'Process terminated', `${sysmonCommon} ${process} User`],
  [6, 'Driver loaded', `${sysmonCommon} ImageLoaded Hashes Signed Signature SignatureStatus`],
  [
    7,
    'Image loaded',
    `${sysmonCommon} ${process} ImageLoaded FileVersion Description Product Company OriginalFileName Hashes Signed Signature SignatureStatus User`,
  ],
  [
    8,
    'CreateRemoteThread',
    `${sysmonCommon} SourceProcessGuid SourceProcessId SourceImage TargetProcessGuid TargetProcessId TargetImage NewThreadId StartAddress StartModule StartFunction SourceUser TargetUser`,
  ],
  [9, 'RawAccessRead', `${sysmonCommon} ${process} Device User`],
  [
    10,
    'Process accessed',
    `${sysmonCommon} SourceProcessGUID SourceProcessId SourceThreadId SourceImage TargetProcessGUID TargetProcessId TargetImage GrantedAccess CallTrace SourceUser TargetUser`,
  ],
  [11, 'File created', `${sysmonCommon} ${process} TargetFilename CreationUtcTime User`],
  [12, 'Registry object added or deleted', `${registry} User`],
  [13, 'Registry value set', `${registry} Details User`],
  [14, 'Registry object renamed', `${registry} NewName User`],
  [15, 'File stream created', `${sysmonCommon} ${process} TargetFilename CreationUtcTime Hash Contents User`],
  [16, 'Sysmon configuration changed', 'UtcTime Configuration ConfigurationFileHash'],
  [17, 'Pipe created', pipe],
  [18, 'Pipe connected', pipe],
  [19, 'WMI event filter', `${sysmonCommon} EventType Operation User EventNamespace Name Query`],
  [20, 'WMI event consumer', `${sysmonCommon} EventType Operation User Name Type Destination`],
  [21, 'WMI consumer bound to filter', `${sysmonCommon} EventType Operation User Consumer Filter`],
  [22, 'DNS query', `${sysmonCommon} ${process} QueryName QueryStatus QueryResults User`],
  [23, 'File deleted and archived', `${sysmonCommon} ${process} User TargetFilename Hashes IsExecutable Archived`],
  [24, 'Clipboard changed', `${sysmonCommon} ${process} Session ClientInfo Hashes Archived User`],
  [25, 'Process image changed', `${sysmonCommon} ${process} Type User`],
  [26, 'File deletion detected', `${sysmonCommon} ${process} User TargetFilename Hashes IsExecutable`],
  [27, 'Executable file blocked', `${sysmonCommon} ${process} User TargetFilename Hashes`],
  [28, 'File shredding blocked', `${sysmonCommon} ${process} User TargetFilename Hashes IsExecutable`],
  [29, 'Executable file detected', `${sysmonCommon} ${process} User TargetFilename Hashes`],
  [255, 'Sysmon error', 'UtcTime ID Description'],
]

const securityEvents: readonly (readonly [number, string, string])[] = [
  [1102, 'The audit log was cleared', subject],
  [
    4624,
    'An account was logged on',
    `${subject} TargetUserSid TargetUserName TargetDomainName TargetLogonId LogonType LogonProcessName AuthenticationPackageName WorkstationName LogonGuid TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort ImpersonationLevel RestrictedAdminMode TargetOutboundUserName TargetOutboundDomainName VirtualAccount TargetLinkedLogonId ElevatedToken`,
  ],
  [
    4625,
    'An account failed to log on',
    `${subject} TargetUserSid TargetUserName TargetDomainName Status FailureReason SubStatus LogonType LogonProcessName AuthenticationPackageName WorkstationName TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort`,
  ],
  [
    4648,
    'A logon was attempted with explicit credentials',
    `${subject} LogonGuid TargetUserName TargetDomainName TargetLogonGuid TargetServerName TargetInfo ProcessId ProcessName IpAddress IpPort`,
  ],
  [
    4656,
    'A handle to an object was requested',
    `${object} TransactionId AccessList AccessReason AccessMask PrivilegeList RestrictedSidCount ProcessId ProcessName ResourceAttributes`,
  ],
  [
    4657,
    'A registry value was modified',
    `${subject} ObjectName ObjectValueName HandleId OperationType OldValueType OldValue NewValueType NewValue ProcessId ProcessName`,
  ],
  [4660, 'An object was deleted', `${subject} ObjectServer HandleId ProcessId ProcessName TransactionId`],
  [
    4661,
    'A handle to a directory object was requested',
    `${object} TransactionId AccessList AccessMask PrivilegeList Properties RestrictedSidCount ProcessId ProcessName`,
  ],
  [
    4662,
    'An operation was performed on a directory object',
    `${object} OperationType AccessList AccessMask Properties AdditionalInfo AdditionalInfo2`,
  ],
  [4663, 'An attempt was made to access an object', `${object} AccessList AccessMask ProcessId ProcessName ResourceAttributes`],
  [4672, 'Special privileges were assigned to a new logon', `${subject} PrivilegeList`],
  [4673, 'A privileged service was called', `${subject} ObjectServer Service PrivilegeList ProcessId ProcessName`],
  [
    4688,
    'A process was created',
    `${subject} NewProcessId NewProcessName TokenElevationType ProcessId CommandLine TargetUserSid TargetUserName TargetDomainName TargetLogonId ParentProcessName MandatoryLabel`,
  ],
  [4689, 'A process ended', `${subject} Status ProcessId ProcessName`],
  [4697, 'A service was installed', `${subject} ServiceName ServiceFileName ServiceType ServiceStartType ServiceAccount`],
  [4698, 'A scheduled task was created', `${subject} TaskName TaskContent`],
  [4699, 'A scheduled task was deleted', `${subject} TaskName TaskContent`],
  [4702, 'A scheduled task was updated', `${subject} TaskName TaskContentNew`],
  [4719, 'The audit policy was changed', `${subject} CategoryId SubcategoryId SubcategoryGuid AuditPolicyChanges`],
  [
    4720,
    'A user account was created',
    `${target} ${subject} PrivilegeList SamAccountName DisplayName UserPrincipalName HomeDirectory HomePath ScriptPath ProfilePath UserWorkstations PasswordLastSet AccountExpires PrimaryGroupId AllowedToDelegateTo OldUacValue NewUacValue UserAccountControl UserParameters SidHistory LogonHours`,
  ],
  [4724, 'A password reset was attempted', `${target} ${subject}`],
  [4726, 'A user account was deleted', `${target} ${subject} PrivilegeList`],
  [4728, 'A member was added to a global group', `MemberName MemberSid ${target} ${subject} PrivilegeList`],
  [4732, 'A member was added to a local group', `MemberName MemberSid ${target} ${subject} PrivilegeList`],
  [
    4738,
    'A user account was changed',
    `Dummy ${target} ${subject} PrivilegeList SamAccountName DisplayName UserPrincipalName HomeDirectory HomePath ScriptPath ProfilePath UserWorkstations PasswordLastSet AccountExpires PrimaryGroupId AllowedToDelegateTo OldUacValue NewUacValue UserAccountControl UserParameters SidHistory LogonHours`,
  ],
  [4740, 'A user account was locked out', `${target} ${subject}`],
  [
    4768,
    'A Kerberos ticket-granting ticket was requested',
    'TargetUserName TargetDomainName TargetSid ServiceName ServiceSid TicketOptions Status TicketEncryptionType PreAuthType IpAddress IpPort CertIssuerName CertSerialNumber CertThumbprint',
  ],
  [
    4769,
    'A Kerberos service ticket was requested',
    'TargetUserName TargetDomainName ServiceName ServiceSid TicketOptions TicketEncryptionType IpAddress IpPort Status LogonGuid TransmittedServices',
  ],
  [
    4771,
    'Kerberos pre-authentication failed',
    'TargetUserName TargetSid ServiceName TicketOptions Status PreAuthType IpAddress IpPort CertIssuerName CertSerialNumber CertThumbprint',
  ],
  [4776, 'Credentials were validated', 'PackageName TargetUserName Workstation Status'],
  [
    5136,
    'A directory object was modified',
    'OpCorrelationID AppCorrelationID SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId DSName DSType ObjectDN ObjectGUID ObjectClass AttributeLDAPDisplayName AttributeSyntaxOID AttributeValue OperationType',
  ],
  [5140, 'A network share was accessed', `${subject} ObjectType IpAddress IpPort ShareName ShareLocalPath AccessMask AccessList`],
  [
    5145,
    'A share object was checked for access',
    `${subject} ObjectType IpAddress IpPort ShareName ShareLocalPath RelativeTargetName AccessMask AccessList AccessReason`,
  ],
  [
    5156,
    'The filtering platform permitted a connection',
    'ProcessID Application Direction SourceAddress SourcePort DestAddress DestPort Protocol FilterRTID LayerName LayerRTID RemoteUserID RemoteMachineID',
  ],
]

const others: readonly WindowsEvent[] = [
  {
    provider: 'Service Control Manager',
    channel: 'System',
    id: 7045,
    title: 'A service was installed',
    fields: 'ServiceName ImagePath ServiceType StartType AccountName'.split(' '),
  },
  {
    provider: 'Microsoft-Windows-PowerShell',
    channel: 'Microsoft-Windows-PowerShell/Operational',
    id: 4103,
    title: 'A command ran (module logging)',
    fields: 'ContextInfo UserData Payload'.split(' '),
  },
  {
    provider: 'Microsoft-Windows-PowerShell',
    channel: 'Microsoft-Windows-PowerShell/Operational',
    id: 4104,
    title: 'A script block was compiled',
    fields: 'MessageNumber MessageTotal ScriptBlockText ScriptBlockId Path'.split(' '),
  },
  { provider: 'PowerShell', channel: 'Windows PowerShell', id: 400, title: 'The engine started', fields: ['Data'] },
  { provider: 'PowerShell', channel: 'Windows PowerShell', id: 600, title: 'A provider started', fields: ['Data'] },
  { provider: 'PowerShell', channel: 'Windows PowerShell', id: 800, title: 'A pipeline was executed', fields: ['Data'] },
]

const told = (provider: string, channel: string, rows: readonly (readonly [number, string, string])[]): readonly WindowsEvent[] =>
  rows.map(([id, title, fields]) => ({ provider, channel, id, title, fields: fields.split(' ') }))

/** The events that are known by their fields. */
export const windowsEvents: readonly WindowsEvent[] = [
  ...told('Microsoft-Windows-Sysmon', 'Microsoft-Windows-Sysmon/Operational', sysmon),
  ...told('Microsoft-Windows-Security-Auditing', 'Security', securityEvents),
  ...others,
]

const byPlace: ReadonlyMap<string, WindowsEvent> = new Map(windowsEvents.map(event => [`${event.channel}\n${event.id}`, event]))

/** An event by its channel and id; undefined for one that this table does not have. */
export function windowsEventOf(channel: string, id: number): WindowsEvent | undefined {
  return byPlace.get(`${channel}\n${id}`)
}
