import { generatePrivateKey, parseKey, publicKeyOf } from '../wgcrypto/keys.ts';
import { open } from '../wgcrypto/sealed.ts';
import type { Api } from './api.ts';
import type { ApiDevice, ApiVpc } from './api-types.ts';
import { HttpError } from './http-transport.ts';
import type { StateFile } from './state-file.ts';

export interface WireguardKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** The keys of the state, made and stored there if it has none. */
export function wireguardKeys(stateFile: StateFile): WireguardKeys {
  const state = stateFile.load();
  if (state['public-key'] === '' || state['private-key'] === '') {
    const privateKey = generatePrivateKey();
    state['private-key'] = privateKey.toString('base64');
    state['public-key'] = publicKeyOf(privateKey).toString('base64');
    stateFile.store();
  }
  return { publicKey: state['public-key'], privateKey: state['private-key'] };
}

export interface Registration {
  readonly vpc: ApiVpc;
  readonly publicKey: string;
  readonly hostname: string;
  readonly endpoints: readonly { readonly source: string; readonly address: string }[];
  readonly symmetricNat: boolean;
  readonly securityGroupId: string;
  readonly requestIp: string;
}

export interface Registered {
  readonly device: ApiDevice;
  readonly how: 'Successfully registered device' | 'Reconnected as device';
}

/** Creates the device, or takes over the one that has this public key. */
export async function register(api: Api, registration: Registration): Promise<Registered> {
  const { vpc, hostname, endpoints, symmetricNat, securityGroupId, requestIp } = registration;
  const shared = {
    vpc_id: vpc.id,
    endpoints,
    hostname,
    relay: false,
    symmetric_nat: symmetricNat,
    ...(securityGroupId === '' ? {} : { security_group_id: securityGroupId }),
  };
  const wanted = requestIp === '' ? {} : { ipv4_tunnel_ips: [{ address: requestIp, cidr: vpc.ipv4_cidr }] };
  try {
    const device = await api.createDevice({
      ...shared,
      ...wanted,
      public_key: registration.publicKey,
      os: 'linux',
    });
    return { device, how: 'Successfully registered device' };
  } catch (error) {
    if (!(error instanceof HttpError)) throw new Error(`error creating device: ${String(error)}`);
    const existing = error.status === 409 ? error.body['id'] : undefined;
    if (typeof existing !== 'string') throw new Error(`error creating device: ${error.message}`);
    try {
      return { device: await api.updateDevice(existing, shared), how: 'Reconnected as device' };
    } catch (updateError) {
      throw new Error(`error updating device: ${(updateError as Error).message}`);
    }
  }
}

/** The device's token, opened with the WireGuard key; undefined when the answer has none. */
export function deviceToken(device: ApiDevice, keys: WireguardKeys): string | undefined {
  if (device.bearer_token === undefined) return undefined;
  const privateKey = parseKey(keys.privateKey);
  if (privateKey === undefined) throw new Error('wgtypes: incorrect key size');
  return open(privateKey, device.bearer_token);
}
