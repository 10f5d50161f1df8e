/** The emulator of Meta, as its control shows it. */

export type Item = Record<string, unknown> & { id: string };

export interface Call {
  at: number;
  method: string;
  path: string;
  status: number | null;
  entries?: number;
  /** Names of the faults that happened to it. */
  faults?: string[];
  request: { allow_upsert: boolean; requests: { method: string; data: Item }[] } | null;
  response: unknown;
}

/** A fault's name with its parameters, as the emulator's README lists them. */
export type Fault = { name: string } & Record<string, unknown>;

export interface Meta {
  /** What Meta holds, by id. */
  items(): Promise<Item[]>;
  /** All calls about the catalog, oldest first. */
  calls(): Promise<Call[]>;
  /** The items_batch calls that were answered with 200. */
  posts(): Promise<Call[]>;
  /** Switches a fault on, and answers how to switch it off. */
  fault(described: Fault): Promise<() => Promise<void>>;
  /** Switches all faults off, those of other catalogs too. */
  mend(): Promise<void>;
}

const answerOf = async <A>(url: string, init?: RequestInit): Promise<A> => {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${init?.method ?? 'GET'} ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as A;
};

const post = <A>(url: string, body: unknown): Promise<A> =>
  answerOf<A>(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** The calls about all catalogs, oldest first. */
export const allCalls = (graph: string): Promise<Call[]> => answerOf(`${graph}/_emulator/calls`);

/** One catalog at the emulator. Faults that are set by it happen to that catalog alone. */
export const metaOf = (graph: string, catalogId: string): Meta => {
  const control = `${graph}/_emulator`;
  const calls = async (): Promise<Call[]> =>
    (await allCalls(graph)).filter(({ path }) => path.includes(`/${catalogId}/`));
  return {
    items: () => answerOf(`${control}/catalogs/${catalogId}/items`),
    calls,
    posts: async () =>
      (await calls()).filter(
        ({ method, path, status }) => method === 'POST' && path.endsWith('/items_batch') && status === 200,
      ),
    fault: async (described) => {
      const { id } = await post<{ id: string }>(`${control}/faults`, { catalog: catalogId, ...described });
      return async () => {
        await answerOf(`${control}/faults/${id}`, { method: 'DELETE' });
      };
    },
    mend: async () => {
      await answerOf(`${control}/faults`, { method: 'DELETE' });
    },
  };
};

export const changeSettings = async (graph: string, settings: Record<string, unknown>): Promise<void> => {
  await post(`${graph}/_emulator/settings`, settings);
};
