import type { Device } from '../runtime/nexodus.ts';

/** Whether a STUN server answered nexd. If not, it writes a text where an address belongs, and has no peers at all. */
export const hasSTUN = (device: Device): boolean =>
  device.endpoints.length === 0 ||
  device.endpoints.some(({ source, address }) => source !== 'local' && /^[[\d].*:\d+$/.test(address));
