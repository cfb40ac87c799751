// Starts the API server that all integration tests share: each uses namespaces of its own.
// Its kubeconfig is in NEXLINK_TEST_KUBECONFIG.
import { installCRDs, startAPIServer } from './apiserver.ts';

export default async function setup() {
  const server = await startAPIServer();
  await installCRDs(server);
  globalThis.testAPIServer = server;
  process.env.NEXLINK_TEST_KUBECONFIG = server.kubeconfig;
}
