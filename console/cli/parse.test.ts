import { COMMANDS, type CommandName, helpText, parse } from './parse.ts';

const words = (line: string): string[] => (line === '' ? [] : line.split(' '));

describe('the command line', () => {
  test.each([
    ['', /say which command: demo, sandbox, run, check/],
    ['fly', /there is no command "fly"/],
    ['run', /run needs at least one file/],
    ['check', /check needs at least one file/],
    ['demo a.csv', /demo takes no files/],
    ['check a.csv --full', /check takes no --full/],
    ['sandbox --full', /sandbox takes no --full/],
    ['run a.csv --timeout soon', /--timeout is a number of seconds above 0, not "soon"/],
    ['run a.csv --timeout 0', /--timeout/],
    ['run a.csv --graph-url graph', /--graph-url is an http\(s\) URL/],
    ['run a.csv --colour', /colour/],
    ['pause a.csv', /pause takes no files/],
    ['resume --wait', /resume takes no --wait/],
    ['run a.csv --item shelf-1', /run takes no --item/],
    ['pause --sync 3', /pause takes no --sync/],
    ['retry shelf-1', /retry takes no files/],
    ['retry --sync default-000003', /--sync is a sync's number, 42 for default-000042, not "default-000003"/],
    ['retry --sync 0', /--sync/],
    ['retry --sync 1.5', /--sync/],
    ['retry --item=', /--item is the id of an item/],
    ['plan', /plan needs at least one file/],
    ['plan a.csv --sync 3', /plan takes files or --sync, not both/],
    ['plan --sync 3 --full', /plan takes files or --sync, not both/],
    ['plan --full', /plan needs at least one file/],
    ['plan --sync default-000003', /--sync is a sync's number/],
    ['approve', /approve needs one sync: catalog-sync approve SYNC/],
    ['approve 3 4', /approve needs one sync/],
    ['discard', /discard needs one sync/],
    ['approve a.csv', /a sync is named by its number or id, 42 or default-000042, not "a.csv"/],
    ['discard 0', /a sync is named by/],
    ['approve garden-000003 --catalog default', /garden-000003 is no sync of the catalog default/],
    ['approve 3 --full', /approve takes no --full/],
    ['approve 3 --plan=', /--plan is the hash of a plan/],
    ['doctor a.csv', /doctor takes no files/],
    ['doctor --record=', /--record is the folder/],
    ['doctor --yes', /--yes goes with --record/],
    ['run a.csv --record d', /run takes no --record/],
  ])('"%s" is wrong usage, said in one line', (line, why) => {
    const parsed = parse(words(line));
    expect(parsed).toEqual({ kind: 'wrong', why: expect.stringMatching(why) });
    expect(parsed.kind === 'wrong' && parsed.why).not.toContain('\n');
  });

  test('a run takes files and flags, and has defaults for the rest', () => {
    expect(parse(words('run a.csv b.csv --full --json --graph-url http://127.0.0.1:9/'))).toEqual({
      kind: 'command',
      command: 'run',
      files: ['a.csv', 'b.csv'],
      flags: {
        dataDir: '.catalog-sync',
        config: null,
        catalog: 'default',
        timeoutMs: 600_000,
        json: true,
        full: true,
        graphUrl: 'http://127.0.0.1:9',
        wait: false,
        plan: null,
        sync: null,
        items: [],
        record: null,
        yes: false,
      },
    });
  });

  test.each([
    ['pause', { command: 'pause', files: [], flags: { wait: false, timeoutMs: 600_000 } }],
    ['pause --wait --timeout 5', { command: 'pause', flags: { wait: true, timeoutMs: 5000 } }],
    ['resume --catalog garden --json', { command: 'resume', flags: { catalog: 'garden', json: true } }],
    ['retry', { command: 'retry', flags: { sync: null, items: [] } }],
    ['retry --sync 42', { command: 'retry', flags: { sync: 42, items: [] } }],
    ['retry --sync 000042', { command: 'retry', flags: { sync: 42 } }],
    ['plan a.csv b.csv --full', { command: 'plan', files: ['a.csv', 'b.csv'], flags: { full: true, sync: null } }],
    ['plan --sync 3 --json', { command: 'plan', files: [], flags: { sync: 3, json: true } }],
    ['approve 3', { command: 'approve', files: [], flags: { sync: 3, catalog: 'default', plan: null } }],
    ['approve 3 --catalog garden', { command: 'approve', flags: { sync: 3, catalog: 'garden' } }],
    ['approve garden-000003', { command: 'approve', flags: { sync: 3, catalog: 'garden' } }],
    ['discard garden-000003 --catalog garden', { command: 'discard', flags: { sync: 3, catalog: 'garden' } }],
    ['discard 3 --plan 7be1', { command: 'discard', flags: { sync: 3, plan: '7be1' } }],
    ['doctor', { command: 'doctor', files: [], flags: { record: null, yes: false, graphUrl: null } }],
    ['doctor --record d --yes', { command: 'doctor', flags: { record: 'd', yes: true } }],
    ['retry --item a --item b --item a', { command: 'retry', flags: { items: ['a', 'b'] } }],
  ])('"%s"', (line, parsed) => {
    expect(parse(words(line))).toMatchObject({ kind: 'command', ...parsed });
  });

  test('flags may stand before the command', () => {
    expect(parse(words('--data-dir d sandbox'))).toMatchObject({ command: 'sandbox', flags: { dataDir: 'd' } });
  });

  test.each(Object.keys(COMMANDS) as CommandName[])('%s has a help text of its own', (command) => {
    expect(parse([command, '--help'])).toEqual({ kind: 'help', command });
    expect(helpText(command)).toContain(`catalog-sync ${command}`);
  });
});
