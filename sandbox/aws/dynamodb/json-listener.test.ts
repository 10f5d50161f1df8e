import { request } from 'node:http';
import type { SandboxServer } from '../../server.ts';
import { type JsonRequest, listenJson } from './json-listener.ts';

describe('the listener for the AWS JSON protocol', () => {
  let server: SandboxServer;
  let answer: (call: JsonRequest) => Promise<{ status: number; body: unknown }>;

  beforeEach(async () => {
    server = await listenJson((call) => answer(call));
  });
  afterEach(() => server.close());

  const post = (body: string, target = 'Service_1.DoIt') =>
    fetch(server.url, { method: 'POST', body, headers: { 'x-amz-target': target } });

  test('hands over the operation and the body', async () => {
    answer = async ({ operation, body }) => ({ status: 200, body: { operation, body } });
    const response = await post('{"a":1}');
    expect(await response.json()).toEqual({ operation: 'DoIt', body: { a: 1 } });
    expect(response.headers.get('x-amz-crc32')).toMatch(/^\d+$/);
  });

  test('refuses what is not of the protocol, and answers a fault as one', async () => {
    answer = () => Promise.reject(new Error('out of order'));
    expect((await post('{')).status).toBe(400);
    expect((await post('[]')).status).toBe(400);
    expect((await post('{}', '')).status).toBe(404);
    expect((await fetch(server.url)).status).toBe(404);
    expect((await post(`"${'x'.repeat(20 * 1024 * 1024)}"`)).status).toBe(413);
    const fault = await post('{}');
    expect(fault.status).toBe(500);
    expect(await fault.json()).toMatchObject({ message: 'out of order' });
  });

  test('tells who answers that the caller hung up or that the server ends', async () => {
    for (const end of ['hang up', 'close']) {
      const arrived = Promise.withResolvers<void>();
      const noticed = Promise.withResolvers<void>();
      answer = ({ signal }) => {
        signal.addEventListener('abort', () => noticed.resolve());
        arrived.resolve();
        return noticed.promise.then(() => ({ status: 200, body: {} }));
      };
      const call = request(server.url, { method: 'POST', headers: { 'x-amz-target': 'S.Poll' } });
      const failed = new Promise((resolve) => call.on('error', resolve));
      call.end('{}');
      await arrived.promise;
      if (end === 'hang up') call.destroy();
      else await server.close();
      await noticed.promise;
      await failed;
    }
  });
});
