/** Keeps a NexlinkGateway's pods, identities, rules and metadata as they should be. */

import type { RegistrySource } from '../import/registry.ts';
import type { Identity, Rule } from '../proxy/rules.ts';
import { isEnding } from '../realm/realm.ts';
import { apply, type Action } from '../runtime/actions.ts';
import { sameJSON } from '../runtime/compare.ts';
import { Transient } from '../runtime/errors.ts';
import { childName, keyOf } from '../runtime/names.ts';
import { hasAnswered } from '../runtime/nexodus.ts';
import type { Secret } from '../runtime/objects.ts';
import type { Ports, Result } from '../runtime/ports.ts';
import { reportStatus } from '../runtime/report.ts';
import { resources } from '../runtime/resources.ts';
import { QuietPorts } from './freed-ports.ts';
import { newIdentity } from './identity.ts';
import { observeGateway, type SeenGateway } from './observe.ts';
import { keyOpenMs, planDevices, planWithdrawal, type DevicePlan, type NewIdentity } from './plan-devices.ts';
import {
  isUnused,
  planDeletion,
  planEnd,
  planFinalizer,
  planGateway,
  planRulesMap,
  planSecret,
  replicasOf,
} from './plan.ts';
import { planPolicy } from './plan-policy.ts';
import { planRollout } from './plan-rollout.ts';
import { planRules } from './plan-rules.ts';
import { judgeEnd, judgeGateway, overdueMs, type GatewayJudgement } from './status.ts';

/** An unused gateway is kept this long, in case an export or import is replaced rather than removed. */
const idleGraceMs = 5_000;
/** A device whose absence is not certain is looked for again after this long. */
const suspectMs = 5_000;
/** A reconcile that has waited for Nexodus for so long holds others up. */
const heldUpMs = 200;
/** How many gateways are reconciled at once. */
export const gatewaySlots = 8;
/** When to look whether a gateway is held up, after something of it has changed. */
export const programAfterMs = heldUpMs;

/** Reconciles gateways; one instance for all, as it remembers since when a gateway is unused. */
export class GatewayReconciler {
  readonly #ports: Ports;
  readonly #registry: RegistrySource;
  readonly #unusedSince = new Map<string, number>();
  readonly #quietPorts = new QuietPorts();
  readonly #slots: number;
  /** Reconciles by gateway, and since when each waits for Nexodus. */
  readonly #underWay = new Map<string, { since?: number }>();

  /** `slots`: how many gateways are reconciled at once. */
  constructor(ports: Ports, registry: RegistrySource, slots = gatewaySlots) {
    this.#ports = ports;
    this.#registry = registry;
    this.#slots = slots;
  }

  async reconcile(key: string): Promise<Result> {
    this.#underWay.set(key, {});
    try {
      return await this.#reconcile(key);
    } finally {
      this.#underWay.delete(key);
    }
  }

