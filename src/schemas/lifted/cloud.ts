// Tables of cloud and identity logs in Log Analytics, filled from the logs that their connectors read. Facts: Azure Monitor's table reference, one page per table (https://learn.microsoft.com/azure/azure-monitor/reference/tables-index).

import type { EventClass } from '../../ir/pipeline.ts'
import type { Lifted } from './lifted.ts'
import { call, field, firstOf } from './words.ts'

const azure = (service: string): readonly EventClass[] => [{ product: 'azure', service }]
const signIns: Lifted = { of: azure('signinlogs') }

export const cloudColumns: Readonly<Record<string, Lifted>> = {
  SigninLogs: signIns,
  AADNonInteractiveUserSignInLogs: signIns,
  AADServicePrincipalSignInLogs: signIns,
  AADManagedIdentitySignInLogs: signIns,
  AuditLogs: { of: azure('auditlogs') },
  AADUserRiskEvents: { of: azure('riskdetection') },
  AzureActivity: { of: azure('activitylogs') },
  OfficeActivity: {
    of: [{ product: 'm365', service: 'audit' }],
    columns: {
      OfficeWorkload: field('Workload'),
      OfficeObjectId: field('ObjectId'),
      Client_IPAddress: firstOf(field('ClientIP'), field('ClientIPAddress')),
    },
  },
  CloudAppEvents: {
    of: [{ product: 'm365', service: 'audit' }],
    columns: {
      ActionType: field('Operation'),
      Application: field('Workload'),
      AccountId: field('UserId'),
      AccountDisplayName: field('UserId'),
      IPAddress: firstOf(field('ClientIP'), field('ClientIPAddress')),
      ObjectName: field('ObjectId'),
      RawEventData: call('event:record'),
    },
  },
  AWSCloudTrail: {
    of: [{ product: 'aws', service: 'cloudtrail' }],
    columns: {
      AwsEventId: field('eventID'),
      EventVersion: field('eventVersion'),
      EventSource: field('eventSource'),
      EventName: field('eventName'),
      EventTypeName: field('eventType'),
      UserAgent: field('userAgent'),
      SourceIpAddress: field('sourceIPAddress'),
      AWSRegion: field('awsRegion'),
      RecipientAccountId: field('recipientAccountId'),
      ErrorCode: field('errorCode'),
      ErrorMessage: field('errorMessage'),
      ReadOnly: field('readOnly'),
      ManagementEvent: field('managementEvent'),
      RequestParameters: call('event:field', { kind: 'literal', value: 'requestParameters' }),
      ResponseElements: call('event:field', { kind: 'literal', value: 'responseElements' }),
      AdditionalEventData: call('event:field', { kind: 'literal', value: 'additionalEventData' }),
      Resources: call('event:field', { kind: 'literal', value: 'resources' }),
      UserIdentityType: field('userIdentity.type'),
      UserIdentityArn: field('userIdentity.arn'),
      UserIdentityUserName: field('userIdentity.userName'),
      UserIdentityPrincipalid: field('userIdentity.principalId'),
      UserIdentityAccountId: field('userIdentity.accountId'),
      UserIdentityAccessKeyId: field('userIdentity.accessKeyId'),
      UserIdentityInvokedBy: field('userIdentity.invokedBy'),
      SessionMfaAuthenticated: field('userIdentity.sessionContext.attributes.mfaAuthenticated'),
      SessionIssuerType: field('userIdentity.sessionContext.sessionIssuer.type'),
      SessionIssuerUserName: field('userIdentity.sessionContext.sessionIssuer.userName'),
      SessionIssuerArn: field('userIdentity.sessionContext.sessionIssuer.arn'),
      TlsVersion: field('tlsDetails.tlsVersion'),
    },
  },
  Syslog: {
    of: [{ product: 'linux' }],
    columns: {
      SyslogMessage: firstOf(field('message'), field('Message'), field('msg')),
      ProcessName: firstOf(field('process'), field('app')),
      HostName: field('Computer'),
      Computer: field('Computer'),
    },
  },
}
