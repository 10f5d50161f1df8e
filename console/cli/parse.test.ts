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
      },
    });
  });

  test('flags may stand before the command', () => {
    expect(parse(words('--data-dir d sandbox'))).toMatchObject({ command: 'sandbox', flags: { dataDir: 'd' } });
  });

  test.each(Object.keys(COMMANDS) as CommandName[])('%s has a help text of its own', (command) => {
    expect(parse([command, '--help'])).toEqual({ kind: 'help', command });
    expect(helpText(command)).toContain(`catalog-sync ${command}`);
  });
});
