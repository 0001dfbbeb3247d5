// Logs of other products as Filebeat's and Packetbeat's modules and Elastic Agent's integrations ship them: the record's own names below the module's, or renamed to ECS. Facts: the modules' exported fields (https://www.elastic.co/docs/reference/beats/filebeat/exported-fields) and the integrations' fields (https://www.elastic.co/docs/reference/integrations), SigmaHQ's rules.

import type { EventClass } from '../ir/pipeline.ts'
import type { Predicate } from '../ir/predicate.ts'
import { and, exists, is, not, or } from './ask.ts'
import { entries, inside } from './computed.ts'
import type { Mapping, Schema, Table } from './schema.ts'

type Fields = Readonly<Record<string, Mapping | readonly Mapping[]>>

interface Module {
  /** `event.dataset` (of data streams also `data_stream.dataset`). */
  readonly datasets: readonly string[]
  readonly classes: readonly EventClass[]
  readonly fields?: Fields
  readonly otherwise?: readonly string[]
  /** Where the dataset alone does not say the class. */
  readonly where?: Predicate
}

const provider: readonly Mapping[] = ['event.provider']
const action: readonly Mapping[] = ['event.action']
const sourceIp: readonly Mapping[] = ['source.ip', 'source.address']

const request: Fields = {
  'cs-method': 'http.request.method',
  'cs-uri-query': ['url.query', 'url.original'],
  'cs-uri-stem': 'url.path',
  'cs-uri': ['url.original', 'url.full'],
  'c-uri': ['url.original', 'url.full'],
  'c-uri-query': 'url.query',
  'c-uri-extension': 'url.extension',
  'sc-status': 'http.response.status_code',
  'cs-user-agent': 'user_agent.original',
  'c-useragent': 'user_agent.original',
  'cs-referer': 'http.request.referrer',
  'cs-cookie': 'http.request.headers.cookie',
  'cs-host': ['url.domain', 'destination.domain'],
  'cs-username': 'user.name',
  src_ip: sourceIp,
  dst_ip: 'destination.ip',
}

/** A snake-cased name below a module's, for each name that rules use. */
const renamed = (at: string, names: Readonly<Record<string, string>>): Fields =>
  Object.fromEntries(Object.entries(names).map(([name, column]) => [name, `${at}${column}`]))

