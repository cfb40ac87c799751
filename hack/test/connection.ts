import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Connection } from '../../controllers/kube/connection.ts';

interface Config {
  clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
  users: [{ user: { token: string } }];
}

/**
 * The connection to the API server of the integration tests, or of a kubeconfig that apiserver.ts wrote. `server`
 * leads through a proxy; `token` is another user's.
 */
export function testConnection(
  kubeconfig = process.env['NEXLINK_TEST_KUBECONFIG'],
  { server, token }: { server?: string; token?: string } = {},
): Connection {
  if (!kubeconfig) throw new Error('no API server: run this with npm run test:integration');
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as Config;
  const { cluster } = clusters[0];
  const credentials = {
    headers: { authorization: `Bearer ${token ?? users[0].user.token}` },
    tls: { ca: Buffer.from(cluster['certificate-authority-data'], 'base64') },
  };
  return { server: server ?? cluster.server, credentials: async () => credentials, renew: () => {} };
}
