import { lazily } from '@catalog-sync/shared/edge/lazily.ts';
import { functions } from './functions.ts';
import { outside } from './outside.ts';

export const { ask, watch } = functions(lazily(outside));
