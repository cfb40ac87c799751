/** A real etcd and kube-apiserver, for tests: nothing else of a cluster, so nothing but the API server changes objects. */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import path from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { freePorts } from './free-ports.ts';

const root = path.join(import.meta.dirname, '..', '..');
const bin = path.join(root, '.cache', 'bin');

/** A running API server of its own. */
export interface TestAPIServer {
  /** https://127.0.0.1:port */
  readonly url: string;
  /** A kubeconfig file of a cluster administrator. */
  readonly kubeconfig: string;
  /** URL of its etcd, without TLS. */
  readonly etcd: string;
  /** A bearer token of a user of this name without any right; roles are bound to the name. */
  tokenOf(user: 'admin' | 'tester'): string;
  /** Ends the API server at once (SIGKILL), as a crash does; etcd goes on. */
  kill(): Promise<void>;
  /** Stops (SIGSTOP) and continues (SIGCONT) it: connections stay and, once it resolves, nothing answers. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Starts it again on the same port, with the same objects. */
  start(): Promise<void>;
  /** Ends both and removes their data. */
  stop(): Promise<void>;
}

/**
 * Starts one; about 4 seconds. The programs are built when they are missing, which takes minutes, once.
 * `serviceAddresses`: the range of cluster IPs, or one of IPv4 and one of IPv6.
 */
export async function startAPIServer(serviceAddresses = '10.0.0.0/24'): Promise<TestAPIServer> {
  buildPrograms();
  await mkdir(path.join(root, '.cache', 'tmp'), { recursive: true });
  const folder = await mkdtemp(path.join(root, '.cache', 'tmp', 'apiserver-'));
  const [port, etcdPort, peerPort] = await freePorts(3);
  const etcd = `http://127.0.0.1:${etcdPort}`;
  const url = `https://127.0.0.1:${port}`;
  const tokens = { admin: randomBytes(16).toString('hex'), tester: randomBytes(16).toString('hex') };
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = path.join(folder, 'service-accounts.key');
  await writeFile(key, privateKey.export({ type: 'pkcs1', format: 'pem' }));
  const tokenFile = path.join(folder, 'tokens.csv');
  await writeFile(tokenFile, `${tokens.admin},admin,admin,system:masters\n${tokens.tester},tester,tester\n`);

  const database = await start(folder, 'etcd', [
    `--data-dir=${path.join(folder, 'data')}`,
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
    '--unsafe-no-fsync',
    '--log-level=error',
  ]);
  const startServer = () =>
    start(folder, 'kube-apiserver', [
      `--etcd-servers=${etcd}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${path.join(folder, 'certificates')}`,
      `--token-auth-file=${tokenFile}`,
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
      `--service-cluster-ip-range=${serviceAddresses}`,
      // As in OpenShift: who makes an object that holds up the deletion of its owner must be allowed to.
      '--enable-admission-plugins=OwnerReferencesPermissionEnforcement',
      // No controller makes the service accounts that pods would need.
      '--disable-admission-plugins=ServiceAccount',
      '--endpoint-reconciler-type=none',
      '--shutdown-delay-duration=0s',
    ]);
  let server = await startServer();
  const kubeconfig = path.join(folder, 'kubeconfig');
  try {
    await ready(url, server, folder);
    await writeFile(kubeconfig, stringify(await configOf(folder, url, tokens.admin)), { mode: 0o600 });
  } catch (error) {
    server.kill('SIGKILL');
    database.kill('SIGKILL');
    throw error;
  }

  return {
    url,
    kubeconfig,
    etcd,
    tokenOf: user => tokens[user],
    kill: () => end(server),
    freeze: () => freeze(server),
    thaw: () => void server.kill('SIGCONT'),
    async start() {
      server = await startServer();
      await ready(url, server, folder);
    },
    async stop() {
      await Promise.all([end(server), end(database)]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Installs every CRD below `config/crd` and waits until its kind is served, and told of to clients: kubectl remembers
 * what it was told. Nothing happens without that folder.
 */
export async function installCRDs({ url, tokenOf }: TestAPIServer): Promise<void> {
  const folder = path.join(root, 'config', 'crd');
  if (!existsSync(folder)) return;
  const crds = `${url}/apis/apiextensions.k8s.io/v1/customresourcedefinitions`;
  const authorization = `Bearer ${tokenOf('admin')}`;
  const established = async (name: string) => {
    const { body } = await request(`${crds}/${name}`, { headers: { authorization } });
    const { status } = JSON.parse(body) as { status?: { conditions?: { type: string; status: string }[] } };
    return status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True');
  };
  const isTold = async ({ group, names, versions: [version] }: CRD['spec']) => {
    const paths = ['apis', 'openapi/v3/apis'].map(part => `${url}/${part}/${group}/${version!.name}`);
    const answers = await Promise.all(paths.map(path => request(path, { headers: { authorization } })));
    return answers.every(({ body }) => body.includes(`"${names.kind}"`));
  };
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith('.yaml')) continue;
    for (const document of parseAllDocuments(await readFile(path.join(folder, file), 'utf8'))) {
      const crd = document.toJS() as CRD | null;
      if (crd?.kind !== 'CustomResourceDefinition') continue;
      const { name } = crd.metadata;
      const answer = await request(`${crds}/${name}?fieldManager=test&force=true`, {
        method: 'PATCH',
        headers: { authorization, 'content-type': 'application/apply-patch+yaml' },
        body: JSON.stringify(crd),
      });
      if (answer.status >= 300)
        throw new Error(`the API server refuses the CRD ${name} of ${file}: ${answer.body}`);
      while (!(await established(name)) || !(await isTold(crd.spec))) await sleep(50);
    }
  }
}

interface CRD {
  readonly kind?: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string }[];
  };
}

