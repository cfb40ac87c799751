/** What is sent, and from which side. */
export type Traffic = 'tcp' | 'udp' | 'tcp-back';

/** What one run measured, in milliseconds; of what never came there is nothing. */
export interface Run {
  /** From the start of the process to its tunnel address. */
  readonly startMs?: number;
  /** From the tunnel address to the moment when the other side's nexd had the new endpoint. */
  readonly learnedMs?: number;
  /** From the tunnel address, or from the end of the cut, to the first byte. */
  readonly firstMs?: number;
  /** From the start of the process, or of the cut, to the first byte. */
  readonly sinceEventMs?: number;
  /** Datagrams that never came back: of all since the event, and of those since the tunnel address. */
  readonly lost?: number;
  readonly lostSinceUp?: number;
  /** How nexd ended that never got an address, and when. */
  readonly exit?: string;
  readonly exitMs?: number;
  /** What a connection from before the event met, at the client and at the server, and when. */
  readonly client?: string;
  readonly clientMs?: number;
  readonly server?: string;
  readonly serverMs?: number;
}

/** All runs of a case with one kind of traffic. */
export interface Measured {
  readonly case: string;
  readonly traffic: Traffic;
  readonly runs: readonly Run[];
}
