// The style a machine can judge: lengths, names, first lines, and nothing of one machine in the tree.
import { describe, expect, it } from 'vitest';
import { importsOf, listFiles, read } from './workspace-files.ts';

const files = listFiles();
const code = files.filter((file) => /\.(ts|mts|js|mjs|sql|css|html|sh|lua)$/.test(file));
const typescript = files.filter((file) => file.endsWith('.ts'));
const text = files.filter((file) =>
  /\.(ts|js|mjs|sql|css|html|sh|lua|json|yaml|yml|md)$/.test(file),
);
const isData = (file: string) => file.includes('/data/') || file.includes('/vectors/');
const lines = (file: string) => read(file).split('\n');

function found(list: readonly string[], pattern: RegExp): string[] {
  return list.flatMap((file) =>
    lines(file).flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}`] : [])),
  );
}

describe('files', () => {
  it('have at most 500 lines, data tables apart', () => {
    const long = code.filter((file) => !isData(file) && lines(file).length > 501);
    expect(long).toEqual([]);
  });
  it('are named for one concept, in kebab-case', () => {
    const odd = typescript.filter((file) => {
      const name = file.split('/').at(-1)!;
      return !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.ts$/.test(name);
    });
    expect(odd).toEqual([]);
    const vague = /(^|[/.-])(utils?|helpers?|commons?|misc|managers?)([/.-]|$)/;
    expect(files.filter((file) => vague.test(file))).toEqual([]);
  });
  it('say in their first line what they are', () => {
    const silent = typescript.filter((file) => {
      const [first, second] = lines(file);
      const line = first.startsWith('#!') ? second : first;
      return !/^(\/\/|\/\*\*?) \S.{9,}/.test(line);
    });
    expect(silent).toEqual([]);
    const sql = files.filter((file) => file.endsWith('.sql'));
    expect(sql.filter((file) => !lines(file)[0].startsWith('-- '))).toEqual([]);
  });
  it('of SQL say what they are for, and services hold no statement outside of them', () => {
    const sql = files.filter((file) => file.endsWith('.sql'));
    expect(sql.filter((file) => !lines(file)[0].startsWith('-- Purpose: '))).toEqual([]);
    const services = typescript.filter((file) => /^services\/[^/]+\/src\//.test(file));
    const statement = /[`'"]\s*(select|insert into|update|delete from|with \w+ as|create|alter) /i;
    expect(found(services, statement)).toEqual([]);
  });
  it('are ESM, whose imports name the file', () => {
    expect(found(typescript, /\brequire\(|\bmodule\.exports\b/)).toEqual([]);
    expect(found(typescript, /^(?:import|export|\}).* from '\.[^']*(?<!\.ts|\.json)'/)).toEqual([]);
  });
});

