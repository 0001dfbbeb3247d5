// The tables, functions and columns that queries in KQL are checked against, long because it is data only. Typed from Microsoft's references of the advanced hunting schema, of Azure Monitor's tables and of the ASIM schemas; not from our schemas.

const initiating = `InitiatingProcessAccountDomain InitiatingProcessAccountName InitiatingProcessAccountSid InitiatingProcessAccountUpn InitiatingProcessAccountObjectId
InitiatingProcessLogonId:long InitiatingProcessIntegrityLevel InitiatingProcessTokenElevation InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5
InitiatingProcessFileName InitiatingProcessFileSize:long InitiatingProcessVersionInfoCompanyName InitiatingProcessVersionInfoProductName
InitiatingProcessVersionInfoProductVersion InitiatingProcessVersionInfoInternalFileName InitiatingProcessVersionInfoOriginalFileName
InitiatingProcessVersionInfoFileDescription InitiatingProcessId:long InitiatingProcessCommandLine InitiatingProcessCreationTime:datetime
InitiatingProcessFolderPath InitiatingProcessParentId:long InitiatingProcessParentFileName InitiatingProcessParentCreationTime:datetime
InitiatingProcessSignerType InitiatingProcessSignatureStatus`
const device = 'Timestamp:datetime DeviceId DeviceName ActionType ReportId:long AppGuardContainerId AdditionalFields'

const file = 'FileName FolderPath SHA1 SHA256 MD5 FileSize:long'

/** Advanced hunting: columns without a type are strings. */
export const defenderTables: Readonly<Record<string, string>> = {
  DeviceProcessEvents: `${device} ${file} ${initiating} ProcessVersionInfoCompanyName ProcessVersionInfoProductName ProcessVersionInfoProductVersion
ProcessVersionInfoInternalFileName ProcessVersionInfoOriginalFileName ProcessVersionInfoFileDescription ProcessId:long ProcessCommandLine
ProcessIntegrityLevel ProcessTokenElevation ProcessCreationTime:datetime AccountDomain AccountName AccountSid AccountUpn AccountObjectId LogonId:long`,
  DeviceNetworkEvents: `${device} ${initiating} RemoteIP RemotePort:int RemoteUrl LocalIP LocalPort:int Protocol LocalIPType RemoteIPType`,
  DeviceFileEvents: `${device} ${file} ${initiating} FileOriginUrl FileOriginReferrerUrl FileOriginIP PreviousFolderPath PreviousFileName
RequestProtocol RequestSourceIP RequestSourcePort:int RequestAccountName RequestAccountDomain RequestAccountSid ShareName SensitivityLabel
SensitivitySubLabel IsAzureInfoProtectionApplied:bool`,
  DeviceRegistryEvents: `${device} ${initiating} RegistryKey RegistryValueType RegistryValueName RegistryValueData PreviousRegistryKey
PreviousRegistryValueName PreviousRegistryValueData`,
  DeviceImageLoadEvents: `${device} ${file} ${initiating}`,
  DeviceLogonEvents: `${device} ${initiating} LogonType AccountDomain AccountName AccountSid Protocol FailureReason IsLocalAdmin:bool LogonId:long
RemoteDeviceName RemoteIP RemoteIPType RemotePort:int`,
  DeviceEvents: `${device} ${file} ${initiating} AccountDomain AccountName AccountSid RemoteUrl RemoteDeviceName ProcessId:long ProcessCommandLine
ProcessCreationTime:datetime ProcessTokenElevation LogonId:long RegistryKey RegistryValueName RegistryValueData RemoteIP RemotePort:int LocalIP
LocalPort:int FileOriginUrl FileOriginIP`,
}

const collected = 'TenantId TimeGenerated:datetime SourceSystem Type Computer ManagementGroupName _ResourceId'

