/** What happens to one side of a pair. */

import { otherRole, type Role } from './pair.ts';

export interface Case {
  readonly name: string;
  readonly side: Role;
  /**
   * added: a new device beside the old one. renewed: a new device, with a new key, in place of the old one.
   * replaced: the same device in a new pod, with a new address and UDP port. restarted: killed and started again in
   * its pod. cut: nothing passes its site's outer link.
   */
  readonly event: 'added' | 'renewed' | 'replaced' | 'restarted' | 'cut';
  readonly cutMs?: number;
  /** As soon as the other side's nexd has the new endpoint, it sends a datagram to the far side every 200 ms. */
  readonly nudge?: boolean;
  /** So long after its tunnel address was there, the nexd of the side is killed and started again. */
  readonly againAfterMs?: number;
  /** Who does not reach Nexodus from before the event on. */
  readonly away?: { readonly roles: readonly Role[]; readonly how: 'refused' | 'frozen' };
}

const roles = ['import', 'export'] as const;

function withNexodus(side: Role): Case[] {
  const replaced = { side, event: 'replaced' } as const;
  return [
    { name: `${side} added`, side, event: 'added' },
    { name: `${side} renewed`, side, event: 'renewed' },
    { name: `${side} replaced`, ...replaced },
    { name: `${side} replaced, nudged`, ...replaced, nudge: true },
    { name: `${side} replaced, nudged, started again`, ...replaced, nudge: true, againAfterMs: 1_500 },
    { name: `${side} restarted`, side, event: 'restarted' },
    { name: `${side} cut for 5 s`, side, event: 'cut', cutMs: 5_000 },
    { name: `${side} cut for 60 s`, side, event: 'cut', cutMs: 60_000 },
  ];
}

function withoutNexodus(side: Role, how: 'refused' | 'frozen'): Case[] {
  const forOther = { roles: [otherRole(side)], how };
  return [
    { name: `${side} replaced, Nexodus ${how}`, side, event: 'replaced', away: { roles: [side], how } },
    { name: `${side} replaced, Nexodus ${how} for the other`, side, event: 'replaced', away: forOther },
    { name: `${side} restarted, Nexodus ${how} for the other`, side, event: 'restarted', away: forOther },
    { name: `${side} cut for 5 s, Nexodus ${how}`, side, event: 'cut', cutMs: 5_000, away: { roles, how } },
  ];
}

export const cases: readonly Case[] = [
  ...roles.flatMap(withNexodus),
  ...roles.flatMap(side => (['refused', 'frozen'] as const).flatMap(how => withoutNexodus(side, how))),
];
