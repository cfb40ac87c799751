/** The API server's audit log: who wrote what. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Cluster } from './cluster.ts';

const run = promisify(execFile);

export interface Write {
  readonly at: number;
  readonly user: string;
  readonly verb: string;
  readonly resource: string;
  readonly name: string;
}

interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly stageTimestamp: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
}

/**
 * Writes since a time (milliseconds since the epoch) by the controller and the agents, all of which are service
 * accounts of Nexlink's.
 */
export async function auditWrites(cluster: Cluster, since: number): Promise<Write[]> {
  const node = `${cluster.name}-control-plane`;
  const { stdout } = await run('docker', ['exec', node, 'cat', '/var/log/kubernetes/audit/audit.log'], {
    maxBuffer: 512 << 20,
  });
  return stdout.split('\n').flatMap((line): Write[] => {
    if (line === '') return [];
    const event = JSON.parse(line) as AuditEvent;
    const at = Date.parse(event.stageTimestamp);
    const { username } = event.user;
    const ours = /^system:serviceaccount:(nexlink-system:|[^:]+:nexlink-)/.test(username);
    if (!ours || event.stage !== 'ResponseComplete' || at < since) return [];
    const { resource = '', subresource, namespace = '', name = '' } = event.objectRef ?? {};
    return [
      {
        at,
        user: username,
        verb: event.verb,
        resource: subresource ? `${resource}/${subresource}` : resource,
        name: `${namespace}/${name}`,
      },
    ];
  });
}
