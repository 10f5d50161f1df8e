/** Reads every import and keeps the directions: what may know of what, and who alone touches the outside. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { hiddenInputs } from './testing/hidden-inputs.ts';

const ROOT = join(__dirname, '..');
const SERVICES = ['ingest', 'validate', 'transform', 'publish', 'monitor'];
const PARTS = [
  ...SERVICES.map((name) => `services/${name}`),
  'shared',
  'sandbox',
  'simulation',
  'console',
  'scripts',
  'examples',
];
const PACKAGES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(SERVICES.map((name) => [name, `services/${name}`])),
  shared: 'shared',
  sandbox: 'sandbox',
  console: 'console',
};

/** A source as this test sees it: where it lies, what it says, with and without comments, and what it imports. */
interface Source {
  path: string;
  text: string;
  code: string;
  /** Paths from the root for our own files (`shared/hash.ts`), names for what is installed (`axios`). */
  imports: string[];
}

/** Comments may name what code must not touch. */
const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, ' ').replaceAll(/(^|[^:'"`])\/\/.*$/gm, '$1');

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s*|\brequire\s*\(\s*)(['"])([^'"\n]+)\1/g;

/** Where an import leads, as seen from a file. */
const leadsTo = (from: string, name: string): string => {
  if (name.startsWith('.')) return normalize(join(dirname(from), name));
  const own = /^@catalog-sync\/([^/]+)\/(.+)$/.exec(name);
  const part = own?.[1] === undefined ? undefined : PACKAGES[own[1]];
  return part === undefined ? name : `${part}/${own?.[2]}`;
};

const importsOf = (path: string, text: string): string[] =>
  [...withoutComments(text).matchAll(IMPORT)].map(([, , name = '']) => leadsTo(path, name));

const sourcesBelow = (part: string): Source[] =>
  readdirSync(join(ROOT, part), { recursive: true, withFileTypes: true })
    .filter(
      (found) => found.isFile() && /\.(?:ts|mts|cts|mjs|cjs|js)$/.test(found.name) && !found.name.endsWith('.d.ts'),
    )
    .map((found) => relative(ROOT, join(found.parentPath, found.name)))
    .filter((path) => !/(?:^|\/)(?:node_modules|\.build|\.serverless|\.catalog-sync)\//.test(path))
    .map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, code: withoutComments(text), imports: importsOf(path, text) };
    });

const sources = PARTS.flatMap(sourcesBelow);
const isTest = ({ path }: Source): boolean => /\.(?:test|conformance)\.ts$|\/testing\/|\/test-world\.ts$/.test(path);
const below = (...folders: string[]) =>
  sources.filter(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)));
const deployed = below('services', 'shared').filter((source) => !isTest(source));
const domain = deployed.filter(({ path }) => /^services\/[^/]+\/src\/domain\//.test(path));

/** `file → import` of every import that is not allowed. */
const strays = (all: readonly Source[], allowed: (name: string, source: Source) => boolean): string[] =>
  all.flatMap((source) =>
    source.imports.filter((name) => !allowed(name, source)).map((name) => `${source.path} → ${name}`),
  );
const serviceOf = (path: string): string | undefined => /^services\/([^/]+)\//.exec(path)?.[1];
/** `file: what` for everything that a pattern finds in the code of these. */
const uses = (all: readonly Source[], pattern: RegExp): string[] =>
  all.flatMap(({ path, code }) => [...code.matchAll(pattern)].map(([what]) => `${path}: ${what}`));

describe('the sources', () => {
  test.each(SERVICES)('of %s are looked at', (name) => {
    expect(below(`services/${name}/src`).length).toBeGreaterThan(3);
  });

  test('have imports of every way of writing them', () => {
    const text = [
      "import { a } from '../../../shared/hash.ts';",
      "import type { B } from '@catalog-sync/shared/hash.ts';",
      "export { c } from './hash.ts';",
      "import 'node:fs';",
      "await import('axios');",
      "import {\n  d,\n} from '@aws-sdk/client-s3';",
      "// import { e } from 'commented';",
      "/* import { f } from 'commented too'; */",
    ].join('\n');
    expect(importsOf('services/ingest/src/work.ts', text)).toEqual([
      'shared/hash.ts',
      'shared/hash.ts',
      'services/ingest/src/hash.ts',
      'node:fs',
      'axios',
      '@aws-sdk/client-s3',
    ]);
  });

  test('import only files that are there', () => {
    const paths = new Set(sources.map(({ path }) => path));
    const own = (name: string): boolean => PARTS.some((part) => name.startsWith(`${part}/`)) && /\.ts$/.test(name);
    const missing = strays(sources, (name) => !own(name) || name.endsWith('.d.ts') || paths.has(name));
    expect(missing).toEqual([]);
  });
});

/**
 * Decisions about answers and messages whose shapes are written down beside a port or the edge. Types alone, so nothing of
 * either runs in a decision; each line goes once the shape lies in records/ or catalog/.
 */
const WORDS_OF_OTHERS = [
  'services/monitor/src/domain/alert-texts.ts → shared/edge/on-queue.ts',
  'services/monitor/src/domain/asking.ts → shared/ports/graph.ts',
  'services/monitor/src/domain/judge-check.ts → shared/ports/graph.ts',
  'services/monitor/src/domain/when-to-ask.ts → shared/ports/graph.ts',
  'services/publish/src/domain/breaker.ts → shared/ports/graph.ts',
  'services/publish/src/domain/item-errors.ts → shared/ports/graph.ts',
  'services/publish/src/domain/judge-answer.ts → shared/ports/graph.ts',
];

describe('imports point one way', () => {
  test('a decision knows the words, the baseline, the records, the events and its neighbours; no port, no SDK, no clock', () => {
    expect(domain.length).toBeGreaterThan(10);
    const known = /^shared\/(?:baseline\/|catalog\/|records\/|events\/|settings\.ts$|hash\.ts$)/;
    const pure = /^(?:io-ts|fp-ts)(?:\/|$)|^node:buffer$/;
    const neighbour = (name: string, { path }: Source): boolean =>
      name.startsWith(`services/${serviceOf(path)}/src/domain/`);
    const all = strays(domain, (name, source) => known.test(name) || pure.test(name) || neighbour(name, source));
    expect(all.toSorted()).toEqual(WORDS_OF_OTHERS);
  });

  test('what a decision takes from a port or the edge is types alone', () => {
    const ports = /^import (?!type\b).*['"][^'"]*\/shared\/(?:ports|edge)\//gm;
    expect(uses(domain, ports)).toEqual([]);
  });

  test('a service knows shared/ and itself, never another service', () => {
    const other = (name: string, { path }: Source): boolean => {
      const service = serviceOf(name);
      return service !== undefined && service !== serviceOf(path);
    };
    expect(strays(below('services'), (name, source) => !other(name, source))).toEqual([]);
  });

  test('shared/ knows no service', () => {
    expect(strays(below('shared'), (name) => !name.startsWith('services/'))).toEqual([]);
  });

  test.each(['sandbox', 'simulation', 'console'])('nothing that is deployed knows the %s', (part) => {
    expect(strays(below('services', 'shared'), (name) => !name.startsWith(`${part}/`))).toEqual([]);
  });

  test('the model that the services are compared with shares nothing with them but the truth about the files', () => {
    const model = sources.filter(({ path }) => path === 'simulation/model.ts');
    expect(model).toHaveLength(1);
    expect(strays(model, (name) => name.startsWith('simulation/shop/'))).toEqual([]);
    expect(uses(model, /^import (?!type\b).*/gm)).toEqual([]);
  });

  test('a use case knows ports; only outside.ts knows which adapters stand behind them', () => {
    const useCases = deployed.filter(({ path }) => path.startsWith('services/') && !path.endsWith('/src/outside.ts'));
    expect(strays(useCases, (name) => !name.startsWith('shared/adapters/'))).toEqual([]);
  });

  test('only adapters know the SDKs and HTTP', () => {
    const outward =
      /^(?:@aws-sdk\/|@smithy\/|axios(?:\/|$)|node:(?:http|https|http2|net|tls|dgram|dns)(?:\/|$)|undici(?:\/|$))/;
    const inner = deployed.filter(({ path }) => !path.startsWith('shared/adapters/'));
    expect(strays(inner, (name) => !outward.test(name))).toEqual([]);
  });
});

describe('the outside is touched in one place', () => {
  test('the environment in config.ts alone', () => {
    const others = deployed.filter(({ path }) => !path.endsWith('/src/config.ts'));
    expect(uses(others, /\bprocess\s*\.\s*env\b/g)).toEqual([]);
  });

  /** What runs inside a function and is given its outside; the platform's scripts run while it is packaged. */
  const inner = deployed.filter(({ path }) => !/^shared\/(?:adapters|platform)\//.test(path));

  test('clocks, timers, chance, files, network and what a module remembers in adapters alone', () => {
    const environment = ({ path }: Source): string[] => (path.endsWith('/src/config.ts') ? ['process.env'] : []);
    const hidden = inner.flatMap((source) =>
      hiddenInputs(source.text)
        .filter((what) => !environment(source).includes(what))
        .map((what) => `${source.path}: ${what}`),
    );
    expect(hidden).toEqual([]);
  });

  test('which every inner source is read for', () => {
    expect(inner.length).toBeGreaterThan(100);
    const config = inner.filter(({ path }) => path.endsWith('/src/config.ts'));
    expect(config.map(({ text }) => hiddenInputs(text))).toEqual(SERVICES.map(() => ['process.env']));
  });

  test('patterns that adapters keep start afresh, too', () => {
    const adapters = below('shared/adapters');
    const goOn = adapters.flatMap(({ path, text }) =>
      hiddenInputs(text)
        .filter((what) => what.startsWith('lastIndex'))
        .map((what) => `${path}: ${what}`),
    );
    expect(goOn).toEqual([]);
  });
});

/** By what the code calls the keys of records that have no states; all others go through `transition`. */
const STATELESS = new Set([
  'accessKey',
  'breakerKey',
  'catalogKey',
  'leaseKey',
  'mark',
  'own',
  'pointerKey',
  'quotaKey',
  'waitingKey',
]);

test('a record that has states is written by its transition alone', () => {
  const put = /kind: 'put',\s*rev\b[^{]*\brecord(?::\s*\{\s*\.\.\.(\w+)|\b)/g;
  const services = below('services').filter((source) => !isTest(source));
  const puts = services.flatMap(({ path, code }) =>
    [...code.matchAll(put)].map(([whole, key]) => ({ path, whole, key })),
  );
  expect(puts).toHaveLength(services.flatMap(({ code }) => [...code.matchAll(/'put'/g)]).length);
  expect(puts.filter(({ key }) => key === undefined || !STATELESS.has(key))).toEqual([]);
});

test('tests run on the Node that Lambda has, wherever they start', () => {
  expect(Number(process.versions.node.split('.')[0])).toBeGreaterThanOrEqual(24);
});
