// What a document claims that a machine can look up: paths, packages, commands, options, names in code, titles of tests.
import { posix } from 'node:path';
import { type Member, listFiles, listMembers, read } from './workspace-files.ts';

const files = listFiles();
const members: readonly Member[] = listMembers(files);
const isThere = new Set(files);
const folders = new Set(
  files.flatMap((file) => {
    const parts = file.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  }),
);
const sources = files.filter(
  (file) =>
    (/\.(ts|mts|js|mjs|json|sql|lua|yaml|yml|sh|css|html)$/.test(file) &&
      !/\/vectors\/|pnpm-lock/.test(file)) ||
    file === '.ci/run' ||
    file === 'chipswitch',
);
/** All code, but the guards themselves and what they plant. */
const code = sources
  .filter((file) => !file.startsWith('.ci/test/'))
  .map(read)
  .join('\n');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** Spans and blocks of code in a document. */
export function codeIn(text: string): { readonly spans: string[]; readonly blocks: string[] } {
  const fence = /^```[^\n]*\n([\s\S]*?)^```/gm;
  return {
    blocks: [...text.matchAll(fence)].map(([, block]) => block),
    spans: [...text.replaceAll(fence, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => span),
  };
}

const globOf = (path: string): RegExp =>
  new RegExp(
    `^(?:.*/)?${path
      .replaceAll(/[.+]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll(
        /\{(\w+(?:,\w+)+)\}/g,
        (_all, names: string) => `(?:${names.replaceAll(',', '|')})`,
      )}$`,
  );

/** Whether a path that a document names is in the tree: from the root, from the document, or below its member. */
export function hasPath(document: string, written: string): boolean {
  const path = written.replace(/\/$/, '');
  const here = posix.dirname(document);
  const member = members.find(({ folder }) => document.startsWith(`${folder}/`))?.folder ?? '';
  const places = ['', here, member, `${member}/src`, `${member}/test`];
  const whole = places.map((place) => posix.normalize(posix.join(place, path)));
  if (whole.some((one) => isThere.has(one) || folders.has(one))) return true;
  if (/[*{]/.test(path)) {
    return [...files, ...folders].some((one) => globOf(path).test(one));
  }
  return files.some((file) => file.endsWith(`/${path}`));
}

/** Whether a package, or an export path of one, is a member's or one that a member depends on. */
function hasPackage(name: string): boolean {
  const [scope, base, ...rest] = name.split('/');
  const own = members.find(({ manifest }) => manifest.name === `${scope}/${base}`)?.manifest;
  if (own === undefined) return code.includes(`"${scope}/${base.replace(/\*$/, '')}`);
  const { exports } = own as { exports?: unknown };
  return rest.length === 0 || Object.hasOwn(exports as object, `./${rest.join('/')}`);
}

/** Export paths of the member that a document belongs to. */
function exportsOf(document: string): object {
  const member = members.find(({ folder }) => document.startsWith(`${folder}/`));
  return member?.manifest.exports ?? {};
}

const fileName = /^[\w.*-]+\.(?:ts|mjs|js|json|sql|md|lua|ya?ml|sh|css|html)$/;
const pathName = /^\.{0,2}\/?[\w.*{},-]+(?:\/[\w.*{},-]+)+\/?$/;

/** Paths with a word for what a reader chooses. */
const placeholder = /(?:^|\/)(?:xx\.js|NNN-name(?:\/|$))/;

function wrongPath(document: string, span: string): boolean {
  if (/^@[a-z][\w-]*\/[\w./*-]+$/.test(span)) return !hasPackage(span);
  // What a command makes while it runs: something in the code has to know its name.
  if (span.startsWith('.chipswitch/')) {
    const made = span.split('/').filter(Boolean).at(-1) ?? '';
    return !code.includes(made);
  }
  if (/^\/[a-z]/.test(span)) return !code.includes(span.replace(/[{?].*$/, ''));
  if (Object.hasOwn(exportsOf(document), span)) return false;
  if (!/[a-z]/.test(span) || (!fileName.test(span) && !pathName.test(span))) return false;
  return !placeholder.test(span) && !hasPath(document, span);
}

/** Scripts of the root that a text runs. */
const wrongScripts = (text: string): string[] =>
  [...text.matchAll(/npm run (?:--silent )?([\w-]+)/g)]
    .filter(([, name]) => !Object.hasOwn(scripts, name))
    .map(([all]) => all);

/** Options of other programs. */
const others = new Set(['project', 'prod', 'silent', 'frozen-lockfile', 'once']);

/** Options that no program of ours has; in one that shows a mistake, its answer stands beside. */
const wrongOptions = (text: string): string[] =>
  [...text.matchAll(/(?<![\w-])--([a-z][a-z0-9-]*)/g)]
    .map(([, name]) => name)
    .filter((name) => !others.has(name) && !text.includes(`unknown option --${name}`))
    .filter((name) => {
      const written = `['"\`](?:--)?${name}['"\`]|^\\s*${name}: \\{|--${name}\\b`;
      return !new RegExp(written, 'm').test(code);
    })
    .map((name) => `--${name}`);

/** Names in code: what has a capital within, or calls, and what an environment sets. */
function wrongNames(span: string): boolean {
  const name = /^(\w+)(?:\(\)|=\S*)?$/.exec(span)?.[1];
  if (name === undefined || !/[a-z][A-Z]|[A-Z]_[A-Z]|\(\)$/.test(span)) return false;
  // A code that is put together of a stem and the word of a package.
  const stem = name.replace(/_[A-Z]+$/, '_');
  return !new RegExp(`\\b${name}\\b`).test(code) && !code.includes(`${stem}\${`);
}

/** A test by its file and title: `a.test.ts`: “title”. */
const wrongTitles = (document: string, text: string): string[] =>
  [...text.matchAll(/`([\w./-]+\.test\.ts)`:?\s+“([^”]+)”/g)].flatMap(([, path, title]) => {
    const file = files.find((one) => one === path || one.endsWith(`/${path}`));
    if (file === undefined) return [`${document}: ${path}`];
    return read(file).includes(title.replaceAll(/\s+/g, ' ')) ? [] : [`${path}: ${title}`];
  });

/** Everything that a document names and that is not there. */
export function wrongClaims(document: string, text: string): string[] {
  const { spans, blocks } = codeIn(text);
  const integration = spans.filter(
    (span) => /^[\w-]+\.integration$/.test(span) && !hasPath(document, `${span}.test.ts`),
  );
  return [
    ...spans.filter((span) => wrongPath(document, span)),
    ...[...spans, ...blocks].flatMap((one) => [...wrongScripts(one), ...wrongOptions(one)]),
    ...spans.filter(wrongNames),
    ...integration,
    ...wrongTitles(document, text),
  ];
}
