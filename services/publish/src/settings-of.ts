import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import type { CatalogSettings, Settings } from '@catalog-sync/shared/settings.ts';

export const settingsOf = (catalog: CatalogName, { settings }: { settings: Settings }): CatalogSettings => {
  const found = settings[catalog];
  if (found === undefined) throw new Error(`the settings do not know the catalog ${catalog}`);
  return found;
};
