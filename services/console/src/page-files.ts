// The web page's files, read once: plain HTML, CSS and modules, no build step.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file of the page. */
export interface PageFile {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
  readonly etag: string;
}

const javascript = 'text/javascript; charset=utf-8';
const files: readonly (readonly [path: string, name: string, contentType: string])[] = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/console.css', 'console.css', 'text/css; charset=utf-8'],
  ['/console.js', 'console.js', javascript],
  ['/words.js', 'words.js', javascript],
];

/** The page as it ships. */
const ownPage = fileURLToPath(new URL('../page', import.meta.url));

function pageFile(path: string, contentType: string, body: Buffer): PageFile {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { path, contentType, body, etag };
}

/** The module that gives the page every language there is: one for each file in `words/`, by its name. */
function languagesModule(codes: readonly string[]): string {
  const imports = codes.map((code) => `import * as ${code} from "./${code}.js";`);
  return `${imports.join('\n')}\nexport const languages = { ${codes.join(', ')} };\n`;
}

/** Reads the page. @param folder where it stands; its languages are the files of `words/` */
export function readPageFiles(folder: string = ownPage): PageFile[] {
  const codes = readdirSync(`${folder}/words`)
    .flatMap((name) => /^([a-z]{2,3})\.js$/.exec(name)?.[1] ?? [])
    .sort();
  const words = codes.map((code) => [`/words/${code}.js`, `words/${code}.js`, javascript] as const);
  return [
    ...[...files, ...words].map(([path, name, contentType]) =>
      pageFile(path, contentType, readFileSync(`${folder}/${name}`)),
    ),
    pageFile('/words/languages.js', javascript, Buffer.from(languagesModule(codes))),
  ];
}