/** Log Analytics. */
export const sentinelTables: Readonly<Record<string, string>> = {
  SecurityEvent: `${collected} AccessMask Account AccountDomain AccountExpires AccountName AccountSessionIdentifier AccountType Activity AdditionalInfo
AdditionalInfo2 AllowedToDelegateTo Attributes AuditPolicyChanges AuditsDiscarded:int AuthenticationLevel:int AuthenticationPackageName
AuthenticationProvider AuthenticationServer AuthenticationService:int AuthenticationType AzureDeploymentID CACertificateHash CalledStationID
CallerProcessId CallerProcessName CallingStationID CAPublicKeyHash CategoryId CertificateDatabaseHash Channel ClassId ClassName ClientAddress
ClientIPAddress ClientName CommandLine CompatibleIds DCDNSName DeviceDescription DeviceId DisplayName Disposition DomainBehaviorVersion DomainName
DomainPolicyChanged DomainSid EAPType ElevatedToken ErrorCode:int EventData EventID:int EventLevelName EventRecordId EventSourceName
ExtendedQuarantineState FailureReason FileHash FilePath FilePathNoUser Filter ForceLogoff Fqbn FullyQualifiedSubjectMachineName
FullyQualifiedSubjectUserName GroupMembership HandleId HardwareIds HomeDirectory HomePath ImpersonationLevel InterfaceUuid IpAddress IpPort
KeyLength:int Keywords Level LmPackageName LocationInformation LockoutDuration LockoutObservationWindow LockoutThreshold LoggingResult LogonGuid
LogonHours LogonID LogonProcessName LogonType:int LogonTypeName MachineAccountQuota MachineInventory MachineLogon MandatoryLabel MaxPasswordAge
MemberName MemberSid MinPasswordAge MinPasswordLength MixedDomainMode NASIdentifier NASIPv4Address NASIPv6Address NASPort NASPortType
NetworkPolicyName NewDate NewMaxUsers NewProcessId NewProcessName NewRemark NewShareFlags NewTime NewUacValue NewValue NewValueType ObjectName
ObjectServer ObjectType ObjectValueName OemInformation OldMaxUsers OldRemark OldShareFlags OldUacValue OldValue OldValueType OperationType
PackageName ParentProcessName PasswordHistoryLength PasswordLastSet PasswordProperties PreviousDate PreviousTime PrimaryGroupId
PrivateKeyUsageCount PrivilegeList Process ProcessId ProcessName ProfilePath Properties ProtocolSequence ProxyPolicyName QuarantineHelpURL
QuarantineSessionID QuarantineSessionIdentifier QuarantineState QuarantineSystemHealthResult RelativeTargetName RemoteIpAddress RemotePort
Requester RequestId RestrictedAdminMode RowsDeleted SamAccountName ScriptPath SecurityDescriptor ServiceAccount ServiceFileName ServiceName
ServiceStartType:int ServiceType SessionName ShareLocalPath ShareName SidHistory SourceComputerId Status StorageAccount SubcategoryGuid
SubcategoryId Subject SubjectAccount SubjectDomainName SubjectKeyIdentifier SubjectLogonId SubjectMachineName SubjectMachineSID SubjectUserName
SubjectUserSid SubStatus SystemProcessId:int SystemThreadId:int SystemUserId TableId TargetAccount TargetDomainName TargetInfo TargetLinkedLogonId
TargetLogonGuid TargetLogonId TargetOutboundDomainName TargetOutboundUserName TargetServerName TargetSid TargetUser TargetUserName TargetUserSid
Task:int TemplateContent TemplateDSObjectFQDN TemplateInternalName TemplateOID TemplateSchemaVersion TemplateVersion TimeCollected:datetime
TokenElevationType TransmittedServices UserAccountControl UserParameters UserPrincipalName UserWorkstations VirtualAccount VendorIds Version
Workstation WorkstationName`,
  Event: `${collected} Source EventLog EventLevel:int EventLevelName ParameterXml EventData EventID:int RenderedDescription AzureDeploymentID Role
EventCategory:int UserName Message MG`,
  WindowsEvent: `${collected} Channel Correlation Data EventData:dynamic EventID:int EventLevel:int EventLevelName EventOriginId EventRecordId Keywords
Opcode Provider RawEventData SystemProcessId:int SystemThreadId:int SystemUserId Task:int TimeCreated:datetime Version:int`,
}

const normalised = `TimeGenerated:datetime Type EventMessage EventCount:int EventStartTime:datetime EventEndTime:datetime EventType EventSubType EventResult
EventResultDetails EventOriginalUid EventOriginalType EventOriginalSubType EventOriginalResultDetails EventSeverity EventOriginalSeverity EventProduct
EventProductVersion EventVendor EventSchema EventSchemaVersion EventReportUrl EventOwner Dvc DvcIpAddr DvcHostname DvcDomain DvcDomainType DvcFQDN DvcId
DvcIdType DvcMacAddr DvcZone DvcOs DvcOsVersion DvcAction DvcOriginalAction DvcScopeId DvcScope DvcInterface AdditionalFields:dynamic`
const actor = 'ActorUserId ActorUserIdType ActorUsername ActorUsernameType ActorSessionId ActorUserType ActorScope'
const actingProcess = `ActingProcessCommandLine ActingProcessName ActingProcessFileCompany ActingProcessFileDescription ActingProcessFileProduct
ActingProcessFileVersion ActingProcessFileInternalName ActingProcessFileOriginalName ActingProcessIsHidden:bool ActingProcessInjectedAddress ActingProcessId
ActingProcessGuid ActingProcessIntegrityLevel ActingProcessMD5 ActingProcessSHA1 ActingProcessSHA256 ActingProcessSHA512 ActingProcessIMPHASH
ActingProcessCreationTime:datetime ActingProcessTokenElevation ActingProcessFileSize:long ActingProcessFilename`
const processEvents = `${normalised} ${actor} ${actingProcess} ParentProcessName ParentProcessFileCompany ParentProcessFileDescription ParentProcessFileProduct
ParentProcessFileVersion ParentProcessIsHidden:bool ParentProcessInjectedAddress ParentProcessId ParentProcessGuid ParentProcessIntegrityLevel
ParentProcessMD5 ParentProcessSHA1 ParentProcessSHA256 ParentProcessSHA512 ParentProcessIMPHASH ParentProcessTokenElevation
ParentProcessCreationTime:datetime TargetUsername TargetUsernameType TargetUserId TargetUserIdType TargetUserType TargetUserSessionId
TargetUserSessionGuid TargetProcessName TargetProcessFilename TargetProcessFileCompany TargetProcessFileDescription TargetProcessFileProduct
TargetProcessFileSize:long TargetProcessFileVersion TargetProcessFileInternalName TargetProcessFileOriginalName TargetProcessIsHidden:bool
TargetProcessInjectedAddress TargetProcessMD5 TargetProcessSHA1 TargetProcessSHA256 TargetProcessSHA512 TargetProcessIMPHASH
TargetProcessCommandLine TargetProcessCurrentDirectory TargetProcessCreationTime:datetime TargetProcessId TargetProcessGuid
TargetProcessIntegrityLevel TargetProcessTokenElevation TargetProcessStatusCode Hash HashType User Process CommandLine`

