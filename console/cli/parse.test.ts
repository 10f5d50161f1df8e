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
