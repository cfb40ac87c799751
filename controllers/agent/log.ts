/** JSON lines on standard error, small enough for a container that shall take little memory. */

import type { Log, LogFields } from '../runtime/log.ts';
import { logLevels, type LogLevel } from './settings.ts';

/** A log that writes lines of `level` and above: `{"time","level","message",…fields}`. */
export function jsonLog(
  level: LogLevel,
  write: (line: string) => void = line => process.stderr.write(line),
  fields: LogFields = {},
): Log {
  const line = (at: LogLevel) => (message: string, more?: LogFields) => {
    if (logLevels.indexOf(at) < logLevels.indexOf(level)) return;
    write(`${JSON.stringify({ time: new Date().toISOString(), level: at, message, ...fields, ...more })}\n`);
  };
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    with: more => jsonLog(level, write, { ...fields, ...more }),
  };
}
