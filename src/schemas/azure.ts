// Microsoft Entra and Azure logs in the three shapes people have them: diagnostic settings (event hubs, storage), tables of Log Analytics, and Microsoft Graph or the Azure Resource Manager. Facts: the Azure Monitor table reference (SigninLogs, AuditLogs, AADUserRiskEvents, AzureActivity), "Azure Activity Log event schema", Graph's signIn, directoryAudit, riskDetection and unifiedRoleManagementAlert resource types, SigmaHQ's rules for azure.

import type { Predicate } from '../ir/predicate.ts'
import { and, exists, is, not, or } from './ask.ts'
import { inside } from './computed.ts'
import type { Holding, Mapping, Schema, Table } from './schema.ts'

type Fields = Readonly<Record<string, Mapping | readonly Mapping[]>>

const capital = (name: string): string => name[0]!.toUpperCase() + name.slice(1)

/** A Graph property in the three shapes: as a column of Log Analytics, from Graph, and among the properties of a diagnostic record. */
const everywhere = (path: string): readonly string[] => [capital(path), path, `properties.${path}`]
const named = (...paths: readonly string[]): Fields =>
  Object.fromEntries(paths.flatMap(path => [path, capital(path)].map(name => [name, everywhere(path)] as const)))
const insideOf = (...paths: readonly string[]): readonly Mapping[] => paths.flatMap(everywhere).map(inside)

/** Diagnostic settings and Log Analytics name the log in the category. */
const category = (...categories: readonly string[]): Predicate => or(is('category', ...categories), is('Category', ...categories))

const isSignin = or(
  category(
    'SignInLogs',
    'NonInteractiveUserSignInLogs',
    'ServicePrincipalSignInLogs',
    'ManagedIdentitySignInLogs',
    'ADFSSignInLogs',
  ),
  is(
    'Type',
    'SigninLogs',
    'AADNonInteractiveUserSignInLogs',
    'AADServicePrincipalSignInLogs',
    'AADManagedIdentitySignInLogs',
    'ADFSSignInLogs',
  ),
  and(exists('createdDateTime'), exists('appId'), or(exists('conditionalAccessStatus'), exists('clientAppUsed'))),
)
const isAudit = or(
  is('category', 'AuditLogs'),
  is('Type', 'AuditLogs'),
  and(exists('activityDateTime'), exists('activityDisplayName'), exists('loggedByService')),
  and(exists('TimeGenerated'), exists('LoggedByService'), exists('OperationName')),
)
const isRisk = or(
  category('UserRiskEvents', 'ServicePrincipalRiskEvents'),
  is('Type', 'AADUserRiskEvents', 'AADServicePrincipalRiskEvents'),
  and(exists('riskEventType'), or(exists('detectedDateTime'), exists('riskState'), exists('riskLevel'))),
)
const isActivity = or(
  and(
    is(
      'category',
      'Administrative',
      'Security',
      'ServiceHealth',
      'Alert',
      'Recommendation',
      'Policy',
      'Autoscale',
      'ResourceHealth',
    ),
    exists('resourceId'),
    exists('operationName'),
  ),
  is('Type', 'AzureActivity'),
  and(exists('OperationNameValue'), exists('CategoryValue')),
  and(exists('operationName.value'), exists('eventTimestamp')),
)
/** The alerts of Privileged Identity Management, as Graph's resource types name them (https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementalertconfiguration). */
const pimAlerts: readonly string[] = [
  'staleSignIn',
  'invalidLicense',
  'rolesAssignedOutsidePrivilegedIdentityManagement',
  'sequentialActivationRenewals',
  'noMfaOnRoleActivation',
  'redundantAssignment',
  'tooManyGlobalAdminsAssignedToTenant',
]
type PimType = 'AlertConfiguration' | 'AlertIncident'
const pimTypes = (end: PimType): readonly string[] => pimAlerts.map(name => `#microsoft.graph.${name}${end}`)
/** Rules name an alert by its configuration or its incident; a record may carry either. */
const pimValues = (end: PimType): Readonly<Record<string, string>> =>
  Object.fromEntries(
    pimAlerts.flatMap(name =>
      (['AlertConfiguration', 'AlertIncident'] as const).map(own => [`${name}${own}`, `#microsoft.graph.${name}${end}`]),
    ),
  )