const modules: readonly Module[] = [
  {
    datasets: ['aws.cloudtrail'],
    classes: [{ product: 'aws', service: 'cloudtrail' }],
    fields: {
      eventSource: provider,
      eventName: action,
      status: 'event.outcome',
      userAgent: 'user_agent.original',
      sourceIPAddress: sourceIp,
      src_ip: sourceIp,
      awsRegion: 'cloud.region',
      ...renamed('aws.cloudtrail.', {
        errorCode: 'error_code',
        errorMessage: 'error_message',
        eventType: 'event_type',
        'userIdentity.type': 'user_identity.type',
        'userIdentity.arn': 'user_identity.arn',
        'userIdentity.sessionContext.sessionIssuer.type': 'user_identity.session_context.session_issuer.type',
        requestParameters: 'request_parameters',
        responseElements: 'response_elements',
        additionalEventData: 'additional_eventdata',
      }),
      ...Object.fromEntries(
        ['attribute', 'enable', 'layers', 'userName', 'containerDefinitions.command'].map(name => [
          `requestParameters.${name}`,
          `aws.cloudtrail.flattened.request_parameters.${name}`,
        ]),
      ),
      ...Object.fromEntries(
        ['ConsoleLogin', 'publiclyAccessible', 'pendingModifiedValues.masterUserPassword', 'accessKey.userName'].map(name => [
          `responseElements.${name}`,
          `aws.cloudtrail.flattened.response_elements.${name}`,
        ]),
      ),
      'additionalEventData.MFAUsed': [
        'aws.cloudtrail.flattened.additional_eventdata.MFAUsed',
        {
          column: 'aws.cloudtrail.console_login.additional_eventdata.mfa_used',
          values: { Yes: 'true', YES: 'true', No: 'false', NO: 'false' },
        },
      ],
    },
  },
  {
    datasets: ['azure.signinlogs'],
    classes: [{ product: 'azure', service: 'signinlogs' }],
    fields: {
      userAgent: 'user_agent.original',
      ...renamed('azure.signinlogs.', {
        ResultType: 'result_type',
        resultType: 'result_type',
        ResultDescription: 'result_description',
        Resultdescription: 'result_description',
        AuthenticationRequirement: 'properties.authentication_requirement',
        'properties.authenticationRequirement': 'properties.authentication_requirement',
        'properties.appId': 'properties.app_id',
        conditionalAccessStatus: 'properties.conditional_access_status',
        ResourceDisplayName: 'properties.resource_display_name',
        homeTenantId: 'properties.home_tenant_id',
        resourceTenantId: 'properties.resource_tenant_id',
        RiskState: 'properties.risk_state',
        'DeviceDetail.deviceId': 'properties.device_detail.device_id',
        'properties.deviceDetail.deviceId': 'properties.device_detail.device_id',
        'DeviceDetail.trusttype': 'properties.device_detail.trust_type',
        'DeviceDetail.isCompliant': 'properties.device_detail.is_compliant',
        ActivityDetails: 'operation_name',
        NetworkLocationDetails: 'properties.network_location_details',
        ClientApp: 'properties.client_app_used',
        Username: 'properties.user_principal_name',
        'properties.message': 'properties.authentication_protocol',
      }),
      Status: { column: 'event.outcome', values: { Success: 'success', Failure: 'failure' } },
      Location: 'source.geo.country_iso_code',
      location: 'source.geo.country_iso_code',
      callerIpAddress: sourceIp,
      IPaddress: sourceIp,
    },
  },
  {
    datasets: ['azure.auditlogs'],
    classes: [{ product: 'azure', service: 'auditlogs' }],
    fields: {
      ...renamed('azure.auditlogs.', {
        operationName: 'operation_name',
        OperationName: 'operation_name',
        'properties.message': 'operation_name',
        ActivityDisplayName: 'properties.activity_display_name',
        activityType: 'properties.activity_display_name',
        ActivityType: 'properties.activity_display_name',
        LoggedByService: 'properties.logged_by_service',
        category: 'properties.category',
        Category: 'properties.category',
        'properties.result': 'properties.result',
        failure_status_reason: 'properties.result_reason',
        'targetResources.type': 'properties.target_resources.*.type',
        'TargetResources.modifiedProperties.newValue': 'properties.target_resources.*.modified_properties.*.new_value',
        'TargetResources.ModifiedProperties.NewValue': 'properties.target_resources.*.modified_properties.*.new_value',
        'TargetResources.ModifiedProperties.DisplayName': 'properties.target_resources.*.modified_properties.*.display_name',
      }),
      Status: ['azure.auditlogs.properties.result', 'event.outcome'],
      TargetResources: inside('azure.auditlogs.properties.target_resources'),
      'properties.targetResources': inside('azure.auditlogs.properties.target_resources'),
      'TargetResources.modifiedProperties': inside('azure.auditlogs.properties.target_resources'),
      'properties.initiatedBy': inside('azure.auditlogs.properties.initiated_by'),
      Initiatedby: inside('azure.auditlogs.properties.initiated_by'),
      'Initiatied.By': inside('azure.auditlogs.properties.initiated_by'),
      'additionalDetails.additionalInfo': inside('azure.auditlogs.properties.additional_details'),
    },
  },
  {
    datasets: ['azure.activitylogs'],
    classes: [{ product: 'azure', service: 'activitylogs' }],
    fields: {
      ...renamed('azure.activitylogs.', {
        operationName: 'operation_name',
        OperationNameValue: 'operation_name',
        CategoryValue: 'category',
        status: 'result_type',
      }),
      'properties.message': ['azure.activitylogs.properties.message', 'azure.activitylogs.operation_name'],
      ResourceId: ['azure.resource.id'],
      ResourceProviderValue: ['azure.resource.provider'],
    },
  },
  {
    datasets: ['azure.identity_protection'],
    classes: [{ product: 'azure', service: 'riskdetection' }],
    fields: renamed('azure.identityprotection.properties.', {
      riskEventType: 'risk_event_type',
      riskState: 'risk_state',
      riskLevel: 'risk_level',
    }),
  },
  {
    datasets: ['o365.audit'],
    classes: ['audit', 'exchange', 'threat_management', 'threat_detection'].map(service => ({ product: 'm365', service })),
    fields: {
      Operation: ['o365.audit.Operation', ...action],
      Workload: ['o365.audit.Workload', ...provider],
      eventSource: ['o365.audit.Workload', ...provider],
      eventName: [...action, 'o365.audit.Name'],
      status: 'event.outcome',
      // The module makes one record of the pairs of name and value; rules look for either.
      Parameters: entries('o365.audit.Parameters'),
      OperationProperties: entries('o365.audit.OperationProperties'),
      RequestType: 'o365.audit.ExtendedProperties.RequestType',
    },
    otherwise: ['o365.audit.*'],
  },
  {
    datasets: ['okta.system'],
    classes: [{ product: 'okta', service: 'okta' }],
    fields: {
      eventType: [...action, 'okta.event_type'],
      ...renamed('okta.', {
        'actor.alternateId': 'actor.alternate_id',
        'actor.displayName': 'actor.display_name',
        'debugContext.debugData.requestUri': 'debug_context.debug_data.request_uri',
        'target.displayName': 'target.display_name',
        'target.alternateId': 'target.alternate_id',
        displayMessage: 'display_message',
        'securityContext.isProxy': 'security_context.is_proxy',
        'outcome.reason': 'outcome.reason',
        'outcome.result': 'outcome.result',
      }),
      'debugContext.debugData.behaviors': [
        inside('okta.debug_context.debug_data.behaviors'),
        inside('okta.debug_context.debug_data.flattened.behaviors'),
      ],
      'debugContext.debugData.logOnlySecurityData': inside('okta.debug_context.debug_data.flattened.logOnlySecurityData'),
      legacyEventType: 'okta.legacy_event_type',
    },
  },
  {
    datasets: ['gcp.audit', 'googlecloud.audit'],
    classes: [{ product: 'gcp', service: 'gcp.audit' }],
    fields: {
      'gcp.audit.method_name': ['gcp.audit.method_name', ...action],
      'data.protoPayload.methodName': ['gcp.audit.method_name', ...action],
      'data.protoPayload.serviceName': ['gcp.audit.service_name', ...provider],
      'data.protoPayload.authorizationInfo.permission': 'gcp.audit.authorization_info.permission',
      'data.protoPayload.authorizationInfo.granted': 'gcp.audit.authorization_info.granted',
      'data.protoPayload.resource.type': 'orchestrator.resource.type',
      'data.protoPayload.logName': 'log.logger',
    },
    otherwise: ['*'],
  },
  ...(['admin', 'login'] as const).map(
    (service): Module => ({
      datasets: [`google_workspace.${service}`, `gsuite.${service}`],
      classes: [{ product: 'gcp', service: `google_workspace.${service}` }],
      fields: {
        eventService: { column: 'event.provider', values: { [`${service}.googleapis.com`]: service } },
        'protoPayload.serviceName': { column: 'event.provider', values: { [`${service}.googleapis.com`]: service } },
        'protoPayload.Servicename': { column: 'event.provider', values: { [`${service}.googleapis.com`]: service } },
        eventName: action,
        'protoPayload.metadata.event.eventName': action,
        setting_name: [`google_workspace.${service}.setting.name`, `gsuite.${service}.setting.name`],
        new_value: [`google_workspace.${service}.new_value`, `gsuite.${service}.new_value`],
      },
    }),
  ),
  {
    datasets: ['github.audit'],
    classes: [{ product: 'github', service: 'audit' }],
    fields: { action, actor: 'user.name' },
    otherwise: ['github.*'],
  },
  {
    datasets: ['kubernetes.audit_logs'],
    classes: [{ product: 'kubernetes', category: 'application', service: 'audit' }],
    fields: {
      apiGroup: 'kubernetes.audit.objectRef.apiGroup',
      hostPath: inside('kubernetes.audit.requestObject.spec.volumes.hostPath'),
      capabilities: inside('kubernetes.audit.requestObject.spec.containers.securityContext.capabilities'),
    },
    otherwise: ['kubernetes.audit.*'],
  },
  {
    datasets: ['cisco_duo.auth'],
    classes: [{ product: 'cisco', service: 'duo' }],
    fields: { reason: ['cisco_duo.auth.reason', 'event.reason'] },
    otherwise: ['cisco_duo.auth.*'],
  },
  ...['conn', 'connection', 'dce_rpc', 'dns', 'http', 'kerberos', 'rdp', 'smb_files', 'smb_mapping', 'ssh', 'ssl', 'x509'].map(
    (log): Module => ({
      datasets: [`zeek.${log}`],
      classes: [{ product: 'zeek', service: log === 'connection' ? 'conn' : log }],
      fields: {
        'id.orig_h': sourceIp,
        'id.orig_p': 'source.port',
        'id.resp_h': ['destination.ip', 'destination.address'],
        'id.resp_p': 'destination.port',
        ...(log === 'http'
          ? {
              uri: 'url.original',
              'c-uri': 'url.original',
              user_agent: 'user_agent.original',
              'c-useragent': 'user_agent.original',
              method: 'http.request.method',
              status_code: 'http.response.status_code',
              host: 'url.domain',
            }
          : {}),
        ...(log === 'smb_files' ? { name: ['zeek.smb_files.name', 'file.name'] } : {}),
      },
      otherwise: [`zeek.${log}.*`],
    }),
  ),
  {
    // Packetbeat, and Elastic Agent's network capture.
    datasets: ['dns', 'network_traffic.dns', 'zeek.dns'],
    classes: [{ category: 'dns' }],
    fields: {
      query: 'dns.question.name',
      record_type: 'dns.question.type',
      answer: ['dns.answers.data', 'dns.resolved_ip'],
      src_ip: sourceIp,
      dst_ip: 'destination.ip',
    },
  },
  {
    datasets: ['http', 'network_traffic.http', 'zeek.http'],
    classes: [{ category: 'proxy' }, { category: 'webserver' }],
    fields: request,
  },
  {
    datasets: ['flow', 'network_traffic.flow', 'netflow.log'],
    classes: [{ service: 'netflow' }],
    fields: { src_ip: sourceIp, src_port: 'source.port', dst_ip: 'destination.ip', dst_port: 'destination.port' },
    otherwise: ['*'],
  },
  {
    datasets: ['nginx.access', 'apache.access', 'iis.access', 'traefik.access'],
    classes: [{ category: 'webserver' }],
    fields: request,
  },
  { datasets: ['nginx.error'], classes: [{ service: 'nginx' }], otherwise: ['*'] },
  { datasets: ['apache.error'], classes: [{ service: 'apache' }], otherwise: ['*'] },
  { datasets: ['system.auth'], classes: [{ product: 'linux', service: 'auth' }], otherwise: ['*'] },
  {
    datasets: ['system.auth'],
    classes: [{ product: 'linux', service: 'sshd' }],
    where: is('process.name', 'sshd'),
    otherwise: ['*'],
  },
  {
    datasets: ['system.auth'],
    classes: [{ product: 'linux', service: 'sudo' }],
    where: is('process.name', 'sudo'),
    fields: { USER: ['system.auth.sudo.user', 'user.effective.name'] },
    otherwise: ['*'],
  },
  { datasets: ['system.syslog'], classes: [{ product: 'linux', service: 'syslog' }], otherwise: ['*'] },
  {
    datasets: ['system.syslog'],
    classes: [{ product: 'linux', service: 'cron' }],
    where: is('process.name', 'cron', 'crond'),
    otherwise: ['*'],
  },
]

