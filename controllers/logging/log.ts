import type { Writable } from 'node:stream';
import { createLogger, format as formats, transports, type Logger } from 'winston';
import type { Log, LogFields } from '../runtime/log.ts';
import { redact, redactField } from './redact.ts';

/** What is logged, and how. */
export interface LogOptions {
  /** The least important lines that are written. */
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** `json`: one object a line, with `time`, `level` and `message`. `text`: for people. */
  readonly format: 'json' | 'text';
}

/** A log on standard error, or on `stream`. Secrets are masked in messages and fields. */
export function createLog({ level, format }: LogOptions, stream: Writable = process.stderr): Log {
  const logger = createLogger({
    level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: formats.printf(({ level, message, fields }) => {
      const line = { time: new Date().toISOString(), level, message: message as string };
      return format === 'json' ? jsonLine(line, fields as LogFields) : textLine(line, fields as LogFields);
    }),
    transports: [new transports.Stream({ stream, eol: '\n' })],
  });
  return logWith(logger, {});
}

interface Line {
  readonly time: string;
  readonly level: string;
  readonly message: string;
}

/** Fields cannot replace time, level and message. */
const jsonLine = (line: Line, fields: LogFields): string => JSON.stringify({ ...line, ...fields, ...line });

function textLine({ time, level, message }: Line, fields: LogFields): string {
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${textValue(value)}`);
  // A line break in a message would forge a line.
  return `${time} ${level.toUpperCase().padEnd(5)} ${message.replaceAll(/[\r\n]+/g, ' ')}${rest.join('')}`;
}

const textValue = (value: LogFields[string]): string =>
  typeof value === 'string' && /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value);

function logWith(logger: Logger, bound: LogFields): Log {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}): void => {
      if (!logger.isLevelEnabled(level)) return;
      const all = Object.entries({ ...bound, ...fields }).filter(([, value]) => value !== undefined);
      const safe = Object.fromEntries(all.map(([name, value]) => [name, redactField(name, value)]));
      logger.log({ level, message: redact(message), fields: safe });
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: fields => logWith(logger, { ...bound, ...fields }),
  };
}