describe('code', () => {
  const here = '.ci/test/tidy.test.ts';
  const others = code.filter((file) => file !== here);
  it('has no default export but in configuration', () => {
    const exporting = found(others, /^export default /);
    expect(exporting.filter((place) => !/^[^/]+\.config\.ts:/.test(place))).toEqual([]);
  });
  it('leaves nothing for later', () => {
    expect(found(others, /\b(TODO|FIXME|HACK)\b/)).toEqual([]);
  });
  it('names nothing vaguely', () => {
    const vague = /\b(class|interface|type|function|const|let) \w*(Utils?|Helpers?|Manager|Misc)\b/;
    expect(found(others, vague)).toEqual([]);
  });
  it('names what is thrown …Fault, an error as a value …Error, its codes …ErrorCode', () => {
    const source = typescript.filter((file) => !file.includes('/test/'));
    const thrown = source.flatMap((file) =>
      [...read(file).matchAll(/^(?:export )?class (\w+) extends \w*(?:Error|Fault)\b/gm)].map(
        (match) => match[1],
      ),
    );
    const byPeople = ['ProblemError', 'SettingError'];
    expect(thrown.length).toBeGreaterThan(7);
    expect(thrown.filter((name) => !name.endsWith('Fault')).sort()).toEqual(byPeople);
    // Words alone are codes; what a simulator does wrong on request is a fault of another sense.
    expect(found(source, /^(?:export )?type \w+Error =\s*(?:'|$)/)).toEqual([]);
    const others = source.filter((file) => !file.startsWith('simulators/'));
    expect(found(others, /^(?:export )?(?:type|interface) \w+Fault\b/)).toEqual([]);
  });
  it('says what went wrong in one shape', () => {
    const odd = /\bok: false[;,] (?:readonly )?(?:code|errorCode|fault|problems?|reason)\b/;
    expect(
      found(
        typescript.filter((file) => !file.includes('/test/')),
        odd,
      ),
    ).toEqual([]);
  });
  it('calls a test `it`, everywhere', () => {
    expect(found(typescript, /^import \{.*\btest\b.*\} from 'vitest'/)).toEqual([]);
    expect(found(typescript, /^\s*test(\.\w+)?\(['"`]/)).toEqual([]);
  });
  it('asserts in every test, and skips none without a reason', () => {
    expect(found(others, /\b(it|test|describe)\.(only|todo)\b/)).toEqual([]);
    // Where a test may be skipped, its title is put together with the reason in words.
    const skipping = others.filter((file) =>
      /\b(it|test|describe)\.(skip(If)?|runIf)\(/.test(read(file)),
    );
    expect(
      skipping.filter(
        (file) => !/skipped: |skipped without |needs |\(not (as|on|with) /.test(read(file)),
      ),
    ).toEqual([]);
    // Cases that several test files share are asserted in the file beside them.
    const asserts = (file: string): boolean => /\bexpect\(|\bassert\b/.test(read(file));
    const besides = (file: string): string[] =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith('./'))
        .map((specifier) => new URL(specifier, `file:///${file}`).pathname.slice(1));
    const tests = files.filter((file) => file.endsWith('.test.ts'));
    expect(tests.filter((file) => ![file, ...besides(file)].some(asserts))).toEqual([]);
  });
  it('spreads optional properties by `given`', () => {
    // The ledger imports nothing of the workspace; decoders of data elements would lose a third of their speed.
    const apart = /^packages\/(ledger|emv\/src\/decoders)\/|\/test\//;
    const own = typescript.filter((file) => !apart.test(file));
    expect(found(own, /\.\.\.\((\w+) === undefined \? \{\} : \{ \1 \}\)/)).toEqual([]);
  });
  it('silences no rule of the linter or the compiler without saying why', () => {
    const silenced =
      /(oxlint|eslint)-disable(?!.* -- )|@ts-(ignore|nocheck)|@ts-expect-error(?! \S)/;
    expect(found(others, silenced)).toEqual([]);
  });
  it('swallows no error', () => {
    const empty = others.filter((file) => /catch\s*(\([^)]*\))?\s*\{\s*\}/.test(read(file)));
    expect(empty).toEqual([]);
    // Closing what is broken anyway may end in nothing; any other silence says why, there or above.
    const quiet = /\.catch\(\(\) => (\{\s*\}|undefined|null)\)/;
    const closing = /\b(end|close|destroy|quit|disconnect|connect)\(\)\.catch/;
    const unexplained = others.flatMap((file) =>
      lines(file).flatMap((line, index, all) => {
        const explained =
          closing.test(line) || [line, all[index - 1]].some((one) => /\/\//.test(one));
        return quiet.test(line) && !explained ? [`${file}:${index + 1}`] : [];
      }),
    );
    expect(unexplained).toEqual([]);
  });
});

describe('tree', () => {
  const here = '.ci/test/tidy.test.ts';
  const others = text.filter((file) => file !== here);
  it('holds no path of a machine', () => {
    const path = /(^|[\s"'`(=:])\/(work|home|Users|root)\/[a-z]/;
    expect(found(others, path)).toEqual([]);
    expect(found(others, /\/tmp\/[a-z_]*\.\d|[A-Z]:\\Users/)).toEqual([]);
  });
  it('names no package registry', () => {
    const registry = /https?:\/\/[\w.-]*(registry|npmjs|npmmirror|artifactory|nexus|verdaccio)/i;
    expect(found(others, registry)).toEqual([]);
    expect(
      found(
        files.filter((file) => file === 'pnpm-lock.yaml'),
        /tarball:|https?:/,
      ),
    ).toEqual([]);
    expect(files.filter((file) => /(^|\/)\.npmrc$/.test(file))).toEqual([]);
  });
  it('holds no private key but the invented ones of simulators, and no environment file', () => {
    const private_ = files.filter((file) => /\.(pem|key|p12|pfx|jks|csr)$|(^|\/)\.env/.test(file));
    expect(private_).toEqual([]);
    const begin = new RegExp(`${'-'.repeat(5)}BEGIN ((RSA|EC|ENCRYPTED) )?PRIVATE KEY`);
    const inData = found(others, begin).filter(
      (place) => !/^simulators\/\w+\/src\/data\//.test(place),
    );
    expect(inData).toEqual([]);
  });
  it('has one lock file', () => {
    const locks = files.filter((file) =>
      /(package-lock\.json|yarn\.lock|pnpm-lock\.yaml)$/.test(file),
    );
    expect(locks).toEqual(['pnpm-lock.yaml']);
  });
});
