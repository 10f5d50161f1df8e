import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answer, command, lastLine } from './harness/command-line.ts';
import { changeSettings } from './harness/meta.ts';
import { DEFAULT_ID, openSandbox, type Sandbox } from './harness/sandbox.ts';

const TOKEN = 'EAAtokenofthesystemuser';
const APP_SECRET = 'secretoftheapp';

interface Finding {
  about: string;
  state: string;
  message: string;
  remedy: string | null;
}
interface Diagnosis {
  healthy: boolean;
  findings: Finding[];
  recorded: string | null;
}

let sandbox: Sandbox;
/** All that any doctor has written. */
let written = '';

beforeAll(async () => {
  sandbox = await openSandbox({ env: { META_ACCESS_TOKEN: TOKEN, META_APP_SECRET: APP_SECRET } });
});
afterAll(() => sandbox?.end());
afterEach(async () => {
  await sandbox.meta().mend();
  await changeSettings(sandbox.info.graph, {
    tokenExpiresAt: 0,
    scopes: ['catalog_management', 'business_management', 'ads_management'],
    requireProof: false,
    usageHeadersFromPercent: 1,
    quota: { batchCallsPerHour: 100_000, managementCallsPerHour: 100_000 },
  });
});

const noted = (answer: Answer): Answer => {
  written += answer.stdout + answer.stderr;
  return answer;
};
const read = ({ stdout, exit }: Answer): Diagnosis & { exit: number | null; states: Record<string, string> } => {
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  const diagnosis = lastLine<Diagnosis>(stdout);
  return {
    ...diagnosis,
    exit,
    states: Object.fromEntries(diagnosis.findings.map(({ about, state }) => [about, state])),
  };
};

/** The doctor of the sandbox that runs. */
const atSandbox = async () => read(noted(await command(['doctor', '--json', '--data-dir', sandbox.dataDir])));

interface Wishes {
  env?: Record<string, string>;
  catalogId?: string;
  url?: string;
}
const words = async ({ catalogId = DEFAULT_ID, url = sandbox.info.graph }: Wishes): Promise<string[]> => {
  const config = join(sandbox.folder, 'of-the-graph.json');
  await writeFile(config, JSON.stringify({ catalogs: { default: { metaCatalogId: catalogId } } }));
  return ['doctor', '--data-dir', join(sandbox.folder, 'nobody-runs-here'), '--config', config, '--graph-url', url];
};
const envOf = ({ env = {} }: Wishes): Record<string, string> => ({
  META_ACCESS_TOKEN: TOKEN,
  META_APP_SECRET: APP_SECRET,
  ...env,
});

/** The doctor of a Graph API that the settings name; the emulator is as good as any. */
const atGraph = async (wishes: Wishes = {}) =>
  read(noted(await command([...(await words(wishes)), '--json'], envOf(wishes))));

const HEALTHY = {
  settings: 'ok',
  version: 'ok',
  graph: 'ok',
  token: 'ok',
  permissions: 'ok',
  'app secret': 'ok',
  catalog: 'ok',
  quota: 'ok',
};