function buildPrograms(): void {
  const missing = () => ['etcd', 'kube-apiserver'].filter(program => !existsSync(path.join(bin, program)));
  if (missing().length === 0) return;
  const kind = path.join(root, 'hack', 'kind');
  for (const script of ['deps', 'binaries']) spawnSync(path.join(kind, script), { stdio: 'inherit' });
  if (missing().length)
    throw new Error(`${missing().join(' and ')} missing in ${bin}: run hack/kind/binaries`);
}

async function start(folder: string, program: string, args: string[]): Promise<ChildProcess> {
  const log = await open(path.join(folder, `${program}.log`), 'a');
  // It ends with this process, however that ends: left behind, it would slow down whatever runs next.
  const command = ['--pdeathsig', 'KILL', path.join(bin, program), ...args];
  const child = spawn('setpriv', command, { stdio: ['ignore', log.fd, log.fd], cwd: folder });
  await log.close();
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** On a busy machine a thread may go on for a while. */
async function freeze(child: ChildProcess): Promise<void> {
  child.kill('SIGSTOP');
  const tasks = `/proc/${child.pid}/task`;
  const goesOn = async () => {
    const states = (await readdir(tasks)).map(task => readFile(`${tasks}/${task}/stat`, 'utf8'));
    return (await Promise.all(states)).some(stat => !/\) T /.test(stat));
  };
  while (await goesOn()) await sleep(10);
}

async function ready(url: string, server: ChildProcess, folder: string): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 50) {
    if (server.exitCode !== null || server.signalCode !== null) break;
    // Without a token it is allowed to ask this, and nothing else.
    const status = await request(`${url}/readyz`).then(
      answer => answer.status,
      () => 0,
    );
    if (status === 200) return;
    await sleep(50);
  }
  const log = await readFile(path.join(folder, 'kube-apiserver.log'), 'utf8');
  throw new Error(`kube-apiserver does not become ready:\n${log.slice(-2000)}`);
}

async function configOf(folder: string, server: string, token: string): Promise<object> {
  // The server signs its certificate itself; the file holds its CA too.
  const ca = await readFile(path.join(folder, 'certificates', 'apiserver.crt'));
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': ca.toString('base64') } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  };
}

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** One request, without checking the certificate: it is our own server on the loopback interface. */
function request(
  url: string,
  { body, ...options }: RequestOptions & { body?: string } = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(url, { ...options, rejectUnauthorized: false, agent: false }, answer => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
