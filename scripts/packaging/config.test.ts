import { checkConfig } from './config.ts';

describe('the configuration of a stage', () => {
  test.each(['dev', 'sandbox'])('%s can be deployed', (stage) => expect(() => checkConfig(stage)).not.toThrow());

  test('that is missing is told where to begin', () => {
    expect(() => checkConfig('nowhere')).toThrow('config/nowhere.json is missing: copy config/dev.json and fill it in');
  });

  test.each(['Prod', '../dev', 'a-stage-with-a-long-name', ''])('"%s" is no name for a stage', (stage) => {
    expect(() => checkConfig(stage)).toThrow('is no name for a stage');
  });
});
