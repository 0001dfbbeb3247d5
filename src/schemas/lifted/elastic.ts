// Fields of documents in ECS that repeat others or hold parts of them. Facts: the field reference of ECS (https://www.elastic.co/docs/reference/ecs/ecs-field-reference) and what Winlogbeat's pipelines for Sysmon and Security make.

import type { Lifted } from './lifted.ts'
import { accountOf, baseOf, call, domainOf, field, firstOf, folderOf, hashOf } from './words.ts'

const image = firstOf(field('Image'), field('NewProcessName'))
const parent = firstOf(field('ParentImage'), field('ParentProcessName'))

export const documentColumns: Readonly<Record<string, Lifted>> = {
  'elastic:documents': {
    columns: {
      'process.name': call('lens:basename', image),
      'process.executable': image,
      'process.command_line': field('CommandLine'),
      'process.working_directory': field('CurrentDirectory'),
      'process.entity_id': field('ProcessGuid'),
      'process.parent.name': call('lens:basename', parent),
      'process.parent.executable': parent,
      'process.parent.command_line': field('ParentCommandLine'),
      'process.parent.entity_id': field('ParentProcessGuid'),
      'process.pe.original_file_name': field('OriginalFileName'),
      'process.hash.md5': hashOf('md5'),
      'process.hash.sha1': hashOf('sha1'),
      'process.hash.sha256': hashOf('sha256'),
      'process.hash.imphash': hashOf('imphash'),
      'host.name': field('Computer'),
      'host.hostname': field('Computer'),
      'host.id': field('Computer'),
      'agent.id': field('Computer'),
      'user.name': firstOf(accountOf('User'), field('SubjectUserName'), field('TargetUserName')),
      'user.domain': firstOf(domainOf('User'), field('SubjectDomainName'), field('TargetDomainName')),
      'file.path': field('TargetFilename'),
      'file.name': baseOf('TargetFilename'),
      'file.directory': folderOf('TargetFilename'),
      'file.extension': call('lens:extension', field('TargetFilename')),
      'dll.path': field('ImageLoaded'),
      'dll.name': baseOf('ImageLoaded'),
      'registry.path': field('TargetObject'),
      'registry.value': baseOf('TargetObject'),
      'registry.data.strings': field('Details'),
      'dns.question.name': field('QueryName'),
      'source.ip': firstOf(field('SourceIp'), field('IpAddress')),
      'source.port': field('SourcePort'),
      'destination.ip': field('DestinationIp'),
      'destination.port': field('DestinationPort'),
      'destination.domain': field('DestinationHostname'),
      'network.transport': field('Protocol'),
      'event.code': field('EventID'),
      'event.provider': field('Provider_Name'),
    },
  },
}
