import { deliversAsEventBridge } from '../aws/events/delivery.conformance.ts';
import { behavesAsEventBridge } from '../aws/events/events.conformance.ts';
import { deliveryOn } from './delivery.ts';
import { makeBus } from './make.ts';
import { type Target, targetOfRun } from './target.ts';

const prefix = process.env.CONFORMANCE_PREFIX ?? '';
let target: Target;
let busName: string;
beforeAll(async () => {
  target = await targetOfRun();
  busName = await makeBus(target);
});
afterAll(() => target.close());

behavesAsEventBridge(() => ({ client: target.clients.events, busName }), prefix);
deliversAsEventBridge(() => deliveryOn(target), { prefix, archives: process.env.CONFORMANCE_ARCHIVES === 'yes' });
