import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { placeOf } from '../export/resolve.ts';
import { importPlaceOf } from '../import/resolve.ts';
import { keyOf, splitKey } from '../runtime/names.ts';
import type { Ports } from '../runtime/ports.ts';
import type { Wake } from './wake.ts';

export type User = NexlinkExport | NexlinkImport;

/** Exports and imports, and the gateways that carry them. */
export class Users {
  readonly #ports: Pick<Ports, 'caches' | 'settings'>;
  readonly #wake: Wake;

  constructor(ports: Pick<Ports, 'caches' | 'settings'>, wake: Wake) {
    this.#ports = ports;
    this.#wake = wake;
  }

  /** Wakes an export and its gateway. */
  wakeExport(nxe: NexlinkExport): void {
    this.#wake.export(keyOf(nxe));
    this.#wake.gateway(`${nxe.metadata.namespace}/${this.exportPlace(nxe).gateway}`);
  }

  /** Wakes an import and its gateway. */
  wakeImport(nxi: NexlinkImport): void {
    this.#wake.gateway(`${nxi.metadata.namespace}/${this.importPlace(nxi).gateway}`);
    this.#wake.import(keyOf(nxi));
  }

  /** Wakes those exports and imports that a gateway, as `namespace/name`, carries. */
  wake(key: string, isMeant: (user: User) => boolean): void {
    const { caches } = this.#ports;
    const { namespace, name: gateway } = splitKey(key);
    for (const nxe of caches.exports.list(namespace))
      if (isMeant(nxe) && this.exportPlace(nxe).gateway === gateway) this.#wake.export(keyOf(nxe));
    for (const nxi of caches.imports.list(namespace))
      if (isMeant(nxi) && this.importPlace(nxi).gateway === gateway) this.#wake.import(keyOf(nxi));
  }

  exportPlace(nxe: NexlinkExport) {
    return placeOf(
      nxe,
      this.#ports.caches.namespaces.get(undefined, nxe.metadata.namespace!),
      this.#ports.settings,
    );
  }

  importPlace(nxi: NexlinkImport) {
    return importPlaceOf(
      nxi,
      this.#ports.caches.namespaces.get(undefined, nxi.metadata.namespace!),
      this.#ports.settings,
    );
  }
}
