/**
 * One server of the sandbox in a process of its own, so that its processor time and memory can be told from its
 * client's. Arguments: the server's name and its folder. Speaks by messages: its address at once, its use when asked.
 */
import { startDynamoDb } from '../../sandbox/aws/dynamodb/server.ts';
import { startEvents } from '../../sandbox/aws/events/server.ts';
import { startS3 } from '../../sandbox/aws/s3/server.ts';
import { sandboxClock } from '../../sandbox/clock.ts';
import type { SandboxServer } from '../../sandbox/server.ts';
import { ACCOUNT_ID, QUEUE_ARN, REGION, type ServerName, type Usage } from './server-names.ts';

const [name, dir = ''] = process.argv.slice(2);
const clock = sandboxClock();
const common = { dir, clock, region: REGION, accountId: ACCOUNT_ID, beforeWrite: () => undefined };

const starters: Record<ServerName, () => Promise<SandboxServer>> = {
  s3: () => startS3({ ...common, onEvent: () => undefined }),
  dynamodb: () => startDynamoDb(common),
  events: async () => {
    const events = await startEvents({
      ...common,
      speedup: 1,
      deliver: () => Promise.resolve(),
      deadLetter: () => Promise.resolve(),
    });
    // As in the product: an archive of all, and a handful of rules of which an event meets one.
    events.putBus('bench');
    events.putArchive({ name: 'bench', busName: 'bench', retentionDays: 7 });
    for (const type of ['A', 'B', 'C', 'D', 'E'])
      events.putRule({
        name: `when-${type}`,
        busName: 'bench',
        enabled: true,
        pattern: JSON.stringify({ source: ['bench'], 'detail-type': [type] }),
        targets: [{ id: 'queue', arn: QUEUE_ARN }],
      });
    return events;
  },
};

const usage = (): Usage => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, rss: process.memoryUsage.rss(), peakRss: maxRSS * 1024 };
};

const server = await starters[name as ServerName]();
process.on('message', (asked) => {
  if (asked === 'usage') process.send?.(usage());
});
process.on('disconnect', () => {
  void server.close().finally(() => clock.stop());
});
process.send?.(server.url);
