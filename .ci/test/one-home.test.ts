// What has one home has no second: response codes, what has become of a payment, account numbers.
import { describe, expect, it } from 'vitest';
import { secondHomesIn } from './second-homes.ts';
import { listFiles, read } from './workspace-files.ts';

const source = listFiles().filter(
  (file) =>
    /^(packages|services|simulators|bench|docker)\/.*\.(ts|js|mjs|sql|lua)$/.test(file) &&
    !/\/(test|vectors)\//.test(file),
);

describe('one home', () => {
  it('is read from files that are there', () => {
    expect(source.length).toBeGreaterThan(500);
  });
  it('of codes that approve, of what has become of a payment, of account numbers: nothing lists them besides', () => {
    const found = source.flatMap((file) =>
      secondHomesIn(file, read(file)).map((concept) => `${file}: ${concept}`),
    );
    expect(found).toEqual([]);
  });
});

/** Names in the journal's free part, read or written by hand. */
const factsByHand = /\bfacts(?:\['|\.\w+(?:\.| \?\?)|: \{(?! ?\.\.\.))/;

describe('what a payment remembers', () => {
  it('is read and written by its codec, and by the journal itself', () => {
    const journal = /^packages\/(?:ledger\/|transaction\/src\/payment-facts\.ts)/;
    const others = source.filter((file) => file.endsWith('.ts') && !journal.test(file));
    const aboutPayments = others.filter((file) =>
      /PaymentRecord|NewPayment|journal\.(?:open|step)/.test(read(file)),
    );
    expect(aboutPayments.filter((file) => factsByHand.test(read(file)))).toEqual([]);
  });
  it.each([
    "const scheme = record.facts['scheme'];",
    'const tries = record.facts.tries ?? 0;',
    "await journal.open({ ...entry, facts: { reason: 'x' } });",
  ])('by hand is found: %s', (text) => expect(text).toMatch(factsByHand));
});

/** Statements read from files, and migrations run. */
const readsSql = /readFile(?:Sync)?\([^;]*(?:\.sql|\bup\b)|insert into migration\b/;

describe('statements in files and migrations', () => {
  it('are read and run by postgres-files alone', () => {
    const home = /^packages\/postgres-files\/src\//;
    expect(source.filter((file) => !home.test(file) && readsSql.test(read(file)))).toEqual([]);
  });
  it.each([
    "readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), 'utf8')",
    "await readFile(join(folder, name, 'up.sql'))",
    "client.query('insert into migration (scope, name) values ($1, $2)')",
  ])('are found elsewhere: %s', (text) => expect(text).toMatch(readsSql));
});

describe('a planted list is found', () => {
  it.each([
    ['codes', `const approves = new Set(['00', '08', '10', '11']);`],
    ['codes', `const approves = ['11', '10', '00'];`],
    ['codes', `const fine = [\n  '16',\n  '91', // no\n  '00',\n];`],
    ['codes', `const isApproved = /^(00|08|10|11|16)$/.test(code);`],
    ['codes', `const isApproved = /^(?:0[08]|1[016])$/.test(code);`],
    ['codes', `const pattern = new RegExp('^(10|00)$');`],
    ['codes', `if (code === '00' || code === '10') book();`],
    ['codes', `if (code !== '00' && code !== '25' && code !== '12') return false;`],
    ['codes', `switch (code) {\n  case '08':\n  case '00':\n    return true;\n}`],
    ['codes', `const approves = { '00': true, '10': true };`],
    ['codes', `const approves = '00 08 10 11 16'.split(' ');`],
    ['codes', `where response_code in ('08', '00')`],
    ['codes', `where response_code = any (array['00', '10'])`],
    ['codes', `where response_code = any('{00,10}')`],
    ['codes', `where response_code ~ '^(00|08|1[016])$'`],
    ['codes', `where response_code = '00' or response_code = '10'`],
    ['states', `new Set(['REVERSED', 'REVERSAL_DUE'])`],
    ['states', `const undone = /^(?:REVERSED|REVERSAL_DUE)$/;`],
    ['states', `const undone = /^REVERS/;`],
    ['states', 'const isOpen = /^(?:SENDING|.*_DUE|.*_SENT)$/;'],
    ['states', `if (state === 'APPROVED' || state === 'APPROVED_PARTIAL') count();`],
    ['states', `case 'ADVICE_DUE':\n    case 'ADVICE_SENT':`],
    ['states', `where state in ('APPROVED', 'ANSWERED')`],
    ['states', `where p.state in (\n  'REFUSED',\n  'DECLINED')`],
    ['states', `where state = any (array['APPROVED', 'ANSWERED'])`],
    ['states', `where state = any('{APPROVED,ANSWERED}'::text[])`],
    ['states', `where state = 'DECLINED' or state = 'REFUSED'`],
    ['states', `where state ~ '^(APPROVED|ANSWERED)'`],
    ['accounts', `const receivable = 1100;`],
    ['accounts', `postings.push({ account: 1300, amountMinor });`],
    ['accounts', `where account_code = 2100`],
    ['accounts', `where account like '2100/%'`],
    ['accounts', 'const account = `1100/${host}`;'],
  ])('%s: %s', (concept, text) => {
    const file = /^(where|select)/.test(text)
      ? 'services/x/src/planted.sql'
      : 'services/x/src/x.ts';
    expect(secondHomesIn(file, text)).toContain(concept);
  });

  it.each([
    `const mti = ['1100', '1200'];`,
    `const entry = ['05', '07', '91'];`,
    `const isTwoDigits = /^[0-9]{2}$/;`,
    `if (result === '00') book();`,
    `if (state === 'SENDING' || state === 'NEW') wait();`,
    `const isReopened = from === 'REVERSED' && state === 'REVERSAL_DUE';`,
    `// where '00', '08' and APPROVED|ANSWERED are told of`,
    `const timeoutMs = 11_000;`,
    `const refund = row(['0200', '200000', '00', '25', 'credit']);`,
    `const id = 'x-1100';`,
  ])('and no other thing: %s', (text) => {
    expect(secondHomesIn('services/x/src/x.ts', text)).toEqual([]);
  });
});
