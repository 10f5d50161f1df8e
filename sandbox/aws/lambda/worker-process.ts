/** What runs inside a process of its own. */
import { describeError, startRuntime } from './runtime.ts';
import type { FromProcess, ProcessSetup, ToProcess } from './worker-protocol.ts';

// The handler is not to see it.
const { offsetMs: offsetAtStart, ...setup } = JSON.parse(process.argv.splice(2)[0]!) as ProcessSetup;
let offsetMs = offsetAtStart;
const send = (message: FromProcess, sent: () => void = () => undefined): void =>
  void process.send!(message, undefined, undefined, sent);

const die = (error: unknown): void => {
  const thrown = describeError(error);
  console.error(thrown.trace || thrown.errorMessage);
  send({ thrown }, () => process.exit(1));
};

// However the sandbox ended: nobody is left to work for.
process.on('disconnect', () => process.exit());
process.on('uncaughtException', die);
try {
  const invoke = startRuntime({
    setup,
    offsetMs: () => offsetMs,
    sample: () => undefined,
    // Both ends of an invocation are seen from outside; this is for systems on which they are not.
    send: (message) =>
      send(
        message === 'ready' ? { ready: true } : { answer: message, maxRssBytes: process.resourceUsage().maxRSS * 1024 },
      ),
  });
  process.on('message', (message: ToProcess) => {
    offsetMs = message.offsetMs;
    if (message.invocation !== undefined) invoke(message.invocation);
  });
} catch (error) {
  die(error);
}
