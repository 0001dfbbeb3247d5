// The audit log of the Kubernetes API server. Facts: audit.k8s.io/v1 Event (https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/), PodSpec, SigmaHQ's rules for kubernetes.

import { and, exists, or } from './ask.ts'
import { inside } from './computed.ts'
import type { Mapping, Schema } from './schema.ts'

/** The specification of a pod, also where it is the template of a workload. */
const specs = ['requestObject.spec', 'requestObject.spec.template.spec', 'requestObject.spec.jobTemplate.spec.template.spec']
const containers = specs.flatMap(spec => ['containers', 'initContainers', 'ephemeralContainers'].map(kind => `${spec}.${kind}`))

export const kubernetes: Schema = {
  id: 'kubernetes',
  title: 'Kubernetes audit log',
  recognise: and(exists('auditID'), exists('verb'), or(exists('requestURI'), exists('stage'), exists('objectRef'))),
  render: 'json',
  tables: [
    {
      name: 'audit',
      holds: [{ class: { product: 'kubernetes', category: 'application', service: 'audit' } }],
      fields: {
        apiGroup: ['objectRef.apiGroup'],
        // Rules ask whether the pod has any.
        hostPath: specs.map((spec): Mapping => inside(`${spec}.volumes.hostPath`)),
        capabilities: containers.map((container): Mapping => inside(`${container}.securityContext.capabilities`)),
        requestObject: inside('requestObject'),
        responseObject: inside('responseObject'),
      },
      otherwise: ['*'],
    },
  ],
  time: ['requestReceivedTimestamp', 'stageTimestamp'],
  host: ['objectRef.namespace', 'sourceIPs'],
  user: ['user.username', 'impersonatedUser.username'],
  channel: ['objectRef.resource'],
  eventId: ['verb'],
}
