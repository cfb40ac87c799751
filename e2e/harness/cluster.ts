/** One kind cluster: objects over HTTP, programs in pods through kubectl. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import type { NexlinkExport, NexlinkExportSpec } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport, NexlinkImportSpec } from '../../api/v1alpha1/nexlinkimport.ts';
import type { Condition } from '../../api/v1alpha1/meta.ts';
import { apiVersion } from '../../api/v1alpha1/labels.ts';
import { KubeClient } from '../../controllers/kube/client.ts';
import { kubeconfig as connectionOf } from '../../controllers/kube/kubeconfig.ts';
import { ResourceWriter } from '../../controllers/kube/writer.ts';
import type { KubeObject, Resource } from '../../controllers/runtime/kube.ts';
import type { Pod, Service } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { until } from './wait.ts';

const run = promisify(execFile);
const kubectl = path.resolve(import.meta.dirname, '../../.cache/bin/kubectl');
/** The image of test pods; hack/demo/tools-image makes it. */
export const tools = 'nexlink.local/tools:12';

/** What gets a page: a busy machine may be slow to answer, but not to take a connection. */
export const curl = [
  'curl',
  '--silent',
  '--show-error',
  '--fail',
  '--connect-timeout',
  '3',
  '--max-time',
  '10',
];

/** Everything a restricted namespace asks of a pod. */
const podSecurity = { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } };
const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

interface WithStatus extends KubeObject {
  status?: { conditions?: Condition[] };
}

export interface NamespaceOptions {
  /** Discovery may make imports in it. */
  readonly imports?: boolean;
  readonly labels?: { readonly [label: string]: string };
  readonly annotations?: { readonly [key: string]: string };
}

/** Long, as a machine with three clusters and too few cores takes most of a minute to start a gateway's pods. */
const patienceMs = 120_000;

export class Cluster {
  readonly name: string;
  readonly kubeconfig: string;
  readonly client: KubeClient;
  readonly writer: ResourceWriter;

  constructor(name: string, kubeconfig: string) {
    this.name = name;
    this.kubeconfig = kubeconfig;
    this.client = new KubeClient(connectionOf([kubeconfig]));
    this.writer = new ResourceWriter(this.client);
  }

  /** Output of kubectl; rejects with what it wrote to standard error. */
  async kubectl(...args: string[]): Promise<string> {
    const { stdout } = await run(kubectl, ['--kubeconfig', this.kubeconfig, ...args], {
      maxBuffer: 64 << 20,
    });
    return stdout;
  }

  get<T extends KubeObject>(
    resource: Resource,
    namespace: string | undefined,
    name: string,
  ): Promise<T | undefined> {
    return this.client.find<T>({ resource, name, ...(namespace === undefined ? {} : { namespace }) });
  }

  async list<T extends KubeObject>(
    resource: Resource,
    namespace?: string,
    labelSelector?: string,
  ): Promise<T[]> {
    const scope = { ...(namespace ? { namespace } : {}), ...(labelSelector ? { labelSelector } : {}) };
    return (await this.client.list<T>(resource, scope)).items;
  }

