// The tables of Microsoft Sentinel and Log Analytics with the types of their columns, as data. Facts: Azure Monitor's table reference (https://learn.microsoft.com/azure/azure-monitor/reference/tables-index), the ASIM schemas.

import type { Columns } from './defender.ts'

const collected =
  'TenantId SourceSystem TimeGenerated:datetime Type _ResourceId _SubscriptionId _ItemId _BilledSize:real _IsBillable'
const agent = `${collected} MG ManagementGroupName Computer`
const signIn = (
  nested: 'dynamic' | 'string',
): Columns => `${collected} OperationName OperationVersion Category ResultType ResultSignature ResultDescription DurationMs:long CorrelationId
Resource ResourceGroup ResourceProvider Identity Level Location AlternateSignInName AppDisplayName AppId AuthenticationDetails
AuthenticationMethodsUsed AuthenticationProcessingDetails AuthenticationRequirement AuthenticationRequirementPolicies ClientAppUsed
ConditionalAccessPolicies:${nested} ConditionalAccessStatus CreatedDateTime:datetime DeviceDetail:${nested} IsInteractive:bool Id IPAddress
IsRisky:bool LocationDetails:${nested} MfaDetail:${nested} NetworkLocationDetails OriginalRequestId ProcessingTimeInMilliseconds RiskDetail
RiskEventTypes RiskEventTypes_V2 RiskLevelAggregated RiskLevelDuringSignIn RiskState ResourceDisplayName ResourceIdentity ResourceServicePrincipalId
ServicePrincipalId ServicePrincipalName Status:${nested} TokenIssuerName TokenIssuerType UserAgent UserDisplayName UserId UserPrincipalName
AADTenantId UserType FlaggedForReview:bool IPAddressFromResourceProvider SignInIdentifier SignInIdentifierType ResourceTenantId HomeTenantId
UniqueTokenIdentifier SessionLifetimePolicies AutonomousSystemNumber AuthenticationProtocol CrossTenantAccessType AppliedConditionalAccessPolicies
RiskLevel IncomingTokenType AuthenticationContextClassReferences HomeTenantName IsTenantRestricted:bool IsThroughGlobalSecureAccess:bool
GlobalSecureAccessIpAddress OriginalTransferMethod TokenProtectionStatusDetails:${nested} SessionId AppOwnerTenantId ResourceOwnerTenantId ClientCredentialType FederatedCredentialId Agent:dynamic`

const normalised = `TimeGenerated:datetime Type EventMessage EventCount:int EventStartTime:datetime EventEndTime:datetime EventType EventSubType EventResult
EventResultDetails EventOriginalUid EventOriginalType EventOriginalSubType EventOriginalResultDetails EventSeverity EventOriginalSeverity EventProduct
EventProductVersion EventVendor EventSchema EventSchemaVersion EventReportUrl EventOwner Dvc DvcIpAddr DvcHostname DvcDomain DvcDomainType DvcFQDN DvcId
DvcIdType DvcMacAddr DvcZone DvcOs DvcOsVersion DvcAction DvcOriginalAction DvcScopeId DvcScope DvcInterface AdditionalFields:dynamic`
const actor = 'ActorUserId ActorUserIdType ActorUsername ActorUsernameType ActorSessionId ActorUserType ActorScope'
const processOf = (
  role: string,
): Columns => `${role}ProcessCommandLine ${role}ProcessName ${role}ProcessFileCompany ${role}ProcessFileDescription ${role}ProcessFileProduct
${role}ProcessFileVersion ${role}ProcessFileInternalName ${role}ProcessFileOriginalName ${role}ProcessFilename ${role}ProcessFileSize:long
${role}ProcessIsHidden:bool ${role}ProcessInjectedAddress ${role}ProcessId ${role}ProcessGuid ${role}ProcessIntegrityLevel ${role}ProcessMD5
${role}ProcessSHA1 ${role}ProcessSHA256 ${role}ProcessSHA512 ${role}ProcessIMPHASH ${role}ProcessCreationTime:datetime ${role}ProcessTokenElevation`
const target =
  'TargetUsername TargetUsernameType TargetUserId TargetUserIdType TargetUserType TargetUserSessionId TargetUserSessionGuid TargetUserScope'
