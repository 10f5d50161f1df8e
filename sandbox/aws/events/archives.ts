import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxClock } from '../../clock.ts';
import { type Archive, openArchive } from './archive.ts';
import type { Envelope } from './envelope.ts';
import { archiveArn, checkName, notFound, type Where } from './names.ts';
import { type Matcher, parsePattern } from './pattern.ts';

export interface ArchiveSettings {
  name: string;
  busName: string;
  /** JSON text; all events are kept when it is absent. */
  pattern?: string;
  /** 0 keeps events for good. */
  retentionDays: number;
}

export interface KeptArchive {
  arn: string;
  settings: ArchiveSettings;
  createdAt: number;
  archive: Archive;
}

export interface Archives {
  /** Makes the archive, or gives that of this name other settings; what it holds stays. */
  put(settings: ArchiveSettings): KeptArchive;
  find(name: string): KeptArchive;
  list(): KeptArchive[];
  /** Removes the archive and what it holds. */
  delete(name: string): void;
  /** Puts events of a bus into the archives that want them. */
  keep(busName: string, events: readonly Envelope[]): void;
  close(): void;
}

const LONGEST_NAME = 48;

/** The archives of all buses, one file each in `dir`. Their settings are put again at each start; their events stay. */
export const createArchives = (dir: string, clock: SandboxClock, where: Where): Archives => {
  const archives = new Map<string, KeptArchive & { matches: Matcher }>();
  return {
    put: (settings) => {
      checkName('archiveName', settings.name, LONGEST_NAME);
      const matches = settings.pattern === undefined ? () => true : parsePattern(settings.pattern);
      const before = archives.get(settings.name);
      before?.archive.close();
      const kept = {
        arn: archiveArn(where, settings.name),
        settings,
        createdAt: before?.createdAt ?? clock.now(),
        archive: openArchive(join(dir, `${settings.name}.jsonl`), clock, settings.retentionDays),
        matches,
      };
      archives.set(settings.name, kept);
      return kept;
    },
    find: (name) => {
      const archive = archives.get(name);
      if (archive === undefined) throw notFound(`Archive ${name}`);
      return archive;
    },
    list: () => [...archives.values()],
    delete: (name) => {
      archives.get(name)?.archive.close();
      archives.delete(name);
      rmSync(join(dir, `${name}.jsonl`), { force: true });
    },
    keep: (busName, events) => {
      for (const { settings, archive, matches } of archives.values()) {
        if (settings.busName !== busName) continue;
        const wanted = events.filter(matches);
        if (wanted.length > 0) archive.add(wanted);
      }
    },
    close: () => {
      for (const { archive } of archives.values()) archive.close();
    },
  };
};