describe('the doctor', () => {
  test('finds a healthy sandbox healthy, with all that it has', async () => {
    const { exit, healthy, states } = await atSandbox();
    expect({ exit, healthy, states }).toEqual({ exit: 0, healthy: true, states: { ...HEALTHY, sandbox: 'ok' } });
  });

  test('finds a Graph API that the settings name healthy, and only reads there', async () => {
    const { info } = sandbox;
    await fetch(`${info.graph}/_emulator/calls`, { method: 'DELETE' });
    const { exit, states } = await atGraph();
    expect({ exit, states }).toEqual({ exit: 0, states: HEALTHY });
    const calls = (await (await fetch(`${info.graph}/_emulator/calls`)).json()) as { method: string; path: string }[];
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /v26.0/${DEFAULT_ID}`,
      'GET /v26.0/debug_token',
    ]);
  });

  test('tells people the same in lines, with what to do', async () => {
    await changeSettings(sandbox.info.graph, { scopes: [] });
    const { exit, stdout } = noted(await command(await words({}), envOf({})));
    expect(exit).toBe(2);
    expect(stdout).toMatch(/^ok {5}graph {8}http:/m);
    expect(stdout).toMatch(/^wrong {2}permissions .*\n {20}→ .*catalog_management/m);
  });

  const of = (findings: readonly Finding[], about: string): Finding | undefined =>
    findings.find((finding) => finding.about === about);

  test('a token that has expired', async () => {
    await changeSettings(sandbox.info.graph, { tokenExpiresAt: Date.now() - 1000 });
    for (const { exit, findings, states } of [await atSandbox(), await atGraph()]) {
      expect({ exit, ...states }).toMatchObject({ exit: 2, token: 'wrong', catalog: 'warn' });
      expect(of(findings, 'token')).toMatchObject({
        message: expect.stringMatching(/expired.*code 190\/463/),
        remedy: expect.stringContaining('new token'),
      });
    }
  });

  test('a token that will expire in a few days', async () => {
    await changeSettings(sandbox.info.graph, { tokenExpiresAt: Date.now() + 5 * 86_400_000 });
    const { exit, states } = await atSandbox();
    expect({ exit, ...states }).toMatchObject({ exit: 0, token: 'warn', catalog: 'ok' });
  });

  test.each([
    [452, /session/],
    [458, /not installed/],
    [460, /password/],
    [467, /revoked/],
  ])('a token that is dead for another reason: %d', async (subcode, why) => {
    await sandbox.meta().fault({ name: 'token-expired', subcode, endpoint: 'catalog' });
    const { exit, findings } = await atGraph();
    expect(exit).toBe(2);
    expect(of(findings, 'token')).toMatchObject({ state: 'wrong', message: expect.stringMatching(why) });
  });

  test('another token, and none', async () => {
    const other = await atGraph({ env: { META_ACCESS_TOKEN: 'EAAother' } });
    expect({ exit: other.exit, ...other.states }).toMatchObject({ exit: 2, token: 'wrong' });
    const none = await atGraph({ env: { META_ACCESS_TOKEN: '' } });
    expect({ exit: none.exit, states: none.states }).toEqual({ exit: 2, states: { settings: 'ok', token: 'wrong' } });
  });

  test('a permission that is missing', async () => {
    await changeSettings(sandbox.info.graph, { scopes: ['ads_management'] });
    const { exit, findings, states } = await atSandbox();
    expect({ exit, ...states }).toMatchObject({ exit: 2, token: 'ok', permissions: 'wrong', catalog: 'warn' });
    expect(of(findings, 'permissions')?.message).toMatch(/catalog_management/);
  });

  test('a wrong catalog is not taken for a wrong app secret, nor the other way round', async () => {
    const catalog = await atGraph({ catalogId: '4711' });
    expect({ exit: catalog.exit, ...catalog.states }).toMatchObject({ exit: 2, token: 'ok', catalog: 'wrong' });
    expect(catalog.states).not.toHaveProperty('app secret');

    const wrongSecret = { env: { META_APP_SECRET: 'notthesecret' } };
    const secret = await atGraph(wrongSecret);
    expect({ exit: secret.exit, ...secret.states }).toMatchObject({ exit: 2, 'app secret': 'wrong', catalog: 'ok' });

    const both = await atGraph({ ...wrongSecret, catalogId: '4711' });
    expect(both.states).toMatchObject({ 'app secret': 'wrong', catalog: 'wrong', token: 'ok' });

    await changeSettings(sandbox.info.graph, { requireProof: true });
    const demanded = await atGraph({ env: { META_APP_SECRET: '' } });
    expect(demanded.states).toMatchObject({ 'app secret': 'wrong', catalog: 'warn' });
  });

  test('too many calls, and nearly too many', async () => {
    await sandbox.meta().fault({ name: 'throttle', minutes: 12, endpoint: 'catalog' });
    const throttled = await atGraph();
    expect({ exit: throttled.exit, ...throttled.states }).toMatchObject({ exit: 0, quota: 'warn', catalog: 'warn' });
    expect(of(throttled.findings, 'quota')?.message).toMatch(/80009.*12 min/);

    await sandbox.meta().mend();
    await sandbox.meta().fault({ name: 'usage-header', call_count: 88, endpoint: 'catalog' });
    const nearly = await atGraph();
    expect({ exit: nearly.exit, ...nearly.states }).toMatchObject({ exit: 0, quota: 'warn', catalog: 'ok' });
    expect(of(nearly.findings, 'quota')?.message).toMatch(/88 %/);
  });

  test.each([
    ['v20.0', /no longer/],
    ['v99.0', /does not know this version/],
    ['26.0', /no version of the Graph API/],
  ])('a version that is none of the present: %s', async (version, why) => {
    const { exit, findings } = await atGraph({ env: { META_GRAPH_VERSION: version } });
    expect(exit).toBe(2);
    expect(of(findings, 'version')).toMatchObject({ state: 'wrong', message: expect.stringMatching(why) });
  });

  test('settings that cannot be read', async () => {
    const { exit, findings } = await atGraph({ catalogId: '../me' });
    expect(exit).toBe(2);
    expect(findings).toMatchObject([{ about: 'settings', state: 'wrong', message: expect.stringMatching(/digits/) }]);
  });

  // The last test of all looks whether it is told.
  test('the token where another setting belongs', async () => {
    expect((await atGraph({ env: { META_GRAPH_VERSION: TOKEN } })).states).toMatchObject({ version: 'wrong' });
    expect((await atGraph({ catalogId: TOKEN })).states).toEqual({ settings: 'wrong' });
    expect((await atGraph({ url: `${sandbox.info.graph}/${TOKEN}` })).exit).toBe(2);
  });

  test('a Meta that is not there, or answers with something else', async () => {
    const nobody = await atGraph({ url: 'http://127.0.0.1:1' });
    expect({ exit: nobody.exit, states: nobody.states }).toEqual({
      exit: 1,
      states: { settings: 'ok', graph: 'wrong' },
    });
    await sandbox.meta().fault({ name: 'html-502', endpoint: 'catalog' });
    expect((await atGraph()).exit).toBe(1);
  });

  test("what a hostile Meta says moves nobody's terminal", async () => {
    const message = `\u001b[2Jsee https://x/?access_token=${TOKEN}`;
    await sandbox.meta().fault({ name: 'graph-error', code: 200, http: 403, message, endpoint: 'catalog' });
    const { stdout } = noted(await command(await words({}), envOf({})));
    expect(stdout).toContain('\\u001b[2Jsee');
    expect(stdout).not.toContain('\u001b');
  });

  test('a pause of the sandbox, told also beside a Graph API that is named', async () => {
    await command(['pause', '--data-dir', sandbox.dataDir]);
    const here = await atSandbox();
    expect({ exit: here.exit, ...here.states }).toMatchObject({ exit: 0, sandbox: 'warn' });
    const named = ['doctor', '--json', '--data-dir', sandbox.dataDir, '--graph-url', sandbox.info.graph];
    const there = read(noted(await command(named, envOf({}))));
    expect(there.states).toMatchObject({ sandbox: 'warn', catalog: 'ok' });
    await command(['resume', '--data-dir', sandbox.dataDir]);
  });

  test('does not record where Meta does not let us in, nor while it throttles', async () => {
    const recording = async (wishes: Wishes): Promise<Answer> =>
      noted(
        await command(
          [...(await words(wishes)), '--json', '--record', join(sandbox.folder, 'recorded'), '--yes'],
          envOf(wishes),
        ),
      );
    const refused = await recording({ catalogId: '4711' });
    await sandbox.meta().fault({ name: 'throttle', minutes: 12, endpoint: 'catalog' });
    const throttled = await recording({});
    expect([refused.exit, throttled.exit]).toEqual([2, 1]);
    for (const { stdout, stderr } of [refused, throttled]) {
      expect(lastLine<Diagnosis>(stdout).recorded).toBeNull();
      expect(stderr).toContain('nothing was recorded');
    }
    expect(await sandbox.meta().posts()).toEqual([]);
  });

  test('has not written token, app secret or proof anywhere', () => {
    expect(written).toContain('"healthy":true');
    expect(written).not.toContain(TOKEN);
    expect(written).not.toContain(APP_SECRET);
    expect(written).not.toMatch(/[0-9a-f]{64}/);
  });
});