const endpoint = (
  role: string,
): Columns => `${role} ${role}IpAddr ${role}PortNumber:int ${role}Hostname ${role}Domain ${role}DomainType ${role}FQDN ${role}DvcId ${role}DvcIdType
${role}DeviceType ${role}Zone ${role}InterfaceName ${role}MacAddr ${role}GeoCountry ${role}GeoRegion ${role}GeoCity ${role}UserId ${role}UserIdType ${role}Username
${role}UsernameType ${role}UserType ${role}OriginalUserType ${role}AppName ${role}AppId ${role}AppType ${role}ProcessName ${role}ProcessId ${role}ProcessGuid`
const created = `${normalised} ${actor} ${processOf('Acting')} ${processOf('Parent')} ${target} ${processOf('Target')} TargetProcessCurrentDirectory
TargetProcessStatusCode Hash HashType User Process CommandLine`
const network = `${normalised} ${endpoint('Src')} ${endpoint('Dst')} NetworkApplicationProtocol NetworkProtocol NetworkProtocolVersion NetworkDirection
NetworkDuration:int NetworkIcmpCode:int NetworkIcmpType NetworkConnectionHistory DstBytes:long SrcBytes:long NetworkBytes:long DstPackets:long
SrcPackets:long NetworkPackets:long NetworkSessionId SessionId TcpFlagsAck:bool DstNatIpAddr DstNatPortNumber:int SrcNatIpAddr SrcNatPortNumber:int
DvcInboundInterface DvcOutboundInterface NetworkRuleName NetworkRuleNumber:int ThreatId ThreatName ThreatCategory ThreatRiskLevel:int Hostname IpAddr
User Rule Duration:int InnerVlanId OuterVlanId`
const dns = `${normalised} ${endpoint('Src')} ${endpoint('Dst')} DnsQuery Domain DnsQueryType:int DnsQueryTypeName DnsResponseName DnsResponseCodeName
DnsResponseCode:int TransactionIdHex NetworkProtocol DnsQueryClass:int DnsQueryClassName DnsFlags DnsNetworkDuration:int DnsSessionId SessionId
DnsAnswerCount:int UrlCategory DomainCategory ThreatCategory ThreatId User Process Hostname IpAddr Duration:int`
const registry = `${normalised} ${actor} ${processOf('Acting')} ParentProcessName ParentProcessId ParentProcessGuid RegistryKey RegistryValue RegistryValueType
RegistryValueData RegistryPreviousKey RegistryPreviousValue RegistryPreviousValueType RegistryPreviousValueData User Process Username`
const files = `${normalised} ${actor} ${processOf('Acting')} TargetFileCreationTime:datetime TargetFileDirectory TargetFileExtension TargetFileMimeType
TargetFileName FileName TargetFilePath FilePath TargetFilePathType TargetFileMD5 TargetFileSHA1 TargetFileSHA256 TargetFileSHA512 Hash HashType
TargetFileSize:long SrcFileCreationTime:datetime SrcFileDirectory SrcFileExtension SrcFileMimeType SrcFileName SrcFilePath SrcFilePathType SrcFileMD5
SrcFileSHA1 SrcFileSHA256 SrcFileSHA512 SrcFileSize:long SrcIpAddr TargetAppName TargetAppId TargetUrl Url HttpUserAgent User Process CommandLine`
const logons = `${normalised} ${actor} ${target} ${endpoint('Src')} LogonMethod LogonProtocol LogonTarget ActingAppName ActingAppId ActingAppType TargetAppName
TargetAppId TargetAppType TargetUrl TargetHostname TargetDomain TargetFQDN TargetIpAddr TargetPortNumber:int TargetDvcId TargetDeviceType
HttpUserAgent User IpAddr Src Application`

