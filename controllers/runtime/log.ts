/** Structured log lines: a stable message, and fields. Nothing secret goes into either. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with these fields in every line. */
  with(fields: LogFields): Log;
}

export interface LogFields {
  readonly [field: string]: string | number | boolean | undefined | readonly string[];
}

/** For tests, and programs that must not write. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLog,
};
