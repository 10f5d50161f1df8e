import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Graph } from './call.ts';
import type { CallLog } from './call-log.ts';
import type { CatalogItems } from './catalog-items.ts';
import { parseJson, readBody } from './input.ts';
import { changeSettings, shownSettings } from './settings.ts';

/** Where the control lies below the emulator's address. It needs no token, and its calls are not logged. */
export const CONTROL = '/_emulator/';

const LARGEST_BODY = 1024 * 1024;
const ITEMS_A_WRITE = 500;

/** Something that the control was asked wrongly: answered with this status and text. */
class Refused extends Error {
  readonly http: number;
  constructor(http: number, message: string) {
    super(message);
    this.http = http;
  }
}

const sendJson = (response: ServerResponse, body: unknown, http = 200): void => {
  response.writeHead(http, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
};

/** Sends a JSON array text by text, for all of them together can be longer than a string may be. */
const sendArray = async (response: ServerResponse, texts: AsyncIterable<string> | Iterable<string>): Promise<void> => {
  response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' });
  let before = '[';
  for await (const text of texts) {
    if (response.destroyed) return;
    if (!response.write(before + text))
      await new Promise<void>((resolve) => {
        const go = (): void => {
          response.off('drain', go).off('close', go);
          resolve();
        };
        response.once('drain', go).once('close', go);
      });
    before = ',\n';
  }
  response.end(before === '[' ? '[]' : ']');
};

function* itemTexts(items: CatalogItems): Generator<string> {
  const ids = items.ids();
  for (let from = 0; from < ids.length; from += ITEMS_A_WRITE) {
    const texts = items.texts(ids.slice(from, from + ITEMS_A_WRITE));
    // All of a slice may have been deleted while an earlier one was sent.
    if (texts.length > 0) yield texts.join(',\n');
  }
}

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const body = await readBody(request, LARGEST_BODY);
  const value = body === undefined ? undefined : parseJson(body.toString('utf8'));
  if (value === undefined) throw new Refused(400, 'the body has to be JSON of at most 1 MB');
  return value;
};

/** Runs what throws for wrong input, and answers 400 with its reason. */
const orRefuse = <Result>(change: () => Result): Result => {
  try {
    return change();
  } catch (error) {
    throw new Refused(400, error instanceof Error ? error.message : String(error));
  }
};

const readSince = (text: string | null): number => {
  if (text === null) return 0;
  const since = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(since)) throw new Refused(400, '"since" is an instant: epoch milliseconds or ISO 8601');
  return since;
};

/**
 * Answers a call of the control: items as they are stored, calls as they came in, faults, settings.
 * Wrong input is answered with 400, an unknown place with 404, both as `{"error": text}`.
 */
export const control = async (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  graph: Graph,
  calls: CallLog,
): Promise<void> => {
  const [place = '', id, part] = url.pathname.slice(CONTROL.length).split('/');
  const asked = `${request.method} ${place}`;
  try {
    if (place === 'catalogs' && (part === 'items' || part === 'localized_items')) {
      if (id === undefined || !Object.hasOwn(graph.catalogs, id)) throw new Refused(404, `there is no catalog ${id}`);
      const { state } = graph;
      if (request.method === 'GET')
        return await sendArray(response, itemTexts(part === 'items' ? state.items(id) : state.localized(id)));
      if (request.method !== 'DELETE') throw new Refused(405, 'items are read by GET and removed by DELETE');
      state.empty(id);
      return sendJson(response, { success: true });
    }
    if (asked === 'GET calls') return await sendArray(response, calls.texts(readSince(url.searchParams.get('since'))));
    if (asked === 'DELETE calls') {
      calls.clear();
      return sendJson(response, { success: true });
    }
    if (asked === 'GET faults') return sendJson(response, graph.faults.list());
    if (asked === 'POST faults') {
      const described = await readJson(request);
      return sendJson(response, { id: orRefuse(() => graph.faults.add(described)) });
    }
    if (asked === 'DELETE faults') {
      if (!graph.faults.remove(id)) throw new Refused(404, `there is no fault ${id}`);
      return sendJson(response, { success: true });
    }
    if (asked === 'GET settings') return sendJson(response, shownSettings(graph.settings));
    if (asked === 'POST settings') {
      const changes = await readJson(request);
      orRefuse(() => changeSettings(graph.settings, changes));
      if (typeof changes === 'object' && changes !== null && 'quota' in changes) graph.state.quota.unblock();
      return sendJson(response, shownSettings(graph.settings));
    }
    throw new Refused(
      404,
      `the control has no ${asked}; it has catalogs/{id}/items, catalogs/{id}/localized_items, calls, faults and settings`,
    );
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    sendJson(response, { error: error.message }, error.http);
  }
};