  async #reconcile(key: string): Promise<Result> {
    const seen = this.#observe(key);
    if (!seen) {
      this.#quietPorts.forget(key);
      this.#unusedSince.delete(key);
      return {};
    }
    if (seen.gateway.metadata.deletionTimestamp) return this.#end(seen);
    if (!hasAnswered(this.#ports.directory)) return this.#withdraw(seen);
    // In a namespace that is being deleted nothing can be made. Its pods go before the gateway's own deletion comes, so
    // that other clusters are to let go at once.
    if (isEnding(seen.gateway.metadata.namespace!, this.#ports.caches))
      return this.#finish(await this.#waits(key, () => apply(planWithdrawal(seen), this.#ports)));
    if (isUnused(seen)) {
      const since = this.#unusedSince.get(key) ?? this.#ports.clock.monotonic();
      this.#unusedSince.set(key, since);
      const left = since + idleGraceMs - this.#ports.clock.monotonic();
      if (left <= 0) return this.#finish(await apply(planDeletion(seen), this.#ports));
      return { ...(await this.#maintain(seen)), requeueAfterMs: left };
    }
    this.#unusedSince.delete(key);
    return this.#maintain(seen);
  }

  /**
   * Brings policy and rules up to date when the gateway's own reconcile waits for Nexodus, or cannot begin because all
   * others do. Call it `programAfterMs` after every change.
   */
  async program(key: string): Promise<Result> {
    const own = this.#underWay.get(key);
    if (!own && this.#underWay.size < this.#slots) return {};
    const now = this.#ports.clock.monotonic();
    const waits = (own ? [own] : [...this.#underWay.values()]).map(({ since = now }) => now - since);
    if (Math.max(...waits) < heldUpMs) return { requeueAfterMs: heldUpMs };
    const seen = this.#observe(key);
    if (!seen) return {};
    const { deletionTimestamp, namespace } = seen.gateway.metadata;
    const isAtEnd = deletionTimestamp ?? isEnding(namespace!, this.#ports.caches);
    if (isAtEnd || !hasAnswered(this.#ports.directory)) return this.#withdraw(seen);
    const replicas = replicasOf(seen, this.#ports.settings.gateway);
    const { error, unguarded } = await this.#program(
      seen,
      planDevices(seen, replicas, this.#ports.clock.now()),
    );
    return this.#finish({ error: error ?? unguarded });
  }

  #observe(key: string): SeenGateway | undefined {
    const quiet = this.#quietPorts.of(key, this.#ports.clock.monotonic());
    return observeGateway(key, this.#ports, this.#registry, quiet);
  }

  async #waits<T>(key: string, forNexodus: () => Promise<T>): Promise<T> {
    const own = this.#underWay.get(key);
    if (own) own.since = this.#ports.clock.monotonic();
    const done = await forNexodus();
    delete own?.since;
    return done;
  }

  async #maintain(cached: SeenGateway): Promise<Result> {
    const { settings, clock, directory } = this.#ports;
    let error: unknown;
    const seen = await this.#withSecret(cached).catch((thrown: unknown) => ((error = thrown), cached));
    const replicas = replicasOf(seen, settings.gateway);
    const run = async (actions: readonly Action[]) => {
      if (error === undefined) error = (await apply(actions, this.#ports)).error;
    };
    await run(planFinalizer(seen));
    const known = planDevices(seen, replicas, clock.now());
    const { plan, freeInMs, unguarded, ...programmed } = await this.#program(seen, known, error);
    error = programmed.error;
    const rollout = planRollout(seen, replicas, clock.now());
    const { identities, refused, gone, devices } = await this.#waits(keyOf(seen.gateway), () =>
      this.#tell(seen, replicas, known, plan.metadata, error),
    );
    // Pods that start without an identity wait long for it: before Nexodus has answered there are none.
    if (identities.size >= replicas || (directory.synced && refused === undefined)) {
      // What Nexodus was not told of the identities of now stays in the Secret.
      if (refused === undefined) await run(planSecret(seen, identities));
      await run(plan.pods);
      if (plan.pods.length === 0) await run(rollout.actions);
    }

    error ??= refused ?? unguarded;
    await this.#report(seen, judgeGateway(seen, identities, replicas, plan.revision, error), plan.revision);
    const requeueAfterMs = Math.min(
      known.suspects.size > gone.size ? suspectMs : Infinity,
      devices.requeueAfterMs ?? Infinity,
      freeInMs ?? Infinity,
      rollout.requeueAfterMs ?? Infinity,
    );
    return this.#finish({ error }, requeueAfterMs === Infinity ? {} : { requeueAfterMs });
  }

  /** What waits for nobody but the API server. `held`: an error because of which nothing is written. */
  async #program(seen: SeenGateway, { keep }: DevicePlan, held?: unknown) {
    const { settings, clusterID, clock } = this.#ports;
    const context = {
      defaults: settings.gateway,
      cluster: clusterID,
      decodeRecord: (deviceID: string) => this.#registry.record(deviceID),
    };
    // Where the policy cannot be written, only the imports that need it are without rules: see guard.ts.
    const policy = planPolicy(seen);
    const unguarded = held ?? (await apply(policy.actions, this.#ports)).error;
    const plan = planGateway(seen, keep, context, unguarded === undefined ? policy : seen);
    const freeInMs = this.#quietPorts.note(keyOf(seen.gateway), plan.freed, clock.monotonic());
    // Before Nexodus is told: what is withdrawn is closed by them. Nor must a Service's new address wait.
    const error = held ?? (await apply(plan.rules, this.#ports)).error;
    return { plan, freeInMs, unguarded, error };
  }

  /** All that Nexodus is needed for. `held`: an error because of which it is not asked. */
  async #tell(
    seen: SeenGateway,
    replicas: number,
    known: DevicePlan,
    metadata: readonly Action[],
    held: unknown,
  ): Promise<Told> {
    let refused = held ?? (await apply(metadata, this.#ports)).error;
    const ask = async (work: () => Promise<unknown>) => {
      if (refused !== undefined) return;
      try {
        await work();
      } catch (thrown) {
        refused = thrown;
      }
    };
    let gone: ReadonlySet<number> = new Set();
    if (known.suspects.size) await ask(async () => void (gone = await this.#confirmGone(known.suspects)));
    const devices = gone.size ? planDevices(seen, replicas, this.#ports.clock.now(), gone) : known;
    await ask(async () => {
      const done = await apply(devices.actions, this.#ports);
      if (done.error !== undefined) throw done.error;
    });
    const identities = new Map(devices.keep);
    if (devices.make.size)
      await ask(async () => {
        for (const [ordinal, identity] of await this.#makeIdentities(seen, devices.make))
          identities.set(ordinal, identity);
      });
    return { identities, refused, gone, devices };
  }

  /** Closes what is no longer exported or imported, and opens nothing. */
  async #withdraw(seen: SeenGateway): Promise<Result> {
    const before = seen.rules.rules;
    if (!before) return {};
    const { ingress, egress } = seen.gateway.metadata.deletionTimestamp ? noRules : planRules(seen);
    const rules = { ingress: onlyThose(before.ingress, ingress), egress: onlyThose(before.egress, egress) };
    return this.#finish(await apply(planRulesMap(seen, rules), this.#ports));
  }

  /**
   * A Secret that the cache lacks may be there all the same, when somebody took our label off it, or the watch stands
   * still. Its identities are those of what runs.
   */
  async #withSecret(seen: SeenGateway): Promise<SeenGateway> {
    if (seen.secret || !seen.nexodus.synced) return seen;
    const { namespace, name, uid } = seen.gateway.metadata;
    const ref = { resource: resources.secrets, namespace: namespace!, name: childName(name) };
    const secret = await this.#ports.kube.read<Secret>(ref);
    if (!secret?.metadata.ownerReferences?.some(owner => owner.uid === uid)) return seen;
    return observeGateway(keyOf(seen.gateway), this.#ports, this.#registry, seen.quietPorts, secret) ?? seen;
  }

  async #end(seen: SeenGateway): Promise<Result> {
    const { directory, clock } = this.#ports;
    // Nothing is carried any more, however long Nexodus keeps the rest waiting.
    if (seen.rules.rules) await apply(planRulesMap(seen, noRules), this.#ports);
    const error = directory.synced
      ? (await this.#waits(keyOf(seen.gateway), () => apply(planEnd(seen, clock.now()), this.#ports))).error
      : new Transient('NexodusUnavailable', directory.failure?.message ?? 'Nexodus has not answered yet.');
    if (seen.pods.size > 0 || error !== undefined)
      await this.#report(seen, judgeEnd(seen, error, clock.now()));
    return this.#finish({ error }, seen.pods.size > 0 ? { requeueAfterMs: overdueMs } : {});
  }

  /** The suspects of which Nexodus itself says that they do not exist in our VPC. */
  async #confirmGone(suspects: ReadonlyMap<number, string>): Promise<Set<number>> {
    const { nexodus, directory } = this.#ports;
    const gone = new Set<number>();
    for (const [ordinal, deviceID] of suspects) {
      const device = await nexodus.findDevice(deviceID);
      // After a change of nexodus.vpcID it lives on where nobody meets it.
      if (device?.vpcID !== directory.vpcID) gone.add(ordinal);
      else directory.refresh();
    }
    return gone;
  }

  /** Makes keys for all replicas that need one at the same time: a gateway's start waits for this. */
  async #makeIdentities(
    seen: SeenGateway,
    replicas: ReadonlyMap<number, NewIdentity>,
  ): Promise<Map<number, Identity>> {
    const { clock, nexodus } = this.#ports;
    const {
      gateway,
      nexodus: { holder },
    } = seen;
    const expiresAt = new Date(clock.now().getTime() + keyOpenMs);
    const made = await Promise.all(
      [...replicas].map(async ([ordinal, { unused, spent }]) => {
        const description = seen.nexodus.describe(ordinal);
        const key = unused ?? (await nexodus.ensureRegKey(description, expiresAt, spent));
        if (key.deviceID === undefined)
          throw new Transient(
            'NexodusError',
            `Nexodus gave registration key ${key.id} of ${description} no device, as it is not for a single use: delete the key in Nexodus, and another one is made.`,
          );
        const { deviceID } = key;
        return [
          ordinal,
          newIdentity({ ...key, deviceID }, clock.now(), gateway.spec.tunnelIP, holder),
        ] as const;
      }),
    );
    return new Map(made);
  }

  async #report(
    seen: SeenGateway,
    { readyReplicas, conditions, dropped }: GatewayJudgement,
    revision?: string,
  ): Promise<void> {
    const status = revision === undefined ? { readyReplicas } : { readyReplicas, revision };
    const { kube, events, clock } = this.#ports;
    await reportStatus(
      seen.gateway,
      resources.gateways,
      status,
      conditions,
      { kube, events, clock },
      dropped,
    );
  }

  #finish(done: { readonly error?: unknown }, result: Result = {}): Result {
    if (done.error !== undefined) throw done.error;
    return result;
  }
}

const noRules = { ingress: [], egress: [] };

interface Told {
  readonly identities: ReadonlyMap<number, Identity>;
  /** Why something was not done. */
  readonly refused: unknown;
  /** Suspects that do not exist any more. */
  readonly gone: ReadonlySet<number>;
  readonly devices: DevicePlan;
}

/** Those rules that are also wanted. */
const onlyThose = (rules: readonly Rule[], wanted: readonly Rule[]): Rule[] =>
  rules.filter(rule => wanted.some(other => sameJSON(rule, other)));
