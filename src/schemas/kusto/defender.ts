// The tables of Microsoft Defender's advanced hunting with the types of their columns, as data. Facts: Microsoft's schema reference, one page per table (https://learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables).

/** Columns of a table as one text: `Name` is a string, `Name:type` another type. The same tables in Sentinel call their time TimeGenerated. */
export type Columns = string

const time = 'Timestamp:datetime TimeGenerated:datetime'
const initiating = `InitiatingProcessAccountDomain InitiatingProcessAccountName InitiatingProcessAccountSid InitiatingProcessAccountUpn InitiatingProcessAccountObjectId
InitiatingProcessLogonId:long InitiatingProcessIntegrityLevel InitiatingProcessTokenElevation InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5
InitiatingProcessFileName InitiatingProcessFileSize:long InitiatingProcessVersionInfoCompanyName InitiatingProcessVersionInfoProductName
InitiatingProcessVersionInfoProductVersion InitiatingProcessVersionInfoInternalFileName InitiatingProcessVersionInfoOriginalFileName
InitiatingProcessVersionInfoFileDescription InitiatingProcessId:long InitiatingProcessCommandLine InitiatingProcessCreationTime:datetime
InitiatingProcessFolderPath InitiatingProcessParentId:long InitiatingProcessParentFileName InitiatingProcessParentCreationTime:datetime
InitiatingProcessSignerType InitiatingProcessSignatureStatus InitiatingProcessSessionId:long IsInitiatingProcessRemoteSession:bool
InitiatingProcessRemoteSessionDeviceName InitiatingProcessRemoteSessionIP InitiatingProcessUniqueId`
const device = `${time} DeviceId DeviceName ActionType`
const report = 'ReportId:long AppGuardContainerId AdditionalFields:dynamic MachineGroup'
const file = 'FileName FolderPath SHA1 SHA256 MD5 FileSize:long'
const account = 'AccountDomain AccountName AccountSid AccountUpn AccountObjectId'
const session =
  'ProcessRemoteSessionDeviceName ProcessRemoteSessionIP IsProcessRemoteSession:bool CreatedProcessSessionId:long ProcessUniqueId'

