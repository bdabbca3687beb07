// An engine for one call: started on an open data folder, stopped when the call ends, however it ends.

import { createSystemRandom, ready } from "@halqa/crypto";
import { runEngine, type Connect, type Store } from "@halqa/engine";
import * as mls from "@halqa/mls";
import type { Call } from "./call.ts";
import type { Failure } from "./outcome.ts";
import type { Printed } from "./printed.ts";
import type { RelayRecord } from "./relay-record.ts";
import type { SecretName } from "./secret-name.ts";
import type { Session } from "./session.ts";
import { connectWebSocket } from "./socket.ts";

export interface Surroundings {
  readonly print: (printed: Printed) => void;
  readonly secret: (name: SecretName) => string | undefined;
  readonly ended: Promise<void>;
}

interface Work {
  readonly call: Call;
  readonly around: Surroundings;
  readonly store: Store;
  readonly relay: RelayRecord;
}

/** Runs an engine as long as `run` lasts; it closes the store as well. Rejects on a bug alone. */
export async function withEngine(
  { call, around, store, relay }: Work,
  run: (session: Session) => Promise<Failure | undefined>,
): Promise<Failure | undefined> {
  await ready;
  const crash = Promise.withResolvers<never>();
  const engine = runEngine({
    store,
    connect: call.settings.offline ? connectNowhere : connectWebSocket,
    now: Date.now,
    setTimer: (ms, fire) => {
      const timer = setTimeout(fire, ms);
      return () => clearTimeout(timer);
    },
    random: createSystemRandom(),
    mls,
    defaultRelay: relay,
    onCrash: crash.reject,
  });
  const session: Session = {
    client: engine,
    backup: engine.backup,
    settings: call.settings,
    relayUrl: relay.url,
    print: around.print,
    secret: around.secret,
    ended: around.ended,
  };
  try {
    return await Promise.race([run(session), crash.promise]);
  } finally {
    await engine.stop();
  }
}

/** A network that is not there: the engine does what it does without one. */
const connectNowhere: Connect = (_url, handlers) => {
  queueMicrotask(handlers.onClose);
  return { send: () => undefined, close: () => undefined };
};