export const sentinelTables: Readonly<Record<string, Columns>> = {
  SecurityEvent: `${agent} AccessMask Account AccountDomain AccountExpires AccountName AccountSessionIdentifier AccountType Activity AdditionalInfo
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
ObjectServer ObjectType ObjectValueName OemInformation OldMaxUsers OldRemark OldShareFlags OldUacValue OldValue OldValueType Opcode OperationType
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
  Event: `${agent} Source EventLog EventLevel:int EventLevelName ParameterXml EventData EventID:int RenderedDescription AzureDeploymentID Role
EventCategory:int UserName Message`,
  WindowsEvent: `${agent} Channel Correlation Data EventData:dynamic EventID:int EventLevel:int EventLevelName EventOriginId EventRecordId Keywords
Opcode Provider RawEventData SystemProcessId:int SystemThreadId:int SystemUserId Task:int TimeCreated:datetime Version:int`,
  Syslog: `${agent} EventTime:datetime Facility HostName SeverityLevel SyslogMessage ProcessID:int HostIP ProcessName CollectorHostName`,
  CommonSecurityLog: `${agent} DeviceVendor DeviceProduct DeviceVersion DeviceEventClassID Activity LogSeverity OriginalLogSeverity AdditionalExtensions DeviceAction
ApplicationProtocol EventCount:int DestinationDnsDomain DestinationServiceName DestinationTranslatedAddress DestinationTranslatedPort:int
CommunicationDirection DeviceDnsDomain DeviceExternalID DeviceFacility DeviceInboundInterface DeviceNtDomain DeviceOutboundInterface
DevicePayloadId ProcessName DeviceTranslatedAddress DestinationHostName DestinationMACAddress DestinationNTDomain DestinationProcessId:int
DestinationUserPrivileges DestinationProcessName DestinationPort:int DestinationIP DeviceTimeZone DestinationUserID DestinationUserName
DeviceAddress DeviceName DeviceMacAddress ProcessID:int EndTime:datetime ExternalID:int ExtID FileCreateTime FileHash FileID FileModificationTime
FilePath FilePermission FileType FileName FileSize:int ReceivedBytes:long Message OldFileCreateTime OldFileHash OldFileID OldFileModificationTime
OldFileName OldFilePath OldFilePermission OldFileSize:int OldFileType SentBytes:long EventOutcome Protocol Reason RequestURL
RequestClientApplication RequestContext RequestCookies RequestMethod ReceiptTime SourceHostName SourceMACAddress SourceNTDomain SourceDnsDomain
SourceServiceName SourceTranslatedAddress SourceTranslatedPort:int SourceProcessId:int SourceUserPrivileges SourceProcessName SourcePort:int
SourceIP StartTime:datetime SourceUserID SourceUserName EventType:int DeviceEventCategory DeviceCustomIPv6Address1
DeviceCustomIPv6Address1Label DeviceCustomIPv6Address2 DeviceCustomIPv6Address3 DeviceCustomFloatingPoint1:real
DeviceCustomFloatingPoint2:real DeviceCustomNumber1:int DeviceCustomNumber1Label DeviceCustomNumber2:int DeviceCustomNumber2Label
DeviceCustomNumber3:int DeviceCustomNumber3Label DeviceCustomString1 DeviceCustomString1Label DeviceCustomString2 DeviceCustomString2Label
DeviceCustomString3 DeviceCustomString3Label DeviceCustomString4 DeviceCustomString4Label DeviceCustomString5 DeviceCustomString5Label
DeviceCustomString6 DeviceCustomString6Label DeviceCustomDate1 DeviceCustomDate1Label DeviceCustomDate2 DeviceCustomDate2Label FlexDate1
FlexNumber1:int FlexNumber2:int FlexString1 FlexString2 FieldDeviceCustomNumber1:long FieldDeviceCustomNumber2:long FieldDeviceCustomNumber3:long
RemoteIP RemotePort MaliciousIP ThreatSeverity:int IndicatorThreatType ThreatDescription ThreatConfidence ReportReferenceLink
MaliciousIPLongitude:real MaliciousIPLatitude:real MaliciousIPCountry CollectorHostName SimplifiedDeviceAction SourceGeoCity`,
  SigninLogs: signIn('dynamic'),
  AADNonInteractiveUserSignInLogs: signIn('string'),
  AADServicePrincipalSignInLogs: signIn('string'),
  AADManagedIdentitySignInLogs: signIn('string'),
  AuditLogs: `${collected} OperationName OperationVersion Category ResultType ResultSignature ResultDescription DurationMs:long CorrelationId Resource
ResourceGroup ResourceProvider Identity Level Location AdditionalDetails:dynamic Id InitiatedBy:dynamic LoggedByService Result ResultReason
TargetResources:dynamic AADTenantId ActivityDisplayName ActivityDateTime:datetime AADOperationType`,
  OfficeActivity: `${collected} Application UserDomain UserAgent RecordType TimeReceived:datetime Operation OrganizationId OrganizationId_ UserType UserKey
OfficeWorkload ResultStatus ResultReasonType OfficeObjectId UserId UserId_ ClientIP ClientIP_ Scope Site_ ItemType EventSource Source_Name
MachineDomainInfo MachineId Site_Url Site_Url_ SourceRelativeUrl SourceRelativeUrl_ SourceFileName SourceFileName_ SourceFileExtension
DestinationRelativeUrl DestinationFileName DestinationFileExtension UserSharedWith SharingType CustomEvent EventData ModifiedObjectResolvedName
Parameters ExternalAccess OriginatingServer OrganizationName Logon_Type:int InternalLogonType:int MailboxGuid MailboxOwnerUPN MailboxOwnerSid
MailboxOwnerMasterAccountSid LogonUserSid LogonUserDisplayName ClientInfoString Client_IPAddress ClientMachineName ClientProcessName
ClientVersion Folder CrossMailboxOperations:bool DestMailboxId DestMailboxOwnerUPN DestMailboxOwnerSid DestFolder Folders AffectedItems Item
ModifiedProperties SendAsUserSmtp SendAsUserMailboxGuid SendOnBehalfOfUserSmtp SendOnBehalfOfUserMailboxGuid ExtendedProperties Client
LoginStatus:int UserDomain_ Actor ActorContextId ActorIpAddress InterSystemsId IntraSystemId SupportTicketId TargetContextId DataCenterSecurityEventType:int
EffectiveOrganization ElevationTime:datetime ElevationApprover ElevationApprovedTime:datetime ElevationRequestId ElevationRole ElevationDuration:int
GenericInfo AzureActiveDirectory_EventType AzureADAppId TeamName TeamGuid ChannelName ChannelGuid ChannelType Members:dynamic
MessageId MessageType AddonName AddonType AddonGuid AddOnGuid TabType Name OldValue NewValue ItemName ChatThreadId ChatName CommunicationType
AADGroupId OperationScope AppDistributionMode OperationProperties:dynamic TargetUserId TargetUserOrGroupName TargetUserOrGroupType AppAccessContext:dynamic
UserGivenAccess TargetMailbox AccessRights ConditionalAccessAppName`,
  AzureActivity: `${collected} OperationName OperationNameValue Level ActivityStatus ActivityStatusValue ActivitySubstatus ActivitySubstatusValue
ResourceGroup SubscriptionId CorrelationId Caller CallerIpAddress Category CategoryValue HTTPRequest Properties EventSubmissionTimestamp:datetime
Authorization ResourceId OperationId ResourceProvider ResourceProviderValue Resource Claims Claims_d:dynamic Properties_d:dynamic
Authorization_d:dynamic EventDataId Hierarchy`,
  AzureDiagnostics: `${collected} Category OperationName ResultType ResultDescription ResultSignature CorrelationId CallerIPAddress Resource ResourceGroup ResourceId
ResourceProvider ResourceType SubscriptionId Level DurationMs:long requestUri_s id_s identity_claim_appid_g identity_claim_oid_g
identity_claim_http_schemas_xmlsoap_org_ws_2005_05_identity_claims_upn_s httpStatusCode_d:real clientInfo_s msg_s hostname_s ruleId_s
addedIpRule_Value_s`,
  AWSCloudTrail: `${collected} AwsEventId EventVersion EventSource EventTypeName EventName UserIdentityType UserIdentityPrincipalid UserIdentityArn
UserIdentityAccountId UserIdentityInvokedBy UserIdentityUserName UserIdentityAccessKeyId SessionMfaAuthenticated:bool
SessionCreationDate:datetime SessionIssuerType SessionIssuerPrincipalId SessionIssuerArn SessionIssuerAccountId SessionIssuerUserName
AWSRegion SourceIpAddress UserAgent RequestParameters ResponseElements AdditionalEventData AwsRequestId AwsRequestId_ Resources ReadOnly:bool
ServiceEventDetails SharedEventId ErrorCode ErrorMessage APIVersion ManagementEvent:bool OperationName Category CidrIp IpProtocol
RecipientAccountId VpcEndpointId EC2RoleDelivery IpAddress UserIdentityAccountName CloudTrailLogTime`,
  AWSGuardDuty: `${collected} SchemaVersion AccountId Region Partition Id Arn ActivityType ResourceDetails:dynamic ServiceDetails:dynamic Severity:int
TimeCreated:datetime Title Description`,
  SecurityAlert: `${collected} DisplayName AlertName AlertSeverity Description ProviderName VendorName VendorOriginalId SystemAlertId ResourceId
SourceComputerId AlertType ConfidenceLevel ConfidenceScore:real IsIncident:bool StartTime:datetime EndTime:datetime
ProcessingEndTime:datetime RemediationSteps ExtendedProperties Entities WorkspaceSubscriptionId WorkspaceResourceGroup ExtendedLinks ProductName
ProductComponentName AlertLink Status CompromisedEntity Tactics Techniques SubTechniques`,
  SecurityIncident: `${collected} IncidentName Title Description Severity Status Classification ClassificationComment ClassificationReason Owner:dynamic
ProviderName ProviderIncidentId FirstActivityTime:datetime LastActivityTime:datetime FirstModifiedTime:datetime LastModifiedTime:datetime
CreatedTime:datetime ClosedTime:datetime IncidentNumber:int RelatedAnalyticRuleIds:dynamic AlertIds:dynamic BookmarkIds:dynamic
Comments:dynamic Tasks:dynamic Labels:dynamic IncidentUrl AdditionalData:dynamic ModifiedBy`,
  MicrosoftGraphActivityLogs: `${collected} AadTenantId ApiVersion AppId ATContent ATContentH ATContentP ClientAuthMethod:int ClientRequestId DurationMs:int
IdentityProvider IPAddress Location OperationId RequestId RequestMethod RequestUri ResponseSizeBytes:int ResponseStatusCode:int Roles Scopes
ServicePrincipalId SignInActivityId SessionId TokenIssuedAt:datetime UserAgent UserId Wids C_DeviceId C_Iat C_Idtyp C_Oid C_Sid UserPrincipalObjectID`,
  AADUserRiskEvents: `${collected} Activity ActivityDateTime:datetime AdditionalInfo:dynamic CorrelationId DetectedDateTime:datetime DetectionTimingType Id
IpAddress LastUpdatedDateTime:datetime Location:dynamic OperationName RequestId RiskDetail RiskEventType RiskLevel RiskState Source
TokenIssuerType UserDisplayName UserId UserPrincipalName`,
  AADRiskyUsers: `${collected} CorrelationId Id IsDeleted:bool IsProcessing:bool OperationName RiskDetail RiskLastUpdatedDateTime:datetime RiskLevel RiskState
UserDisplayName UserPrincipalName`,
  AADRiskyServicePrincipals: `${collected} AccountEnabled:bool AppId CorrelationId DisplayName Id IsProcessing:bool OperationName RiskDetail
RiskLastUpdatedDateTime:datetime RiskLevel RiskState ServicePrincipalType`,
  BehaviorAnalytics: `${collected} ActionType ActivityInsights:dynamic ActivityType DestinationDevice DestinationIPAddress DestinationIPLocation DeviceInsights:dynamic
DevicesInsights:dynamic EventProductVersion EventSource EventVendor InvestigationPriority:int NativeTableName SourceDevice SourceIPAddress SourceIPLocation
SourceRecordId TargetUserName TimeProcessed:datetime UserName UserPrincipalName UsersInsights:dynamic`,
  Anomalies: `${collected} ActivityInsights:dynamic AnomalyDetails:dynamic AnomalyReasons:dynamic AnomalyTemplateId AnomalyTemplateName AnomalyTemplateVersion
Description DestinationDevice DestinationIpAddress DestinationLocation:dynamic DeviceInsights:dynamic EndTime:datetime Entities:dynamic ExtendedLinks:dynamic
ExtendedProperties:dynamic Id RuleConfigVersion RuleId RuleName RuleStatus Score:real SourceDevice SourceIpAddress SourceLocation:dynamic
StartTime:datetime Tactics Techniques UserInsights:dynamic UserName UserPrincipalName VendorName WorkspaceId`,
  ThreatIntelligenceIndicator: `${collected} Action Active:bool ActivityGroupNames AdditionalInformation ApplicationId AzureTenantId ConfidenceScore:real Description
DiamondModel DomainName EmailEncoding EmailLanguage EmailRecipient EmailSenderAddress EmailSenderName EmailSourceDomain EmailSourceIpAddress EmailSubject
EmailXMailer ExpirationDateTime:datetime ExternalIndicatorId FileCompileDateTime:datetime FileCreatedDateTime:datetime FileHashType FileHashValue
FileMutexName FileName FilePacker FilePath FileSize:int FileType IndicatorId IndicatorProvider KillChainActions:bool KnownFalsePositives
MalwareNames NetworkCidrBlock NetworkDestinationAsn:int NetworkDestinationCidrBlock NetworkDestinationIP NetworkDestinationPort:int NetworkIP
NetworkPort:int NetworkProtocol:int NetworkSourceAsn:int NetworkSourceCidrBlock NetworkSourceIP NetworkSourcePort:int PassiveOnly:bool
SourceSystem Tags ThreatSeverity:int ThreatType TrafficLightProtocolLevel Url UserAgent`,
  ThreatIntelIndicators: `${collected} AdditionalFields:dynamic Confidence:int Created:datetime Data:dynamic Id IsActive:bool IsDeleted:bool LastUpdateMethod Modified:datetime
ObservableKey ObservableValue Pattern Revoked:bool Tags ValidFrom:datetime ValidUntil:datetime WorkspaceId`,
  Heartbeat: `${agent} Category ComputerEnvironment ComputerIP ComputerPrivateIPs:dynamic IsGatewayInstalled:bool OSMajorVersion OSMinorVersion OSName OSType
RemoteIPCountry RemoteIPLatitude:real RemoteIPLongitude:real Resource ResourceGroup ResourceId ResourceProvider ResourceType SCAgentChannel Solutions SourceComputerId
SubscriptionId Version VMUUID`,
  Usage: `${agent} AvgLatencyInSeconds:real BatchesCapped:long BatchesOutsideSla:long BatchesWithinSla:long DataType EndTime:datetime IsBillable:bool LinkedMeterId
LinkedResourceUri MeterId Quantity:real QuantityUnit ResourceUri Solution StartTime:datetime Type`,
  DnsEvents: `${agent} ClientIP Confidence Description EventId:int IndicatorThreatType IPAddresses MaliciousIP Message Name QueryType RemoteIPCountry
RemoteIPLatitude:real RemoteIPLongitude:real ReportReferenceLink Result ResultCode:int Severity:int SubType TaskCategory`,
  LAQueryLogs: `${collected} AADClientId AADEmail AADObjectId AADTenantId CorrelationId IsBillableQuery:bool IsWorkspaceInFailover:bool QueryText QueryTimeRangeEnd:datetime
QueryTimeRangeStart:datetime RequestClientApp RequestContext:dynamic RequestTarget ResponseCode:int ResponseDurationMs:real ResponseRowCount:int StatsCPUTimeMs:real`,
  Perf: `${agent} BucketEndTime:datetime BucketStartTime:datetime CounterName CounterPath CounterValue:real InstanceName Max:real Min:real ObjectName SampleCount:int StandardDeviation:real`,
  IntuneDevices: `${collected} AndroidPatchLevel BatchId CategoryName CompliantState CreatedDate DeviceId DeviceName DeviceRegistrationState DeviceState EasID EncryptionStatusString
GraphDeviceIsManaged:bool IMEI InGracePeriodUntil JailBroken JoinType LastContact ManagedBy ManagedDeviceName Manufacturer MEID Model OperationName OS OSVersion
Ownership PhoneNumber PrimaryUser ReferenceId Result SerialNumber Stats:dynamic StorageFree:long StorageTotal:long SubscriberCarrierNetwork
SupervisedStatusString UPN UserEmail UserName WifiMacAddress`,
  IntuneAuditLogs: `${collected} CorrelationId Identity OperationName Properties ResultDescription ResultType`,
  IntuneOperationalLogs: `${collected} OperationName Properties Result`,
  SentinelHealth: `${collected} OperationName SentinelResourceId SentinelResourceName Status Description Reason WorkspaceId SentinelResourceType
SentinelResourceKind RecordId ExtendedProperties:dynamic`,
  SentinelAudit: `${collected} OperationName SentinelResourceId SentinelResourceName Status Description WorkspaceId SentinelResourceType SentinelResourceKind RecordId
ExtendedProperties:dynamic CorrelationId`,
  AzureDevOpsAuditing: `${collected} ActivityId ActorClientId ActorCUID ActorDisplayName ActorUPN ActorUserId Area AuthenticationMechanism Category CategoryDisplayName
CorrelationId Data:dynamic Details Id IpAddress OperationName ProjectId ProjectName ScopeDisplayName ScopeId ScopeType UserAgent`,
  UAL: `${collected} Operation`,
  StorageBlobLogs: `${collected} AccountName AuthenticationHash AuthenticationType AuthorizationDetails:dynamic CallerIpAddress Category ClientRequestId CorrelationId
DurationMs:real Etag ObjectKey OperationCount:int OperationName OperationVersion Protocol ReferrerHeader RequestBodySize:long RequesterAppId RequesterObjectId
RequesterTenantId RequesterUpn ResponseBodySize:long ResponseMd5 SasExpiryStatus ServerLatencyMs:real ServiceType StatusCode StatusText TlsVersion Uri UserAgentHeader`,
  ASimDnsActivityLogs: dns,
  ASimProcessEventLogs: created,
  ASimNetworkSessionLogs: network,
  ASimRegistryEventLogs: registry,
  ASimFileEventLogs: files,
  ASimAuthenticationEventLogs: logons,
  ...Object.fromEntries(
    (
      [
        ['ProcessCreate', created],
        ['ProcessEvent', created],
        ['ProcessTerminate', created],
        ['NetworkSession', network],
        ['Dns', dns],
        ['RegistryEvent', registry],
        ['Registry', registry],
        ['FileEvent', files],
        ['Authentication', logons],
      ] as const
    ).flatMap(([name, columns]) => [
      [`_Im_${name}`, columns],
      [`_ASim_${name}`, columns],
      [`im${name}`, columns],
      [`ASim${name}`, columns],
    ]),
  ),
}