const dataset = (names: readonly string[]): Predicate => or(is('event.dataset', ...names), is('data_stream.dataset', ...names))

/** Of what a Workload of Microsoft 365 decides. */
const workloads: Readonly<Record<string, Predicate>> = {
  exchange: or(is('event.provider', 'Exchange'), is('o365.audit.Workload', 'Exchange')),
  threat_management: or(is('event.provider', 'SecurityComplianceCenter'), is('o365.audit.Workload', 'SecurityComplianceCenter')),
  threat_detection: or(is('event.provider', 'SecurityComplianceCenter'), is('o365.audit.Workload', 'SecurityComplianceCenter')),
}

const tables: readonly Table[] = modules.map((module): Table => {
  const here = dataset(module.datasets)
  return {
    name: module.datasets[0]!,
    holds: module.classes.map(held => {
      const more = module.where ?? (held.product === 'm365' ? workloads[held.service!] : undefined)
      return { class: held, where: more === undefined ? here : and(here, more) }
    }),
    fields: module.fields ?? {},
    ...(module.otherwise === undefined ? {} : { otherwise: module.otherwise }),
    columns: { '@timestamp': 'datetime', 'source.ip': 'ip', 'destination.ip': 'ip' },
  }
})

const places = {
  time: ['@timestamp', 'event.created'],
  host: ['host.hostname', 'host.name', 'cloud.account.id', 'observer.hostname', 'agent.name'],
  user: ['user.name', 'user.email', 'user.id', 'source.user.name'],
  channel: ['event.dataset', 'data_stream.dataset'],
  eventId: ['event.action', 'event.code'],
} as const

/** Documents with a category of ECS are ECS documents, and these too. */
export const beats: Schema = {
  id: 'beats',
  title: 'Logs from Filebeat, Packetbeat and Elastic Agent',
  beside: 'ecs',
  render: 'message',
  tables,
  ...places,
}

/** The same without a category: many events of cloud services have none. */
export const beatsBare: Schema = {
  ...beats,
  id: 'beats-bare',
  title: 'Logs from Filebeat, Packetbeat and Elastic Agent without a category of ECS',
  beside: undefined,
  recognise: and(
    dataset([...new Set(modules.flatMap(module => module.datasets))]),
    exists('@timestamp'),
    not(exists('event.category')),
    not(exists('winlog')),
  ),
}
