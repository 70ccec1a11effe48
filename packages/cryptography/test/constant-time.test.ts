// No secret-derived value is compared with ===, equals or a Buffer's compare in this package or in a member that stands on it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../..', import.meta.url));
const members = ['cryptography', 'security-module', 'payshield', 'pkcs11', 'key-management'];

const files = members.flatMap((member) =>
  readdirSync(join(packages, member, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${member}/src/${name}`),
);

// Names by which MACs, cryptograms, codes, PINs, keys and check values go in this code.
const secrets =
  /\b(mac|macs|arqc|arpc|cryptogram|expected|made|cvv|cvc3|pvv|natural|key|kcv|digits|code|clear|pin)\b/i;
const comparison = /([\w.[\]()]+)\s*(===|!==|==|!=)\s*([\w.[\]()'"-]+)/g;
// What a comparison of such a name may be with: a length, a kind, a tag, a state, absence, a number,
// and the check value by which a reference names a key: it is public on both sides.
const harmless =
  /^(undefined|null|true|false|-?\d+|0x[0-9a-f]+|'[^']*'|"[^"]*")$|\.length$|\blength\b|^typeof\b|\bref\.kcv\)?$/i;
// Where bytes that are no secrets are compared: the header a host command is answered with, and
// digests, nonces and certificates of signed messages.
const publicBytes = new Set([
  'payshield/src/frame.ts',
  'key-management/src/tr34/cms.ts',
  'key-management/src/tr34/key-token.ts',
]);

describe('comparisons', () => {
  it('there are sources to look at', () => {
    expect(files.length).toBeGreaterThan(80);
  });
  it.each(files)('%s', (name) => {
    const text = readFileSync(join(packages, name), 'utf8')
      .replaceAll(/\/\*[\s\S]*?\*\//g, '')
      .replaceAll(/\/\/.*/g, '');
    const found: string[] = [];
    for (const [whole, left, , right] of text.matchAll(comparison)) {
      if (harmless.test(left) || harmless.test(right)) continue;
      const named = (side: string): boolean =>
        secrets.test(side) && !/\.(id|usage|algorithm|format|type|kind|code|error)\)?$/.test(side);
      if (named(left) && named(right)) found.push(whole);
    }
    if (
      !publicBytes.has(name) &&
      /\bequalBytes\b|\.equals\(|Buffer\.compare|\.compare\(/.test(text)
    )
      found.push('equals');
    expect(found).toEqual([]);
  });
});
