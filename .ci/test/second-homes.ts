// Finds what has a home already: lists of response codes that approve, lists of what has become of a payment, bare
// account numbers, in whatever form they are written.
import { read } from './workspace-files.ts';

const homes = {
  codes: 'packages/iso8583-js/src/data/response-codes.ts',
  states: 'packages/ledger/src/payment-states.ts',
  accounts: 'packages/ledger/src/chart.ts',
};
const all = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, found]) => found)),
];

/** Codes of two characters that approve, and others of them that do not: out of the table. */
const approving = all(read(homes.codes), /\[\s*'(\w\w)',\s*'approved/g);
const others = all(read(homes.codes), /\[\s*'(\d\d)',\s*'(?:declined|technical|retry|pick-up)/g);
/** What is no code, and what is no state that was listed. */
const noCodes = '0 99 98 AF CE F0 K0 G0 S1 X 000 0100 0210 19991231 4111111111111111'.split(' ');
const noStates = 'A T TEST ABCDEFGH ZEBRA DES A0 REFUND ADVICE_'.split(' ');
/** What ends a reversal beside an approval. */
const ending = ['12', '25'];
const states = all(read(homes.states), /'([A-Z_]+)'/g);
/** Those that no list of fates has, beside them. */
const everyState = [...states, 'SENDING', 'MANUAL'];
const accounts = all(read(homes.accounts), /: (\d{4}),/g);

const withoutComments = (text: string): string =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ' '))
    .replaceAll(/(^|\s)(?:\/\/|--)[^\n]*/g, (comment) => ' '.repeat(comment.length - 1));

/** Two of `words` one after the other, as a list, a chain of comparisons or cases, or the keys of an object. */
function runs(text: string, words: string): string[][] {
  const quoted = `['"\`](?:${words})['"\`]`;
  const is = '(?:[!=]={0,2}|<>)';
  const forms = [
    // The whole of a list, or a union of types: fields in a row are none.
    `(?<=[[({]\\s*)${quoted}(?:\\s*,\\s*${quoted})+(?=,?\\s*[\\])}])`,
    `${quoted}(?:\\s*\\|\\s*${quoted})+`,
    `([\\w.?!()#[\\]]+)\\s*${is}\\s*${quoted}(?:\\s*(?:\\|\\||&&|\\bor\\b|\\band\\b)\\s*\\(?\\1\\s*${is}\\s*${quoted})+`,
    `case\\s+${quoted}(?:\\s*:\\s*case\\s+${quoted})+`,
    `\\{\\s*"?(?:${words})"?(?:\\s*,\\s*"?(?:${words})"?)+\\s*\\}`,
    `['"\`](?:${words})(?:[ ,|;]+(?:${words}))+['"\`]`,
    `['"]?\\b(?:${words})['"]?\\s*:\\s*(?:true|false|1|0)(?:\\s*,\\s*['"]?(?:${words})['"]?\\s*:\\s*(?:true|false|1|0))+`,
  ];
  return forms.flatMap((form) =>
    [...text.matchAll(new RegExp(form, 'g'))].map(([found]) =>
      found.match(new RegExp(`\\b(?:${words})\\b`, 'g'))!,
    ),
  );
}

/** Regular expressions of a file: literals, and texts that may be one. */
function expressionsOf(text: string): RegExp[] {
  const literals = text.matchAll(
    /(?<![\w)\]/*])\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+)\/[dgimsuvy]*/g,
  );
  const texts = text.matchAll(/(['"`])((?:(?!\1)[^\n])*[|[](?:(?!\1)[^\n])*)\1/g);
  const sources = [
    ...[...literals].map(([, source]) => source),
    ...[...texts].map(([, , source]) => source.replaceAll('\\\\', '\\')),
  ];
  return sources.flatMap((source) => {
    try {
      return [new RegExp(source)];
    } catch {
      // Text that is none.
      return [];
    }
  });
}

/** Whether an expression tells two of these words from what stands beside them. */
const tellsApart = (one: RegExp, words: readonly string[], from: readonly string[]): boolean =>
  words.filter((word) => one.test(word)).length > 1 && !from.some((word) => one.test(word));

function codesIn(text: string): boolean {
  const lists = runs(text, '[0-9A-Z][0-9A-Z]').some((codes) => {
    const found = new Set(codes);
    const known = approving.filter((code) => found.has(code));
    // Two of them may be anything, but for 00 beside another.
    const beside = known.length > 1 || ending.some((code) => found.has(code));
    return known.length > 2 || (found.has('00') && beside);
  });
  return (
    lists || expressionsOf(text).some((one) => tellsApart(one, approving, [...others, ...noCodes]))
  );
}

function statesIn(text: string): boolean {
  const known = states.filter((state) => state.length > 2);
  return (
    runs(text, known.join('|')).some((found) => new Set(found).size > 1) ||
    expressionsOf(text).some((one) => tellsApart(one, everyState, noStates))
  );
}

/** Numbers of accounts; in TypeScript a text of four digits is a message type, unless something is kept under it. */
function accountsIn(text: string, isSql: boolean): boolean {
  const number = accounts.join('|');
  const bare = isSql
    ? `\\b(?:${number})\\b`
    : `(?<![\\w.'"\`#-])(?:${number})(?![\\w'"\`.])(?! \\+)`;
  return new RegExp(`${bare}|['"\`](?:${number})/`).test(text);
}

/** Where each concept may be listed: its home, the steps that make it, and what the database holds for good. */
const mayList: Readonly<Record<string, RegExp>> = {
  // Two digits of an HSM's commands are their modes.
  codes:
    /iso8583-js\/src\/data\/|transaction\/src\/acknowledgement\.ts|simulators\/hsm\/|payshield\/src\/data\//,
  states:
    /ledger\/src\/payment-states\.ts|transaction\/src\/(payment-outcome|state|step)\.ts|\/migrations\//,
  // Merchant categories and years are no accounts.
  accounts: /ledger\/src\/chart\.ts|\/migrations\/|packages\/(?:emv|cardholder-data)\//,
};

/** Concepts that a file lists though their home is elsewhere. */
export function secondHomesIn(file: string, source: string): string[] {
  const text = withoutComments(source);
  const found = {
    codes: codesIn(text),
    states: statesIn(text),
    accounts: accountsIn(text, file.endsWith('.sql')),
  };
  return Object.entries(found)
    .filter(([concept, isThere]) => isThere && !mayList[concept].test(file))
    .map(([concept]) => concept);
}
