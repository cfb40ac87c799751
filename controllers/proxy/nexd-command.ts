/**
 * How nexd is started. Its container runs a shell around nexd, for two reasons.
 *
 * A device that comes back in another pod has no tunnels for five seconds: the first handshake is dropped by the other
 * side's NAT, and WireGuard repeats it after five. Started once more when the others have sent something, nexd has them
 * at once. The kubelet would count that as a crash, and wait longer before each next one.
 *
 * A nexd that ended finds its registration key closed, until the controller opens it a second later. The kubelet would
 * wait ten seconds before its next try.
 */

/** In nexd's state folder: what the agent wants of a second start. There is none to come when the file is absent. */
export const secondStartFile = 'second-start';
/** Its content: nothing is decided yet, or nexd is to be started once more. */
export const secondStart = { undecided: 'undecided', now: 'now' } as const;

/** So often a nexd that ends right after its start is tried again within its container, a second apart. */
const tries = 3;

/** The container's command; it ends as nexd does. A signal to it is one to nexd. */
export function nexdCommand(stateDir: string, socket: string): string[] {
  const file = `${stateDir}/${secondStartFile}`;
  const script = [
    // What belongs to the identity comes from the state folder, so that it is of one identity, whatever the pod's
    // template says meanwhile. The key as an argument would be shown by ps.
    `if [ -s ${stateDir}/requested-ip ]; then export NEXD_REQUESTED_IP="$(cat ${stateDir}/requested-ip)"; fi`,
    `export NEXD_REG_KEY="$(cat ${stateDir}/reg-key)"`,
    'stop=',
    `trap 'stop=1; kill -TERM "$nexd" 2>/dev/null' TERM INT`,
    'i=0; code=143',
    `while [ -z "$stop" ]; do began=$(date +%s)`,
    `nexd --unix-socket ${socket} --state-dir ${stateDir} proxy & nexd=$!`,
    `again=; while [ -e ${file} ] && kill -0 "$nexd" 2>/dev/null; do`,
    `if [ "$(cat ${file})" = ${secondStart.now} ]; then again=1; rm -f ${file}; kill -KILL "$nexd"; else sleep 0.2; fi; done`,
    // A signal ends a wait before nexd has ended.
    'wait "$nexd"; code=$?; while kill -0 "$nexd" 2>/dev/null; do wait "$nexd"; code=$?; done',
    '[ -z "$again" ] || continue',
    `i=$((i+1)); if [ $code = 0 ] || [ $i -ge ${tries} ] || [ $(($(date +%s) - began)) -gt 2 ]; then exit $code; fi`,
    'sleep 1; done; exit $code',
  ];
  return ['/bin/sh', '-c', script.join('\n')];
}
