import { silentLog } from '../../runtime/log.ts';
import type { DirectoryChange } from '../../runtime/nexodus.ts';
import { NexodusDirectory } from '../directory.ts';
import type { NexodusMetrics, WatchEnd } from '../metrics.ts';
import { Synchronizer } from '../synchronizer.ts';
import { Pace, type Timing } from '../timing.ts';
import { DirectoryWriter } from '../writer.ts';
import { TestClock } from './clock.ts';
import { TestService } from './service.ts';

/** A directory with its loops and a writer, on a clock and a service of the test's own. */
export function startDirectory(
  options: {
    readonly vpcID?: string;
    readonly timing?: Partial<Timing>;
    readonly service?: TestService;
  } = {},
) {
  const clock = new TestClock();
  const service = options.service ?? new TestService();
  const ends: WatchEnd[] = [];
  const problems: [string, number][] = [];
  const metrics: NexodusMetrics = {
    request: () => {},
    limiterWaited: () => {},
    watchReconnect: reason => void ends.push(reason),
    recordProblems: (deviceID, count) => void problems.push([deviceID, count]),
  };
  const pace = new Pace(options.timing, () => 0.5);
  const directory = new NexodusDirectory({ clock, log: silentLog, metrics, graceMs: pace.timing.graceMs });
  const synchronizer = new Synchronizer({
    client: service,
    directory,
    vpcID: options.vpcID,
    clock,
    pace,
    log: silentLog,
    metrics,
  });
  const changes: DirectoryChange[] = [];
  directory.onChange(change => void changes.push(change));
  const stopping = new AbortController();
  const running = synchronizer.run(stopping.signal);
  return {
    clock,
    service,
    directory,
    synchronizer,
    writer: new DirectoryWriter(service as never, directory, 'install'),
    /** What listeners were told, in order. */
    changes,
    /** How watches ended. */
    ends,
    /** What was reported about records. */
    problems,
    stop: () => {
      stopping.abort(new Error('end of the test'));
      return running;
    },
  };
}
