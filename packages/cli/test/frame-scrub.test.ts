// What is said back of what a person typed: no card number, right or mistyped; identifiers as they are.
import { describe, expect, it } from 'vitest';
import { scrubEcho } from '../src/frame/scrub.ts';

describe('scrubEcho', () => {
  it('masks numbers typed with blanks or hyphens, mistyped, and inside longer runs', () => {
    expect(scrubEcho('4761 7390 0101 0119')).toBe('476173******0119');
    expect(scrubEcho('4761-7390-0101-0118')).toBe('476173******0118');
    expect(scrubEcho('5A084761739001010119')).not.toContain('47617390');
    expect(scrubEcho('0000004761739001010119000000')).not.toContain('39001010');
  });
  it.each(['A0000007790000', 'A0000004360100', 'B0123456781034', 'A0000005591010', '1234'])(
    'F40: %s is said back as typed',
    (typed) => expect(scrubEcho(typed)).toBe(typed),
  );
  it('cuts long text', () => {
    expect(scrubEcho('x'.repeat(100))).toHaveLength(40);
  });
});