  async remove(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    gracePeriodSeconds?: number,
  ): Promise<void> {
    const found = await this.get(resource, namespace, name);
    if (!found) return;
    const ref = { resource, name, ...(namespace === undefined ? {} : { namespace }) };
    await this.writer.delete(
      ref,
      found.metadata.uid!,
      gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds },
    );
  }

  /** Waits until it is gone. */
  async gone(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    timeoutMs = patienceMs,
  ): Promise<void> {
    await until(
      `${resource.kind} ${namespace}/${name} of ${this.name} is gone`,
      async () => !(await this.get(resource, namespace, name)),
      { timeoutMs, explain: () => this.describe(resource, namespace, name) },
    );
  }

  /** A namespace with Pod Security `restricted`; again with other options, it has only those. */
  async namespace(name: string, options: NamespaceOptions = {}): Promise<void> {
    await this.writer.apply<KubeObject>(resources.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name,
        annotations: options.annotations ?? {},
        labels: {
          'pod-security.kubernetes.io/enforce': 'restricted',
          ...(options.imports ? { 'nexlink.nexodus.io/import': 'true' } : {}),
          ...options.labels,
        },
      },
    });
  }

  /** A pod that serves `text` at / on port 8080, ready when this resolves, and a Service for it. */
  async web(
    namespace: string,
    name: string,
    text: string,
    options: { port?: number; labels?: { [label: string]: string }; wait?: boolean } = {},
  ): Promise<void> {
    const serve = `mkdir -p /tmp/www; printf '%s\\n' "$TEXT" >/tmp/www/index.html; exec busybox httpd -f -p 8080 -h /tmp/www`;
    await this.pod(namespace, name, ['sh', '-c', serve], { env: { TEXT: text }, port: 8080 });
    await this.service(
      namespace,
      name,
      [{ name: 'http', port: options.port ?? 80, targetPort: 8080 }],
      options.labels,
    );
    if (options.wait !== false) await this.podReady(namespace, name);
  }

  /** A pod that can run curl, ready when this resolves. */
  async clientPod(namespace: string, name = 'client'): Promise<void> {
    await this.pod(namespace, name, ['sleep', 'infinity']);
    await this.podReady(namespace, name);
  }

  async pod(
    namespace: string,
    name: string,
    command: readonly string[],
    options: {
      env?: { [name: string]: string };
      /** Ready once it listens there. */
      port?: number;
      /** Ports by the names that a Service can call them by. */
      ports?: { [name: string]: number };
      /** Default: that of the test pods. */
      image?: string;
      /** The ConfigMap whose files are in /files. */
      files?: string;
      /** What it asks for of the node's CPUs; without, it gets what the others leave. */
      cpu?: string;
    } = {},
  ): Promise<void> {
    const object: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels: { app: name } },
      spec: {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        securityContext: podSecurity,
        containers: [
          {
            name: 'main',
            image: options.image ?? tools,
            command,
            env: Object.entries(options.env ?? {}).map(([key, value]) => ({ name: key, value })),
            ports: Object.entries(options.ports ?? {}).map(([key, containerPort]) => ({
              name: key,
              containerPort,
            })),
            securityContext: containerSecurity,
            ...(options.cpu ? { resources: { requests: { cpu: options.cpu } } } : {}),
            volumeMounts: [
              { name: 'tmp', mountPath: '/tmp' },
              ...(options.files === undefined ? [] : [{ name: 'files', mountPath: '/files' }]),
            ],
            ...(options.port
              ? { readinessProbe: { tcpSocket: { port: options.port }, periodSeconds: 1 } }
              : {}),
          },
        ],
        volumes: [
          { name: 'tmp', emptyDir: {} },
          ...(options.files === undefined ? [] : [{ name: 'files', configMap: { name: options.files } }]),
        ],
      },
    } as KubeObject;
    await this.writer.apply(resources.pods, object);
  }

  async podReady(namespace: string, name: string): Promise<Pod> {
    return until(
      `pod ${namespace}/${name} of ${this.name} is ready`,
      async () => {
        const pod = await this.get<Pod>(resources.pods, namespace, name);
        return pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
          ? pod
          : undefined;
      },
      { explain: () => this.describe(resources.pods, namespace, name) },
    );
  }

  /** A Service for the pod of the same name. */
  async service(
    namespace: string,
    name: string,
    ports: readonly {
      name: string;
      port: number;
      targetPort: number | string;
      protocol?: string;
      appProtocol?: string;
    }[],
    labels: { [label: string]: string } = {},
    more: Service['spec'] & { ipFamilies?: string[] } = {},
  ): Promise<Service> {
    return this.writer.apply<Service>(resources.services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, labels },
      spec: { ...more, selector: { app: name }, ports: ports as NonNullable<Service['spec']>['ports'] },
    } as Service);
  }

  async export(namespace: string, name: string, spec: NexlinkExportSpec = {}): Promise<NexlinkExport> {
    const object: NexlinkExport = { apiVersion, kind: 'NexlinkExport', metadata: { name, namespace }, spec };
    return this.writer.apply(resources.exports, object);
  }

  async import(namespace: string, name: string, spec: NexlinkImportSpec = {}): Promise<NexlinkImport> {
    const object: NexlinkImport = { apiVersion, kind: 'NexlinkImport', metadata: { name, namespace }, spec };
    return this.writer.apply(resources.imports, object);
  }

  gateway(namespace: string, name: string): Promise<NexlinkGateway | undefined> {
    return this.get(resources.gateways, namespace, name);
  }

  /** Waits for a condition; `reason` narrows it. Returns the condition. */
  async condition(
    resource: Resource,
    namespace: string,
    name: string,
    wanted: { type: string; status: 'True' | 'False'; reason?: string },
    timeoutMs = patienceMs,
  ): Promise<Condition> {
    return until(
      `${resource.kind} ${namespace}/${name} of ${this.name} has ${wanted.type}=${wanted.status}/${wanted.reason ?? '*'}`,
      async () => {
        const object = await this.get<WithStatus>(resource, namespace, name);
        return object?.status?.conditions?.find(
          condition =>
            condition.type === wanted.type &&
            condition.status === wanted.status &&
            (wanted.reason === undefined || condition.reason === wanted.reason) &&
            condition.observedGeneration === object.metadata.generation,
        );
      },
      { timeoutMs, explain: () => this.describe(resource, namespace, name) },
    );
  }

  /** What a program in a pod prints. */
  exec(namespace: string, pod: string, ...command: string[]): Promise<string> {
    return this.kubectl('--namespace', namespace, 'exec', pod, '--', ...command);
  }

  /** A port of this machine that leads to one of a pod's own loopback, until `close()`. */
  async forward(
    namespace: string,
    pod: string,
    port: number,
  ): Promise<{ readonly port: number; close(): void }> {
    const args = ['--kubeconfig', this.kubeconfig, '--namespace', namespace, 'port-forward', pod, `:${port}`];
    const forwarder = spawn(kubectl, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await Promise.race([once(forwarder.stdout, 'data'), once(forwarder, 'exit')]);
    const local = /127\.0\.0\.1:(\d+)/.exec(String(said))?.[1];
    if (local === undefined) {
      forwarder.kill();
      throw new Error(`port ${port} of pod ${namespace}/${pod} of ${this.name} cannot be forwarded: ${said}`);
    }
    forwarder.stdout.resume();
    return { port: Number(local), close: () => void forwarder.kill() };
  }

  /** The body of a page, fetched by the pod `client`. Rejects when nobody takes the connection within 3 s. */
  async curl(namespace: string, url: string): Promise<string> {
    const body = await this.exec(namespace, 'client', ...curl, url);
    return body.trim();
  }

  /** Waits until the page has this text. */
  async answers(namespace: string, url: string, text: string, timeoutMs = patienceMs): Promise<void> {
    let last = '';
    await until(
      `${url} in namespace ${namespace} of ${this.name} answers "${text}"`,
      async () => {
        last = await this.curl(namespace, url).catch((error: unknown) => String(error));
        return last === text;
      },
      { timeoutMs, explain: async () => `last answer: ${last}\n${await this.overview(namespace)}` },
    );
  }

  /** Gives a gateway so many pods once it is there, and waits until all of them are ready. */
  async scale(namespace: string, gateway: string, replicas: number): Promise<void> {
    const said = { timeoutMs: patienceMs, explain: () => this.overview(namespace) };
    await until(`${gateway} is there`, () => this.gateway(namespace, gateway), said);
    const spec = JSON.stringify({ spec: { replicas } });
    await this.kubectl('--namespace', namespace, 'patch', 'nxg', gateway, '--type=merge', '--patch', spec);
    await until(
      `${gateway} has ${replicas} ready pods`,
      async () => {
        const { status } = (await this.gateway(namespace, gateway)) ?? {};
        return status?.readyReplicas === replicas && status.replicas?.length === replicas;
      },
      said,
    );
  }

  async gatewayPods(namespace: string, gateway: string): Promise<Pod[]> {
    return this.list<Pod>(resources.pods, namespace, `nexlink.nexodus.io/gateway=${gateway}`);
  }

  /** Everything of ours in a namespace, for messages of tests that fail. */
  overview(namespace: string): Promise<string> {
    return this.kubectl('--namespace', namespace, 'get', 'nxe,nxi,nxg,service,pods', '-o', 'wide');
  }

  private describe(resource: Resource, namespace: string | undefined, name: string): Promise<string> {
    const scope = namespace === undefined ? [] : ['--namespace', namespace];
    return this.kubectl(
      ...scope,
      'describe',
      `${resource.plural}${resource.group ? `.${resource.group}` : ''}`,
      name,
    );
  }
}