const isAlert = or(
  and(exists('alertDefinitionId'), exists('incidentCount')),
  is('alertConfiguration.@odata.type', ...pimTypes('AlertConfiguration')),
  is('@odata.type', ...pimTypes('AlertConfiguration'), ...pimTypes('AlertIncident')),
)

/** What a person did, in the words of the portal; rules call it the message. */
const activity: readonly string[] = [
  'properties.message',
  'operationName',
  'OperationName',
  'ActivityDisplayName',
  'activityDisplayName',
  'properties.activityDisplayName',
]
/** `ResultType` 0 is success, any other number the error (Entra error codes). */
const succeeded = { Success: '0', success: '0' }

const signin: Fields = {
  ...named(
    'userAgent',
    'appId',
    'appDisplayName',
    'authenticationRequirement',
    'clientAppUsed',
    'conditionalAccessStatus',
    'homeTenantId',
    'isInteractive',
    'resourceDisplayName',
    'resourceTenantId',
    'riskState',
    'riskLevelDuringSignIn',
    'riskEventTypes_v2',
    'userPrincipalName',
    'userType',
    'networkLocationDetails',
    'deviceDetail.deviceId',
    'deviceDetail.isCompliant',
    'deviceDetail.isManaged',
    'deviceDetail.trustType',
    'deviceDetail.operatingSystem',
    'deviceDetail.browser',
  ),
  'properties.appId': everywhere('appId'),
  'properties.authenticationRequirement': everywhere('authenticationRequirement'),
  'properties.deviceDetail.deviceId': everywhere('deviceDetail.deviceId'),
  'DeviceDetail.trusttype': everywhere('deviceDetail.trustType'),
  'properties.message': ['properties.message', ...everywhere('authenticationProtocol'), 'operationName', 'OperationName'],
  ...both('resultType', ['ResultType', 'resultType', ...everywhere('status.errorCode')]),
  ...both('resultDescription', ['ResultDescription', 'resultDescription', ...everywhere('status.failureReason')]),
  Resultdescription: ['ResultDescription', 'resultDescription', ...everywhere('status.failureReason')],
  Status: [
    'Status',
    'status',
    ...['ResultType', 'resultType', ...everywhere('status.errorCode')].map((column): Mapping => ({ column, values: succeeded })),
  ],
  'Status.errorCode': ['ResultType', 'resultType', ...everywhere('status.errorCode')],
  ...both('location', ['Location', 'location', ...everywhere('location.countryOrRegion'), 'LocationDetails.countryOrRegion']),
  callerIpAddress: ['callerIpAddress', 'CallerIPAddress', 'IPAddress', 'ipAddress', 'properties.ipAddress'],
  IPaddress: ['IPAddress', 'ipAddress', 'callerIpAddress', 'properties.ipAddress'],
  ClientApp: everywhere('clientAppUsed'),
  Username: everywhere('userPrincipalName'),
  ActivityDetails: ['ActivityDetails', 'operationName', 'OperationName'],
}

const audit: Fields = {
  ...named('activityDisplayName', 'loggedByService', 'operationType', 'correlationId', 'resultReason'),
  'properties.message': activity,
  ...both('operationName', activity),
  ActivityType: activity,
  activityType: activity,
  ...both('category', ['category', 'Category', 'properties.category']),
  ...both('status', ['Status', 'status', 'Result', 'result', 'properties.result']),
  'properties.result': ['properties.result', 'Result', 'result'],
  failure_status_reason: everywhere('resultReason'),
  ...both('targetResources', insideOf('targetResources')),
  'properties.targetResources': insideOf('targetResources'),
  Target: insideOf('targetResources'),
  'targetResources.type': everywhere('targetResources.type'),
  'TargetResources.modifiedProperties': insideOf('targetResources.modifiedProperties'),
  'TargetResources.modifiedProperties.newValue': everywhere('targetResources.modifiedProperties.newValue'),
  'TargetResources.ModifiedProperties.NewValue': everywhere('targetResources.modifiedProperties.newValue'),
  'TargetResources.ModifiedProperties.DisplayName': everywhere('targetResources.modifiedProperties.displayName'),
  ...both('initiatedBy', insideOf('initiatedBy')),
  'properties.initiatedBy': insideOf('initiatedBy'),
  'Initiatied.By': insideOf('initiatedBy'),
  Initiatedby: insideOf('initiatedBy'),
  'additionalDetails.additionalInfo': insideOf('additionalDetails'),
  // A property that changed is a member of a list, known by its name.
  'ConsentContext.IsAdminConsent': everywhere(
    'targetResources.modifiedProperties[displayName=ConsentContext.IsAdminConsent].newValue',
  ).flatMap((column): Mapping[] => [{ column, values: { true: '"True"', false: '"False"' } }, column]),
}

