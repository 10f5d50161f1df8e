import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { allEvents } from './events/index.ts';
import { consoleSays, pipeline } from './pipeline.ts';

const ROOT = join(import.meta.dirname, '..');

/** Reads a serverless.yml or compose file; CloudFormation's own tags stay text. */
const yaml = (path: string): Record<string, unknown> =>
  parse(readFileSync(join(ROOT, path), 'utf8'), { logLevel: 'silent' });

describe('the flow', () => {
  test('every event is said by its speaker, and only there', () => {
    const said = [
      ...pipeline.flatMap(({ service, says }) => says.map(({ name }) => ({ name, by: service }))),
      ...consoleSays.map(({ name }) => ({ name, by: 'console' })),
    ];
    for (const { name, speaker } of allEvents) {
      expect(said.filter((one) => one.name === name)).toEqual([{ name, by: speaker }]);
    }
  });

  test('services and the stacks are listed in the order of the flow everywhere', () => {
    const services = pipeline.map(({ service }) => service);
    const root = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { workspaces: string[] };
    expect(root.workspaces.slice(0, services.length)).toEqual(services.map((service) => `services/${service}`));
    const compose = yaml('serverless-compose.yml') as { services: object };
    expect(Object.keys(compose.services)).toEqual(['platform', ...services]);
  });

  test.each(pipeline.map((stage) => [stage.service, stage] as const))(
    '%s has rules for just what it hears',
    (service, { hears }) => {
      const { resources } = yaml(`services/${service}/serverless.yml`) as {
        resources: {
          Resources: Record<string, { Type: string; Properties: { EventPattern?: Record<string, unknown> } }>;
        };
      };
      const patterns = Object.values(resources.Resources)
        .filter(({ Type }) => Type === 'AWS::Events::Rule')
        .flatMap(({ Properties }) => (Properties.EventPattern ? [Properties.EventPattern] : []))
        .filter((pattern) => JSON.stringify(pattern.source).includes('catalog-sync'));
      const heard = patterns.flatMap((pattern) => (pattern['detail-type'] as string[] | undefined) ?? []);
      const byName = (a: string, b: string) => a.localeCompare(b);
      if (hears === 'all')
        expect(service === 'monitor' && patterns.some((pattern) => !('detail-type' in pattern))).toBe(true);
      else expect(heard.toSorted(byName)).toEqual(hears.map(({ name }) => name).toSorted(byName));
    },
  );
});
