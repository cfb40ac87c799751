import { parseKey } from '../../../nexodus-sim/wgcrypto/keys.ts';
import { open } from '../../../nexodus-sim/wgcrypto/sealed.ts';
import type { Api } from './api.ts';
import type { ApiDevice, ApiVpc } from './api-types.ts';
import { HttpError } from './http-transport.ts';

export interface Registration {
  readonly vpc: ApiVpc;
  readonly publicKey: string;
  readonly hostname: string;
  readonly endpoints: readonly { readonly source: string; readonly address: string }[];
  readonly requestIp: string;
}

/** Creates the device, or takes over the one that has this public key. */
export async function register(api: Api, registration: Registration): Promise<ApiDevice> {
  const { vpc, hostname, endpoints, requestIp } = registration;
  const shared = {
    vpc_id: vpc.id,
    endpoints,
    hostname,
    relay: false,
    symmetric_nat: false,
  };
  const wanted = requestIp === '' ? {} : { ipv4_tunnel_ips: [{ address: requestIp, cidr: vpc.ipv4_cidr }] };
  try {
    const device = { ...shared, ...wanted, public_key: registration.publicKey, os: 'linux' };
    return await api.createDevice(device);
  } catch (error) {
    if (!(error instanceof HttpError)) throw new Error(`error creating device: ${String(error)}`);
    const existing = error.status === 409 ? error.body['id'] : undefined;
    if (typeof existing !== 'string') throw new Error(`error creating device: ${error.message}`);
    try {
      return await api.updateDevice(existing, shared);
    } catch (updateError) {
      throw new Error(`error updating device: ${(updateError as Error).message}`);
    }
  }
}

/** The device's token, opened with the WireGuard key; undefined when the answer has none. */
export function deviceToken(device: ApiDevice, privateKeyText: string): string | undefined {
  if (device.bearer_token === undefined) return undefined;
  const privateKey = parseKey(privateKeyText);
  if (privateKey === undefined) throw new Error('wgtypes: incorrect key size');
  return open(privateKey, device.bearer_token);
}
