// The web page's files, read once: plain HTML, CSS and modules, no build step.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A file of the page. */
export interface PageFile {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
  readonly etag: string;
}

const files: readonly (readonly [path: string, name: string, contentType: string])[] = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/console.css', 'console.css', 'text/css; charset=utf-8'],
  ['/console.js', 'console.js', 'text/javascript; charset=utf-8'],
  ['/words.js', 'words.js', 'text/javascript; charset=utf-8'],
];

/** Reads the page. */
export function readPageFiles(): PageFile[] {
  return files.map(([path, name, contentType]) => {
    const body = readFileSync(new URL(`../page/${name}`, import.meta.url));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    return { path, contentType, body, etag };
  });
}
