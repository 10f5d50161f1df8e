import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/**
 * Answers every HTTP request with the same bytes, whatever they are, and hangs up. Below HTTP, so that the answer may be
 * none.
 */
export const answeringServer = async () => {
  let answer: Uint8Array = Buffer.alloc(0);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let request = '';
    socket.on('close', () => sockets.delete(socket));
    // A client that has heard enough hangs up.
    socket.on('error', () => {});
    socket.on('data', (piece) => {
      request += piece.toString('latin1');
      const head = request.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(request)?.[1] ?? 0);
      if (head >= 0 && request.length >= head + 4 + length) socket.end(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answerWith: (bytes: Uint8Array): void => {
      answer = bytes;
    },
    close: async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
