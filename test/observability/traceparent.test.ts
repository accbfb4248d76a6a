import { describe, expect, test } from 'vitest';
import { parseTraceparent, toTraceparent } from '../../src/observability/traceparent.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('a traceparent', () => {
  test('is read and written as it was', () => {
    const header = `00-${traceId}-${spanId}-01`;
    expect(parseTraceparent(header)).toEqual({ traceId, spanId, traceFlags: 1 });
    expect(toTraceparent({ traceId, spanId, traceFlags: 1 })).toBe(header);
  });

  test('of a later version is read as far as it is known', () => {
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what.comes`)).toEqual({
      traceId,
      spanId,
      traceFlags: 1,
    });
  });

  test.for([
    ['absent', null],
    ['empty', ''],
    ['cut', `00-${traceId}-${spanId}`],
    ['in capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['without a trace', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['without a span', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['of the version that never is', `ff-${traceId}-${spanId}-01`],
    ['of the first version with more to it', `00-${traceId}-${spanId}-01-more`],
    ['of a later version without a border', `01-${traceId}-${spanId}-01more`],
    ['with blanks', ` 00-${traceId}-${spanId}-01`],
    ['of several lines', `00-${traceId}-${spanId}-01\n`],
  ])('%s is none', ([, header]) => {
    expect(parseTraceparent(header ?? null)).toBeNull();
  });
});
