/** What the simulation runs of the services: bundled together (build.ts), so that a defect can be built in on purpose. */
export { functions as ingest } from '../services/ingest/src/functions.ts';
export { functions as monitor } from '../services/monitor/src/functions.ts';
export { functions as publish } from '../services/publish/src/functions.ts';
export { functions as transform } from '../services/transform/src/functions.ts';
export { functions as validate } from '../services/validate/src/functions.ts';
export { parkIn } from '../shared/adapters/parking.ts';
export { readSettings } from '../shared/settings.ts';
