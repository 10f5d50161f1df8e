import { lazily } from '@catalog-sync/shared/edge/lazily.ts';
import { functions } from './functions.ts';
import { outside } from './outside.ts';

export const { work } = functions(lazily(outside));