export const defenderTables: Readonly<Record<string, Columns>> = {
  DeviceProcessEvents: `${device} ${file} ProcessVersionInfoCompanyName ProcessVersionInfoProductName ProcessVersionInfoProductVersion
ProcessVersionInfoInternalFileName ProcessVersionInfoOriginalFileName ProcessVersionInfoFileDescription ProcessId:long ProcessCommandLine
ProcessIntegrityLevel ProcessTokenElevation ProcessCreationTime:datetime ${account} LogonId:long ${initiating} ${report} ${session}`,
  DeviceNetworkEvents: `${device} RemoteIP RemotePort:int RemoteUrl LocalIP LocalPort:int Protocol LocalIPType RemoteIPType ${initiating} ${report}`,
  DeviceFileEvents: `${device} ${file} FileOriginUrl FileOriginReferrerUrl FileOriginIP PreviousFolderPath PreviousFileName ${initiating}
RequestProtocol RequestSourceIP RequestSourcePort:int RequestAccountName RequestAccountDomain RequestAccountSid ShareName SensitivityLabel
SensitivitySubLabel IsAzureInfoProtectionApplied:bool ${report}`,
  DeviceRegistryEvents: `${device} RegistryKey RegistryValueType RegistryValueName RegistryValueData PreviousRegistryKey PreviousRegistryValueName
PreviousRegistryValueData ${initiating} ${report}`,
  DeviceImageLoadEvents: `${device} ${file} ${initiating} ${report}`,
  DeviceLogonEvents: `${device} LogonType AccountDomain AccountName AccountSid Protocol FailureReason IsLocalAdmin:bool LogonId:long RemoteDeviceName
RemoteIP RemoteIPType RemotePort:int ${initiating} ${report}`,
  DeviceEvents: `${device} ${file} AccountDomain AccountName AccountSid RemoteUrl RemoteDeviceName ProcessId:long ProcessCommandLine
ProcessCreationTime:datetime ProcessTokenElevation LogonId:long RegistryKey RegistryValueName RegistryValueData RemoteIP RemotePort:int LocalIP
LocalPort:int FileOriginUrl FileOriginIP ${initiating} ${report} ${session}`,
  DeviceInfo: `${time} DeviceId DeviceName ClientVersion PublicIP OSArchitecture OSPlatform OSBuild:long IsAzureADJoined:bool JoinType AadDeviceId
LoggedOnUsers:dynamic RegistryDeviceTag OSVersion MachineGroup ReportId:long OnboardingStatus AdditionalFields:dynamic DeviceCategory DeviceType DeviceSubtype
Model Vendor OSDistribution OSVersionInfo MergedDeviceIds MergedToDeviceId IsInternetFacing:bool SensorHealthState IsExcluded:bool ExclusionReason
ExposureLevel AssetValue DeviceManualTags:dynamic DeviceDynamicTags:dynamic HardwareUuid CloudPlatforms:dynamic AzureVmId AzureResourceId
AzureVmSubscriptionId GcpFullResourceName AwsResourceName IsTransient:bool OsBuildRevision HostDeviceId MitigationStatus:dynamic
ConnectivityType DefenderLicense`,
  DeviceNetworkInfo: `${time} DeviceId DeviceName NetworkAdapterName MacAddress NetworkAdapterType NetworkAdapterStatus TunnelType
ConnectedNetworks:dynamic DnsAddresses:dynamic IPv4Dhcp IPv6Dhcp DefaultGateways:dynamic IPAddresses:dynamic ReportId:long NetworkAdapterVendor MachineGroup`,
  DeviceFileCertificateInfo: `${time} DeviceId DeviceName SHA1 IsSigned:bool SignatureType Signer SignerHash Issuer IssuerHash CertificateSerialNumber
CrlDistributionPointUrls CertificateCreationTime:datetime CertificateExpirationTime:datetime CertificateCountersignatureTime:datetime
IsTrusted:bool IsRootSignerMicrosoft:bool ReportId:long`,
  DeviceTvmSoftwareVulnerabilities: `DeviceId DeviceName OSPlatform OSVersion OSArchitecture SoftwareVendor SoftwareName SoftwareVersion CveId
VulnerabilitySeverityLevel RecommendedSecurityUpdate RecommendedSecurityUpdateId CveTags:dynamic CveMitigationStatus AadDeviceId`,
  DeviceTvmSoftwareVulnerabilitiesKB: `CveId CvssScore:real CvssVector CveSupportability IsExploitAvailable:bool VulnerabilitySeverityLevel
LastModifiedTime:datetime PublishedDate:datetime VulnerabilityDescription AffectedSoftware:dynamic EpssScore:real`,
  DeviceTvmSoftwareInventory: `DeviceId DeviceName OSPlatform OSVersion OSArchitecture SoftwareVendor SoftwareName SoftwareVersion
EndOfSupportStatus EndOfSupportDate:datetime ProductCodeCpe AadDeviceId`,
  DeviceTvmSecureConfigurationAssessment: `${time} DeviceId DeviceName OSPlatform ConfigurationId ConfigurationCategory ConfigurationSubcategory
ConfigurationImpact:real IsCompliant:bool IsApplicable:bool Context:dynamic IsExpectedUserImpact:bool`,
  DeviceTvmSecureConfigurationAssessmentKB: `ConfigurationId ConfigurationImpact:real ConfigurationName ConfigurationDescription RiskDescription
ConfigurationCategory ConfigurationSubcategory ConfigurationBenchmarks:dynamic Tags:dynamic RemediationOptions`,
  DeviceTvmInfoGathering: `${time} LastSeenTime:datetime DeviceId DeviceName OSPlatform AdditionalFields:dynamic`,
  DeviceTvmInfoGatheringKB: 'IgId FieldName Description Categories:dynamic DataStructure',
  DeviceTvmBrowserExtensions: `DeviceId DeviceName BrowserName ExtensionId ExtensionName ExtensionDescription ExtensionVersion ExtensionRisk
ExtensionVendor IsActivated ExtensionOnlineStatus InstallationTime:datetime`,
  DeviceTvmBrowserExtensionsKB:
    'BrowserName ExtensionId ExtensionName ExtensionDescription ExtensionVersion ExtensionRisk ExtensionVendor PermissionId PermissionName PermissionDescription PermissionRisk IsPermissionRequired:bool',
  DeviceTvmHardwareFirmware:
    'DeviceId DeviceName ComponentType Manufacturer ComponentName ComponentFamily ComponentVersion AdditionalFields:dynamic',
  DeviceTvmCertificateInfo: `DeviceId Thumbprint Path:dynamic SerialNumber IssuedTo:dynamic IssuedBy:dynamic KeyUsage FriendlyName SignatureAlgorithm
KeySize:int ExpirationDate:datetime IssueDate:datetime SubjectType ExtendedKeyUsage`,
  DeviceBaselineComplianceAssessment: `DeviceId DeviceName OSPlatform OSVersion ConfigurationId ProfileId IsCompliant:bool IsApplicable:bool Source RecommendedValue
CurrentValue Error IsExempt:bool`,
  DeviceBaselineComplianceAssessmentKB:
    'ConfigurationId BenchmarkName BenchmarkVersion BenchmarkProfileLevels:dynamic CCEReference ConfigurationName ConfigurationDescription ConfigurationRationale ConfigurationCategory RemediationOptions RecommendedValue Source Tags:dynamic',
  AlertInfo: `${time} AlertId Title Category Severity ServiceSource DetectionSource AttackTechniques MachineGroup`,
  AlertEvidence: `${time} AlertId Title Categories AttackTechniques ServiceSource DetectionSource EntityType EvidenceRole EvidenceDirection
FileName FolderPath SHA1 SHA256 FileSize:long ThreatFamily RemoteIP RemoteUrl AccountName AccountDomain AccountSid AccountObjectId AccountUpn DeviceId
DeviceName LocalIP NetworkMessageId EmailSubject Application ApplicationId:int OAuthApplicationId ProcessCommandLine RegistryKey RegistryValueName
RegistryValueData AdditionalFields:dynamic Severity CloudResource CloudPlatform ResourceType ResourceID SubscriptionId`,
  BehaviorInfo: `${time} BehaviorId ActionType Description Categories AttackTechniques ServiceSource DetectionSource DataSources DeviceId AccountUpn
AccountObjectId StartTime:datetime EndTime:datetime AdditionalFields:dynamic`,
  BehaviorEntities: `${time} BehaviorId ActionType Categories ServiceSource DetectionSource DataSources EntityType EntityRole DetailedEntityRole FileName
FolderPath SHA1 SHA256 FileSize:long ThreatFamily RemoteIP RemoteUrl AccountName AccountDomain AccountSid AccountObjectId AccountUpn DeviceId DeviceName
LocalIP NetworkMessageId EmailSubject EmailClusterId Application ApplicationId:int OAuthApplicationId ProcessCommandLine RegistryKey
RegistryValueName RegistryValueData AdditionalFields:dynamic`,
  EmailEvents: `${time} NetworkMessageId InternetMessageId SenderMailFromAddress SenderFromAddress SenderDisplayName SenderObjectId
SenderMailFromDomain SenderFromDomain SenderIPv4 SenderIPv6 RecipientEmailAddress RecipientObjectId Subject EmailClusterId:long EmailDirection
DeliveryAction DeliveryLocation ThreatTypes ThreatNames DetectionMethods ConfidenceLevel BulkComplaintLevel:int EmailAction EmailActionPolicy
EmailActionPolicyGuid AuthenticationDetails AttachmentCount:int UrlCount:int EmailLanguage Connectors OrgLevelAction OrgLevelPolicy UserLevelAction
UserLevelPolicy ReportId AdditionalFields:dynamic LatestDeliveryLocation LatestDeliveryAction EmailSize:int IsFirstContact:bool ThreatClassification
RecipientDomain Cc:dynamic To:dynamic ForwardingInformation DistributionList Context ExchangeTransportRule`,
  EmailUrlInfo: `${time} NetworkMessageId Url UrlDomain UrlLocation ReportId`,
  EmailAttachmentInfo: `${time} NetworkMessageId SenderFromAddress SenderDisplayName SenderObjectId RecipientEmailAddress RecipientObjectId FileName
FileType SHA256 ThreatTypes ThreatNames DetectionMethods FileSize:long ReportId FileExtension`,
  EmailPostDeliveryEvents: `${time} NetworkMessageId InternetMessageId Action ActionType ActionTrigger ActionResult RecipientEmailAddress
DeliveryLocation ThreatTypes DetectionMethods ReportId`,
  UrlClickEvents: `${time} Url ActionType AccountUpn Workload NetworkMessageId ThreatTypes DetectionMethods IPAddress IsClickedThrough:bool
UrlChain ReportId AppName AppVersion SourceId`,
  MessageEvents: `${time} TeamsMessageId ThreadId ThreadName ThreadType SenderEmailAddress SenderDisplayName SenderObjectId SenderType RecipientDetails:dynamic
IsOwnedThread:bool MessageId ParentMessageId GroupId GroupName ThreadSubType IsExternalThread:bool MessageType Subject MessageVersion DeliveryAction
DeliveryLocation ThreatTypes DetectionMethods ConfidenceLevel ReportId`,
  CloudAppEvents: `${time} ActionType Application ApplicationId:int AppInstanceId:int AccountObjectId AccountId AccountDisplayName IsAdminOperation:bool
DeviceType OSPlatform IPAddress IsAnonymousProxy:bool CountryCode City ISP UserAgent ActivityType ActivityObjects:dynamic ObjectName ObjectType ObjectId
ReportId RawEventData:dynamic AdditionalFields:dynamic AccountType IsExternalUser:bool IsImpersonated:bool IPTags:dynamic IPCategory
UserAgentTags:dynamic LastSeenForUser:dynamic UncommonForUser:dynamic AuditSource SessionData:dynamic OAuthAppId`,
  CloudAuditEvents: `${time} ReportId DataSource ActionType OperationName ResourceId IPAddress IsAnonymousProxy:bool CountryCode City ISP UserAgent
RawEventData:dynamic AdditionalFields:dynamic AuditSource Account AzureResourceId AwsResourceName GcpFullResourceName KubernetesResource`,
  CloudProcessEvents: `${time} AzureResourceId AwsResourceName GcpFullResourceName ContainerImageName KubernetesNamespace KubernetesPodName KubernetesResource
ContainerName ContainerId ActionType FileName FolderPath ProcessId:long ProcessName ParentProcessName ParentProcessId:long ProcessCommandLine
ProcessCreationTime:datetime ProcessCurrentWorkingDirectory AccountName LogonId:long InitiatingProcessId AdditionalFields:dynamic`,
  IdentityInfo: `${time} ReportId AccountObjectId AccountUpn OnPremSid AccountDisplayName AccountName AccountDomain CriticalityLevel:int Type
DistinguishedName CloudSid GivenName Surname Department JobTitle EmailAddress SipProxyAddress Address City Country IsAccountEnabled:bool Manager Phone
CreatedDateTime:datetime SourceProvider ChangeSource Tags:dynamic AssignedRoles:dynamic PrivilegedEntraPimRoles:dynamic TenantId SourceSystem
OnPremObjectId TenantMembershipType RiskStatus UserAccountControl:dynamic IdentityEnvironment SourceProviders:dynamic GroupMembership:dynamic
DefenderRiskLevel RiskLevel RiskState RiskLevelDetails BlastRadius AccountUPN AccountSID AccountTenantId AccountCloudSID AccountCreationTime:datetime MailAddress
EmployeeId UserType UserState UserStateChangedOn:datetime AdditionalMailAddresses:dynamic Applications ExtensionProperty:dynamic InvestigationPriority:int
InvestigationPriorityPercentile:int IsMFARegistered:bool IsServiceAccount:bool LastSeenDate:datetime OnPremisesAccountObjectId OnPremisesDistinguishedName
RelatedAccounts:dynamic SAMAccountName StreetAddress State UACFlags CompanyName ServicePrincipals:dynamic EntityRiskScore DeletedDateTime:datetime
IsAdmin:bool OnPremisesExtensionAttributes:dynamic`,
  IdentityLogonEvents: `${time} ActionType Application LogonType Protocol FailureReason ${account} AccountDisplayName DeviceName DeviceType OSPlatform
IPAddress Port:int DestinationDeviceName DestinationIPAddress DestinationPort:int TargetDeviceName TargetAccountDisplayName Location ISP ReportId
AdditionalFields:dynamic UncommonForUser:dynamic LastSeenForUser:dynamic`,
  IdentityQueryEvents: `${time} ActionType Application QueryType QueryTarget Query Protocol ${account} AccountDisplayName DeviceName IPAddress Port:int
DestinationDeviceName DestinationIPAddress DestinationPort:int TargetDeviceName TargetAccountUpn TargetAccountDisplayName Location ReportId
AdditionalFields:dynamic`,
  IdentityDirectoryEvents: `${time} ActionType Application TargetAccountUpn TargetAccountDisplayName TargetDeviceName DestinationDeviceName
DestinationIPAddress DestinationPort:int Protocol ${account} AccountDisplayName DeviceName IPAddress Port:int Location ISP ReportId
AdditionalFields:dynamic`,
  AADSignInEventsBeta: `${time} Application ApplicationId LogonType ErrorCode:int CorrelationId SessionId AccountDisplayName AccountObjectId AccountUpn
IsExternalUser:int IsGuestUser:bool AlternateSignInName LastPasswordChangeTimestamp:datetime ResourceDisplayName ResourceId ResourceTenantId
DeviceName AadDeviceId OSPlatform DeviceTrustType IsManaged:int IsCompliant:int AuthenticationProcessingDetails AuthenticationRequirement
TokenIssuerType:int RiskLevelAggregated:int RiskDetails:int RiskState:int UserAgent ClientAppUsed Browser ConditionalAccessPolicies
ConditionalAccessStatus:int IPAddress Country State City Latitude Longitude NetworkLocationDetails RequestId ReportId EndpointCall
RiskLevelDuringSignIn:int RiskEventTypes AuthenticationDetails`,
  AADSpnSignInEventsBeta: `${time} Application ApplicationId IsManagedIdentity:bool ErrorCode:int CorrelationId ServicePrincipalName
ServicePrincipalId ResourceDisplayName ResourceId ResourceTenantId IPAddress Country State City Latitude Longitude RequestId ReportId`,
  GraphAPIAuditEvents: `${time} IdentityProvider ApiVersion ApplicationId IPAddress ClientRequestId EntityType RequestUri AccountObjectId OperationId
Location TargetWorkload RequestMethod ResponseStatusCode RequestDuration RequestId Scopes UniqueTokenIdentifier ReportId ServicePrincipalId TokenIssuedAt:datetime`,
  OAuthAppInfo: `${time} OAuthAppId AppName ServicePrincipalId AppStatus VerifiedPublisher:dynamic IsAdminConsented:bool AppOrigin AppOwnerTenantId
Permissions:dynamic ConsentedUsersCount:long PrivilegeLevel AddedOnTime:datetime LastModifiedTime:datetime LastUsedTime:datetime ReportId`,
  ExposureGraphNodes: 'NodeId NodeLabel NodeName Categories:dynamic NodeProperties:dynamic EntityIds:dynamic',
  ExposureGraphEdges: `EdgeId EdgeLabel SourceNodeId SourceNodeName SourceNodeLabel SourceNodeCategories:dynamic TargetNodeId TargetNodeName
TargetNodeLabel TargetNodeCategories:dynamic EdgeProperties:dynamic`,
}
