import type { KeptArchive } from './archives.ts';
import { validationError } from './aws-error.ts';
import {
  type Input,
  number,
  type Operations,
  optionalNumber,
  optionalText,
  page,
  structure,
  text,
  texts,
} from './aws-json.ts';
import type { Buses } from './bus.ts';
import { alreadyExists, archiveArn, archiveName, busArn, busName, replayArn, type Where } from './names.ts';
import type { Replay } from './replays.ts';

/** What ListArchives and ListReplays give at once when no Limit is named. */
const PAGE = 100;

const seconds = (at: number | undefined): number | undefined => (at === undefined ? undefined : at / 1000);

/** Event archives and their replays. `write` is called before anything is changed. */
export const archiveOperations = (buses: Buses, where: Where, write: () => void): Operations => {
  const { archives, replays, rules } = buses;
  const archiveSummary = ({ settings, createdAt, archive }: KeptArchive): Record<string, unknown> => {
    const { events, bytes } = archive.size();
    return {
      ArchiveName: settings.name,
      EventSourceArn: busArn(where, settings.busName),
      State: 'ENABLED',
      RetentionDays: settings.retentionDays,
      SizeBytes: bytes,
      EventCount: events,
      CreationTime: seconds(createdAt),
    };
  };
  const replaySummary = (replay: Replay): Record<string, unknown> => ({
    ReplayName: replay.name,
    EventSourceArn: replay.archiveArn,
    State: replay.state,
    StateReason: replay.reason,
    EventStartTime: seconds(replay.from),
    EventEndTime: seconds(replay.to),
    EventLastReplayedTime: seconds(replay.lastEventAt),
    ReplayStartTime: seconds(replay.startedAt),
    ReplayEndTime: seconds(replay.endedAt),
  });
  const instant = (input: Input, name: string): number => Math.round(number(input, name) * 1000);

  return {
    CreateArchive: (input) => {
      const name = text(input, 'ArchiveName');
      if (archives.list().some(({ settings }) => settings.name === name)) throw alreadyExists(`Archive ${name}`);
      const bus = busName(where, text(input, 'EventSourceArn'));
      rules.rulesOf(bus);
      const pattern = optionalText(input, 'EventPattern');
      write();
      const { arn, createdAt } = archives.put({
        name,
        busName: bus,
        retentionDays: optionalNumber(input, 'RetentionDays') ?? 0,
        ...(pattern !== undefined && { pattern }),
      });
      return { ArchiveArn: arn, State: 'ENABLED', CreationTime: seconds(createdAt) };
    },
    DescribeArchive: (input) => {
      const archive = archives.find(text(input, 'ArchiveName'));
      return { ArchiveArn: archive.arn, EventPattern: archive.settings.pattern, ...archiveSummary(archive) };
    },
    DeleteArchive: (input) => {
      const { settings } = archives.find(text(input, 'ArchiveName'));
      write();
      archives.delete(settings.name);
    },
    ListArchives: (input) => {
      const prefix = optionalText(input, 'NamePrefix') ?? '';
      const source = optionalText(input, 'EventSourceArn');
      const wanted = archives
        .list()
        .filter(({ settings }) => settings.name.startsWith(prefix))
        .filter(({ settings }) => source === undefined || busArn(where, settings.busName) === source);
      const [some, NextToken] = page(wanted, input, 'Limit', PAGE);
      return { Archives: some.map(archiveSummary), NextToken };
    },
    StartReplay: (input) => {
      const { settings, archive } = archives.find(archiveName(where, text(input, 'EventSourceArn')));
      const destination = structure(input.Destination ?? {}, 'Destination');
      const bus = text(destination, 'Arn');
      if (bus !== busArn(where, settings.busName))
        throw validationError(
          'Parameter Destination.Arn is not valid. Reason: Must contain the event bus from which the archive takes its events.',
        );
      const description = optionalText(input, 'Description');
      write();
      const replay = replays.start(
        {
          name: text(input, 'ReplayName'),
          archiveArn: archiveArn(where, settings.name),
          busArn: bus,
          from: instant(input, 'EventStartTime'),
          to: instant(input, 'EventEndTime'),
          ...(description !== undefined && { description }),
          ...(destination.FilterArns !== undefined && { ruleArns: texts(destination, 'FilterArns') }),
        },
        archive.events(),
      );
      return {
        ReplayArn: replayArn(where, replay.name),
        State: 'STARTING',
        ReplayStartTime: seconds(replay.startedAt),
      };
    },
    DescribeReplay: (input) => {
      const replay = replays.find(text(input, 'ReplayName'));
      return {
        ReplayArn: replayArn(where, replay.name),
        Description: replay.description,
        Destination: { Arn: replay.busArn, FilterArns: replay.ruleArns },
        ...replaySummary(replay),
      };
    },
    ListReplays: (input) => {
      const prefix = optionalText(input, 'NamePrefix') ?? '';
      const source = optionalText(input, 'EventSourceArn');
      const state = optionalText(input, 'State');
      const wanted = replays
        .list()
        .filter(({ name }) => name.startsWith(prefix))
        .filter((replay) => source === undefined || replay.archiveArn === source)
        .filter((replay) => state === undefined || replay.state === state);
      const [some, NextToken] = page(wanted, input, 'Limit', PAGE);
      return { Replays: some.map(replaySummary), NextToken };
    },
  };
};