/** What the parsers of ASIM return. */
export const asimFunctions: Readonly<Record<string, string>> = {
  _Im_ProcessCreate: processEvents,
  _Im_ProcessTerminate: processEvents,
  _Im_NetworkSession: `${normalised} NetworkApplicationProtocol NetworkProtocol NetworkProtocolVersion NetworkDirection NetworkDuration:int NetworkIcmpCode:int
NetworkIcmpType NetworkConnectionHistory DstBytes:long SrcBytes:long NetworkBytes:long DstPackets:long SrcPackets:long NetworkPackets:long
NetworkSessionId SessionId TcpFlagsAck:bool Dst DstIpAddr DstPortNumber:int DstHostname DstDomain DstDomainType DstFQDN DstDvcId DstDvcIdType DstDeviceType
DstZone DstInterfaceName DstMacAddr DstGeoCountry DstUserId DstUserIdType DstUsername DstUsernameType DstUserType DstOriginalUserType DstAppName
DstAppId DstAppType DstProcessName DstProcessId DstProcessGuid Src SrcIpAddr SrcPortNumber:int SrcHostname SrcDomain SrcDomainType SrcFQDN SrcDvcId
SrcDvcIdType SrcDeviceType SrcZone SrcInterfaceName SrcMacAddr SrcGeoCountry SrcUserId SrcUserIdType SrcUsername SrcUsernameType SrcUserType
SrcOriginalUserType SrcAppName SrcAppId SrcAppType SrcProcessName SrcProcessId SrcProcessGuid Hostname IpAddr User`,
  _Im_Dns: `${normalised} Src SrcIpAddr SrcPortNumber:int SrcHostname SrcDomain SrcFQDN SrcDvcId SrcDeviceType SrcUserId SrcUserIdType SrcUsername
SrcUsernameType SrcUserType SrcProcessName SrcProcessId SrcProcessGuid Dst DstIpAddr DstPortNumber:int DstHostname DstDomain DstFQDN DnsQuery Domain
DnsQueryType:int DnsQueryTypeName DnsResponseName DnsResponseCodeName DnsResponseCode:int TransactionIdHex NetworkProtocol DnsQueryClass:int
DnsQueryClassName DnsFlags DnsNetworkDuration:int DnsSessionId SessionId UrlCategory User Process`,
  _Im_RegistryEvent: `${normalised} ${actor} ${actingProcess} ParentProcessName ParentProcessId ParentProcessGuid RegistryKey RegistryValue RegistryValueType
RegistryValueData RegistryPreviousKey RegistryPreviousValue RegistryPreviousValueType RegistryPreviousValueData User Process`,
  _Im_FileEvent: `${normalised} ${actor} ${actingProcess} TargetFileCreationTime:datetime TargetFileDirectory TargetFileExtension TargetFileMimeType
TargetFileName FileName TargetFilePath TargetFilePathType TargetFileMD5 TargetFileSHA1 TargetFileSHA256 TargetFileSHA512 Hash HashType
TargetFileSize:long SrcFileCreationTime:datetime SrcFileDirectory SrcFileExtension SrcFileMimeType SrcFileName SrcFilePath SrcFilePathType SrcFileMD5
SrcFileSHA1 SrcFileSHA256 SrcFileSHA512 SrcFileSize:long SrcIpAddr TargetAppName TargetAppId TargetUrl HttpUserAgent User Process CommandLine`,
}

/** The names of parsers deployed in a workspace for those built in. */
export const workspaceFunctions: Readonly<Record<string, string>> = {
  imProcessCreate: '_Im_ProcessCreate',
  imProcessTerminate: '_Im_ProcessTerminate',
  imNetworkSession: '_Im_NetworkSession',
  imDns: '_Im_Dns',
  imRegistry: '_Im_RegistryEvent',
  imFileEvent: '_Im_FileEvent',
}