const risk: Fields = {
  ...named('riskEventType', 'riskState', 'riskLevel', 'riskDetail', 'detectionTimingType', 'activity', 'source', 'ipAddress'),
  ...named('userPrincipalName', 'userDisplayName'),
}

const activityLog: Fields = {
  ...both('operationName', ['operationName', 'operationName.value', 'OperationNameValue', 'OperationName']),
  OperationNameValue: ['OperationNameValue', 'operationName', 'operationName.value'],
  'properties.message': [
    'properties.message',
    'Properties.message',
    'OperationName',
    'operationName',
    'operationName.localizedValue',
  ],
  CategoryValue: ['CategoryValue', 'category', 'category.value', 'Category'],
  ResourceProviderValue: ['ResourceProviderValue', 'resourceProviderName.value', 'properties.resourceProviderValue'],
  ResourceId: ['ResourceId', 'resourceId', '_ResourceId'],
  ...both('status', ['ActivityStatusValue', 'ActivityStatus', 'resultType', 'status.value', 'Status']),
}

/** A field under its name with a small and with a capital first letter: rules write both. */
function both(name: string, columns: readonly Mapping[]): Fields {
  return { [name]: columns, [capital(name)]: columns }
}

const table = (name: string, service: string, where: Predicate, fields: Fields): Table => ({
  name,
  holds: [{ class: { product: 'azure', service }, where } satisfies Holding],
  fields,
  // What has no name of its own here is a column, or one of a diagnostic record's properties.
  otherwise: ['*', 'properties.*'],
  columns: { TimeGenerated: 'datetime' },
})

export const azure: Schema = {
  id: 'azure',
  title: 'Microsoft Entra and Azure activity',
  recognise: and(or(isSignin, isAudit, isRisk, isActivity, isAlert), not(exists('EventID')), not(exists('event.dataset'))),
  render: 'json',
  tables: [
    table('SigninLogs', 'signinlogs', isSignin, signin),
    table('AuditLogs', 'auditlogs', isAudit, audit),
    table('AADUserRiskEvents', 'riskdetection', isRisk, risk),
    table('AzureActivity', 'activitylogs', isActivity, activityLog),
    table('roleManagementAlerts', 'pim', isAlert, {
      riskEventType: [
        'riskEventType',
        ...(['AlertConfiguration', 'AlertIncident'] as const).flatMap((end): Mapping[] =>
          ['@odata.type', 'alertConfiguration.@odata.type', 'alertIncidents.@odata.type'].map(column => ({
            column,
            values: pimValues(end),
          })),
        ),
      ],
    }),
  ],
  time: [
    'time',
    'createdDateTime',
    'activityDateTime',
    'detectedDateTime',
    'eventTimestamp',
    'TimeGenerated',
    'lastModifiedDateTime',
  ],
  host: ['tenantId', 'TenantId', 'AADTenantId', 'subscriptionId', 'SubscriptionId'],
  user: [
    'UserPrincipalName',
    'userPrincipalName',
    'properties.userPrincipalName',
    'InitiatedBy.user.userPrincipalName',
    'initiatedBy.user.userPrincipalName',
    'properties.initiatedBy.user.userPrincipalName',
    'Caller',
    'caller',
    'identity',
  ],
  channel: ['category', 'Category', 'Type'],
  eventId: ['operationName', 'OperationNameValue', 'OperationName', 'activityDisplayName', 'riskEventType', 'alertDefinitionId'],
}
