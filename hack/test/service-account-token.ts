import type { KubeClient } from '../../controllers/kube/client.ts';

/** A token of a ServiceAccount, as its pods get one. */
export const serviceAccountToken = (admin: KubeClient, namespace: string, name: string): Promise<string> =>
  admin.json(
    {
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
      body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }),
      attempt: { verb: 'create', object: 'token' },
      repeat: 'never',
    },
    body => (body as { status: { token: string } }).status.token,
  );
