/** Lines of the log as OpenTelemetry's log records. They say what the lines say: nothing is added, nothing looked up. */
import { type Attributes, type Logger, SeverityNumber } from '@opentelemetry/api';
import type { DestinationStream } from 'pino';

/** Of the span that is active while the line is written. */
export function recordsOf(logger: Logger): DestinationStream {
  return {
    write(line) {
      const { level, time, msg, trace_id: _, span_id: __, ...attributes } = JSON.parse(line) as Line;
      const [severityNumber, severityText] = severities[level] ?? unspecified;
      logger.emit({
        timestamp: new Date(time),
        severityNumber,
        severityText,
        ...(msg !== undefined && { body: msg }),
        attributes,
      });
    },
  };
}

type Line = Attributes & {
  readonly level: number;
  readonly time: string;
  readonly msg?: string;
  /** These are the record's own, by its context. */
  readonly trace_id?: string;
  readonly span_id?: string;
};

type Severity = readonly [number: SeverityNumber, text: string];

/** By the levels of pino. */
const severities: Readonly<Record<number, Severity>> = {
  10: [SeverityNumber.TRACE, 'trace'],
  20: [SeverityNumber.DEBUG, 'debug'],
  30: [SeverityNumber.INFO, 'info'],
  40: [SeverityNumber.WARN, 'warn'],
  50: [SeverityNumber.ERROR, 'error'],
  60: [SeverityNumber.FATAL, 'fatal'],
};
const unspecified: Severity = [SeverityNumber.UNSPECIFIED, ''];
