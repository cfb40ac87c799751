/** Where a controller works, and the proxies in front of it. */

import { FaultProxy, type Seen, type Served } from '../../harness/fault-proxy.ts';

export interface ControllerPlace {
  readonly kubeconfig: string;
  readonly kubeURL: string;
  readonly systemNamespace: string;
  /** `https://<domain>:<port>` of Nexodus, and where its host names lead: the port is the same at both. */
  readonly nexodusURL: string;
  readonly nexodusAddress: string;
  readonly nexodusUpstream: string;
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
  /** Called after every write that a server has answered. */
  readonly onWrite: (write: Write) => void;
}

export interface Write extends Served {
  readonly api: 'kubernetes' | 'nexodus';
}

export interface Proxies {
  readonly kube: FaultProxy;
  readonly nexodus: FaultProxy;
  /** All writes that were answered, in order. */
  readonly writes: readonly Write[];
}

/** Whether a request changes something that outlasts it: logins, watches and the lease do not. */
export const isWrite = ({ isWrite, isWatch, path }: Seen): boolean =>
  isWrite && !isWatch && !/openid-connect|\/device\/login|\/leases(\/|$|\?)/.test(path);

export async function startProxies(place: ControllerPlace): Promise<Proxies> {
  const writes: Write[] = [];
  const note = (api: Write['api']) => (served: Served) => {
    if (!isWrite(served)) return;
    const write = { ...served, api };
    writes.push(write);
    place.onWrite(write);
  };
  const { tls, nexodusUpstream, nexodusAddress, nexodusURL, kubeURL } = place;
  const [kube, nexodus] = await Promise.all([
    new FaultProxy({ upstream: kubeURL, onServed: note('kubernetes') }).start(),
    new FaultProxy({
      upstream: nexodusUpstream,
      host: nexodusAddress,
      port: Number(new URL(nexodusURL).port),
      tls,
      keepHost: true,
      onServed: note('nexodus'),
    }).start(),
  ]);
  return { kube, nexodus, writes };
}
