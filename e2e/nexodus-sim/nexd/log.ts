type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal';
export type Fields = Readonly<Record<string, unknown>>;

/** nexd's log on stderr: JSON lines, or plain text when NEXD_LOGLEVEL is set. */
export class Log {
  debugEnabled: boolean;
  readonly #plain: boolean;

  constructor(logLevel: string | undefined) {
    this.#plain = logLevel !== undefined && logLevel !== '';
    this.debugEnabled = this.#plain;
  }

  debug(message: string, fields?: Fields): void {
    if (this.debugEnabled) this.#write('debug', message, fields);
  }

  info(message: string, fields?: Fields): void {
    this.#write('info', message, fields);
  }

  warn(message: string, fields?: Fields): void {
    this.#write('warn', message, fields);
  }

  error(message: string, fields?: Fields): void {
    this.#write('error', message, fields);
  }

  /** Logs and ends the process with status 1. */
  fatal(message: string): never {
    this.#write('fatal', message);
    process.exit(1);
  }

  /** Ends the process as a Go panic does, with status 2. */
  panic(message: string): never {
    process.stderr.write(`panic: ${message}\n\ngoroutine 1 [running]:\nsimulated by nexodus-sim\n`);
    process.exit(2);
  }

  #write(level: Level, message: string, fields: Fields = {}): void {
    const ts = new Date().toISOString();
    process.stderr.write(
      this.#plain
        ? `${ts}\t${level.toUpperCase()}\t${message}${Object.keys(fields).length === 0 ? '' : `\t${JSON.stringify(fields)}`}\n`
        : `${JSON.stringify({ level, ts, msg: message, ...fields })}\n`,
    );
  }
}
