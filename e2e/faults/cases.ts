/** The faults that Nexlink is built for: the source of docs/reference/faults.md. */

/** A test that stands elsewhere: its file, and its name or that of the group that it belongs to. */
export interface Elsewhere {
  readonly file: string;
  readonly name: string;
}

export interface FaultCase {
  readonly number: number;
  readonly what: string;
  /** How it is brought about. */
  readonly how: string;
  /** Which of the invariants it is about, besides A, B, C and F, which every run is judged by. */
  readonly holds: string;
  /** Tests besides those of e2e/faults that begin with the number. */
  readonly elsewhere?: readonly Elsewhere[];
  /** What does not hold, or is not tested, and why. */
  readonly limits?: string;
}

const at = (file: string, name: string): Elsewhere => ({ file, name });

export const cases: readonly FaultCase[] = [
  {
    number: 1,
    what: 'The controller is killed after write k',
    how: 'The proxies count writes to both APIs. The k-th is done, its answer never arrives, all connections break, and another controller starts. Every k in memory; a sample of them with a real API server in CI, every one by night.',
    holds: 'each object is made once; D',
    elsewhere: [
      at(
        'controllers/convergence.test.ts',
        'it ends in the same state when the controller is killed after any one write',
      ),
    ],
  },
  {
    number: 2,
    what: 'The answer to a write is lost',
    how: 'The k-th write is done, and the connection is reset instead of the answer. Every k in memory; a sample of them with a real API server in CI, every one by night.',
    holds: 'what was made is adopted: no second key or device; D',
    elsewhere: [
      at(
        'controllers/failed-writes.test.ts',
        'it ends in the same state when the answer to any one write is lost',
      ),
    ],
  },
  {
    number: 3,
    what: 'The API server is away',
    how: 'For a minute of the controller’s time: connections reset, nothing answered, 500, 429 with Retry-After, 503 to watches. And SIGKILL of the API server.',
    holds: 'no delete meanwhile; work goes on within 30 s of its return',
    elsewhere: [
      at('controllers/kube/restart.integration.test.ts', 'caches outlive a crash of the API server'),
    ],
  },
  {
    number: 4,
    what: 'A watch ends or dies',
    how: '410 as answer and as event, a clean end, an end in the middle of an event, a connection on which nothing comes any more.',
    holds: 'what went meanwhile is gone; nothing waits longer than a watch may be silent (50 s)',
    elsewhere: [
      at(
        'controllers/kube/reflector.integration.test.ts',
        'a connection on which nothing comes any more is given up',
      ),
    ],
  },
  {
    number: 5,
    what: 'Caches are old while writes work',
    how: 'All watches stand still, users change and replace objects, and Nexodus wakes the keys.',
    holds: 'no delete, nothing turned back',
    elsewhere: [
      at('controllers/convergence.test.ts', 'it ends in the same state when everything is seen late'),
    ],
    limits:
      'A gateway that Nexlink made goes 5 seconds after its last export or import. If watches of exports or imports stand still at that moment, and one is made that names it, the gateway is deleted and made again: each delete is bound to the uid of its object, but not to the absence of others, for which the API server has no precondition.',
  },
  {
    number: 6,
    what: 'Deleted and made again, seen as one change',
    how: 'Watches are cut, lists held back, the object is replaced, and all is let go on.',
    holds: 'the new uid counts; the old object is not written to',
    elsewhere: [
      at(
        'controllers/kube/cache.test.ts',
        'delete and recreate seen as one change of a watch arrives as deleted, then added',
      ),
    ],
  },
  {
    number: 7,
    what: 'Events twice, late, in another order',
    how: 'Watches are sent back to an older resourceVersion.',
    holds: 'no write; one reconcile of a key at a time',
    elsewhere: [
      at('controllers/kube/cache.test.ts', 'the cache never goes back and ends at the truth'),
      at('controllers/runtime/queue.test.ts', 'whatever happens, no key is in flight twice and none is lost'),
    ],
  },
  {
    number: 8,
    what: '409 to status, or to everything',
    how: 'Five writes in a row are answered 409, while others have put labels on the objects.',
    holds: 'fields of others stay',
    elsewhere: [
      at(
        'controllers/kube/writer.integration.test.ts',
        'makes and changes what is ours, and leaves the fields of others',
      ),
    ],
  },
  {
    number: 9,
    what: 'An exception nobody thought of',
    how: 'Writes of one object are answered with something that is no object.',
    holds: 'that key waits longer and longer; others go on',
    elsewhere: [
      at(
        'controllers/runtime/controller.test.ts',
        'one that hangs keeps nobody else waiting, and is told by its age',
      ),
    ],
  },
  {
    number: 10,
    what: 'Two controllers, a lease that was lost',
    how: 'Processes of their own: SIGKILL, SIGTERM, and SIGSTOP past the end of the lease, then SIGCONT.',
    holds:
      'takeover in less than 15 s, after a clean stop in less than 2 s; writes of both never overlap; none starts on a lease that has ended',
    elsewhere: [
      at(
        'controllers/kube/lease.integration.test.ts',
        'a leader that is cut off stops writing before another one starts',
      ),
      at(
        'controllers/kube/lease.test.ts',
        'a process that stood still past its term may write nothing when it goes on',
      ),
    ],
    limits:
      'A write that was sent before the process stood still, and that the network holds back for longer than the two seconds between the end of a term and the next one, can arrive during that one. It is conditional on uid or idempotent, so that the next reconcile finds what it did.',
  },
  {
    number: 11,
    what: 'Clocks that are wrong, or step',
    how: 'The wall clock is set one hour ahead and back, in memory.',
    holds: 'no early takeover, no storm, no negative timer',
    elsewhere: [
      at('controllers/kube/lease.test.ts', 'steps of the wall clock, either way, move nothing'),
      at('controllers/runtime/controller.test.ts', 'steps of the wall clock change nothing'),
      at('controllers/nexodus/session.test.ts', 'is not disturbed by steps of the wall clock'),
    ],
    limits: 'Not with a real clock: setting it would disturb everything else on the machine.',
  },
  {
    number: 12,
    what: 'The login is refused, changed, missing',
    how: 'Tokens are revoked; the Secret is deleted, emptied, written with wrong and with new passwords.',
    holds: 'one refresh, then `Connected=False/Unauthorized`; nothing is unpublished; no restart is needed',
    elsewhere: [
      at(
        'e2e/alone/bad-input.test.ts',
        'wrong credentials are told of; traffic goes on; the right ones are taken up without a restart',
      ),
    ],
  },
  {
    number: 13,
    what: 'Nexodus says 403',
    how: 'Every request of the controller is answered 403.',
    holds: 'no hot loop; another login is tried at once',
  },
  {
    number: 14,
    what: 'Nexodus says that a device is not there',
    how: 'Four requests about the device are answered 404.',
    holds: 'it is looked at again; no other device is written to',
  },
  {
    number: 15,
    what: 'A key or device is there already',
    how: 'Keys of our name and of another cluster’s are made before.',
    holds: 'adopted only when ours',
    elsewhere: [
      at('controllers/nexodus/writer.test.ts', 'adopts nothing of others, of other VPCs or for many devices'),
    ],
  },
  {
    number: 16,
    what: 'Nexodus is overloaded',
    how: '429 with Retry-After, and 500 to everything for a minute.',
    holds: 'Retry-After is honoured; no storm',
    elsewhere: [
      at(
        'controllers/nexodus/nexodus.integration.test.ts',
        'is kept with 300 writes at once, while watch and lists go on',
      ),
    ],
    limits:
      'The limit of 200 requests in 10 seconds is tested with 300 writes at once rather than with 1,000 objects: all requests pass the same limiter, whatever they are for.',
  },
  {
    number: 17,
    what: 'An answer that does not come or does not end',
    how: 'Nothing comes, white space without end, a body byte by byte.',
    holds: 'deadline and cap; other keys go on',
    elsewhere: [
      at('controllers/nexodus/nexodus.integration.test.ts', 'to one key are of no concern to others'),
    ],
  },
  {
    number: 18,
    what: 'An answer that makes no sense',
    how: 'Half a document, two, HTML, wrong types, 500 with a body.',
    holds: 'the last good state stays; no delete',
    elsewhere: [at('controllers/nexodus/nexodus.integration.test.ts', 'leave the last good state: %s')],
  },
  {
    number: 19,
    what: 'Nexodus has lost its memory',
    how: 'Revisions begin anew, deleted rows are forgotten, watches end with an error.',
    holds: 'a complete list; no ghosts',
    elsewhere: [
      at('controllers/nexodus/nexodus.integration.test.ts', 'follows a database that was restored'),
    ],
  },
  {
    number: 20,
    what: 'A device is deleted behind our back',
    how: 'Ours, and an exporter’s, whose address a stranger gets.',
    holds: 'published again under another id; nothing leads to the stranger',
    elsewhere: [
      at('e2e/alone/recovery.test.ts', 'a device deleted behind our back is replaced by another one'),
      at(
        'e2e/alone/recovery.test.ts',
        'an import replica that is cut off while Nexodus is down leaves new connections to the other one',
      ),
    ],
    limits:
      'Between the moment at which Nexodus gives the address to somebody else and the next event of its watch, a rule may lead there: connections are then refused or end at whatever listens on that port.',
  },
  {
    number: 21,
    what: 'Somebody changes metadata',
    how: 'Ours is replaced, made nonsense, deleted, beside keys of others.',
    holds: 'repaired; keys of others stay',
  },
  {
    number: 22,
    what: 'Another cluster publishes what is hostile',
    how: 'Shell characters, flags, paths, ports 0 and 70000, a mebibyte, NUL, the name of the API server.',
    holds: 'that record alone is left out; nothing of it reaches nexd or an object’s name',
    elsewhere: [
      at('e2e/scenarios/hostile.test.ts', 'what Nexodus may refuse: NUL and half characters'),
      at('controllers/metadata/decode.test.ts', 'never throws, and lets nothing through that is not valid'),
    ],
  },
  {
    number: 23,
    what: 'A Service changes, or is of a kind that cannot be exported',
    how: 'Other numbers, names and protocols; ExternalName; headless without a port.',
    holds: 'rules follow; `Valid=False` says why not',
    elsewhere: [
      at('controllers/export/resolve.test.ts', 'whatever the Service and the spec are, there is an answer'),
    ],
  },
  {
    number: 24,
    what: 'Objects that are not valid',
    how: 'Hundreds of objects, each with one flaw, are given to the API server and to our own check; and stored ones of an older version to reconcilers in memory.',
    holds: 'rejected, or `Valid=False`; never a crash',
    elsewhere: [
      at('api/v1alpha1/crd-objects.integration.test.ts', 'the API server and our own check agree about'),
      at('controllers/import/clients.test.ts', 'nobody may use an import with'),
    ],
  },
  {
    number: 25,
    what: 'Names: long, alike, taken',
    how: 'Objects of the names of children and Services are there before.',
    holds: 'left alone; `ChildConflict`, `ServiceExists`',
    elsewhere: [
      at(
        'controllers/names.test.ts',
        'two realms that differ in the last of 63 characters have gateways of their own',
      ),
      at('e2e/scenarios/names.test.ts', 'of 253 characters, with dots, of the objects themselves'),
    ],
  },
  {
    number: 26,
    what: 'Texts in any script',
    how: 'Annotations of ours and of users.',
    holds: 'they stay as they are',
    elsewhere: [at('controllers/names.test.ts', 'labels and annotations of any script are left as they are')],
  },
  {
    number: 27,
    what: 'Two exporters disagree',
    how: 'The younger comes first, and its cluster id is the lesser.',
    holds: 'the elder counts; `Conflict`',
    elsewhere: [at('controllers/disagreement.test.ts', 'importers follow the elder')],
  },
  {
    number: 28,
    what: 'Deletion in any order',
    how: 'Exports, imports, Services, Secrets, gateways, devices and the namespace, in five orders; a gateway that a user made; while Nexodus is down; with the finalizer taken away.',
    holds: 'D; what is waited for is said, and how to give it up',
    elsewhere: [at('e2e/scenarios/namespaces.test.ts', 'is deleted (ms after the export: %s)')],
  },
  {
    number: 29,
    what: 'Our objects are edited, stripped, deleted',
    how: 'One by one.',
    holds: 'rebuilt as they were',
  },
  {
    number: 30,
    what: 'The controller is upgraded, and downgraded',
    how: 'Another controller of the same settings, then of others, takes over.',
    holds: 'pods change only for what is new to them; no new connection fails',
    elsewhere: [at('e2e/alone/rollouts.test.ts', 'while the pods of both sides change')],
    limits:
      'There is no older version yet to go back to. A connection that lasts ends 30 seconds after the deletion of the pod that carries it.',
  },
  {
    number: 31,
    what: 'Ten thousand exports and imports',
    how: '`make bench` runs the controller as its image does, with 1,000 exports and 1,000 imports: from nothing, after a restart, and when all labels go and come again; and fills a cache with 10,000 objects.',
    holds: 'memory and time; C',
    elsewhere: [
      at('controllers/kube/reflector.integration.test.ts', 'lists 2000 objects in pages and follows changes'),
    ],
    limits:
      'A measurement, not a test; `hack/bench/scale/main.ts --exports 10000 --imports 10000` takes as many, and as long as the API server needs for their writes.',
  },
  {
    number: 32,
    what: 'A restricted namespace, a read-only root, missing rights',
    how: 'Pods pass Pod Security `restricted` in every scenario; verbs of the role are removed one by one.',
    holds: 'a missing verb is named in status',
    elsewhere: [
      at(
        'e2e/faults/rbac.test.ts',
        'a controller without a right says which it lacks, and goes on once it has it',
      ),
      at('controllers/proxy/pod.test.ts', 'every container passes Pod Security restricted'),
    ],
  },
  {
    number: 33,
    what: 'Two installs have one cluster id',
    how: 'A second controller with a lease of its own starts beside the first one; one of them is killed, or stopped.',
    holds: 'neither writes to Nexodus while both live, and both say so by name; A',
    elsewhere: [
      at(
        'controllers/installs/presence.test.ts',
        'that comes at the same time as another one is not alone, nor is the other',
      ),
    ],
    limits:
      'A leader that was killed and cannot be told from another install keeps the next one from writing to Nexodus for 10 seconds. An install that Nexodus does not hear for as long counts as ended: what it made is left alone where its install id differs, as with a copied ClusterProperty; a clone of a cluster, which has the same one, takes it for its own.',
  },
];
