// One call from beginning to end: the data folder opened, the engine run, the command carried out, all closed again.

import { createSystemRandom, ready } from "@halqa/crypto";
import { runEngine, type Connect, type Store } from "@halqa/engine";
import * as mls from "@halqa/mls";
import { textOf, type Call } from "./call.ts";
import { commands } from "./commands/index.ts";
import { readRelayConfig, writeRelayConfig } from "./config-record.ts";
import { exitCodes } from "./exit-codes.ts";
import { openDevice } from "./open-device.ts";
import { refusal, usageFailure, type Failure } from "./outcome.ts";
import type { Printed } from "./output.ts";
import { fetchRelayRecord, type RelayRecord } from "./relay-record.ts";
import { act, look, type Session } from "./session.ts";
import { connectWebSocket } from "./socket.ts";

const DEFAULT_RELAY = "http://localhost:8787";

export interface Surroundings {
  readonly print: (printed: Printed) => void;
  readonly passphrase: string | undefined;
  readonly ended: Promise<void>;
}

/** Runs a call; answers with what went wrong. Rejects on a bug alone. */
export async function runCall(
  call: Call,
  around: Surroundings,
): Promise<Failure | undefined> {
  const [word = ""] = call.words;
  if (word === "init") return initialise(call, around);
  const command = commands.get(word);
  if (command === undefined) {
    return usageFailure(`There is no command "${word}": see halqa help.`);
  }
  if (word === "circle" && call.words[1] !== "create") {
    return usageFailure("halqa circle create NAME");
  }
  const store = await openDevice({
    folder: call.settings.data,
    passphrase: around.passphrase,
    make: false,
  });
  if (!store.ok) return store.error;
  const relay = await readRelayConfig(store.value);
  if (relay === undefined) {
    await store.value.close();
    return refusal("no-profile");
  }
  return withEngine({ call, around, store: store.value, relay }, (session) =>
    command.run(session, call),
  );
}

/** `init`: the relay's key is fetched first, so that a wrong address leaves no folder behind. */
async function initialise(
  call: Call,
  around: Surroundings,
): Promise<Failure | undefined> {
  const name = textOf(call.options["name"]);
  if (name === undefined) return usageFailure("halqa init --name NAME");
  const relay = await fetchRelayRecord(
    textOf(call.options["relay"]) ?? DEFAULT_RELAY,
  );
  if (!relay.ok) return relay.error;
  const store = await openDevice({
    folder: call.settings.data,
    passphrase: around.passphrase,
    make: true,
  });
  if (!store.ok) return store.error;
  // An `init` that was killed half-way has no profile yet and may be done again.
  const work = { call, around, store: store.value, relay: relay.value };
  return withEngine(work, async (session) => {
    if ((await look(session, { query: "app" })).profile !== undefined) {
      return dataExists;
    }
    await writeRelayConfig(work.store, relay.value);
    const done = await act(session, { command: "set-profile", name });
    if (!done.ok) return done.error;
    session.print({ type: "profile", name, relay: relay.value.url });
    return undefined;
  });
}

const dataExists: Failure = {
  code: exitCodes.refused,
  error: "data-exists",
  sentence:
    "There is a profile here already; another one needs another --data folder.",
};

interface Work {
  readonly call: Call;
  readonly around: Surroundings;
  readonly store: Store;
  readonly relay: RelayRecord;
}

async function withEngine(
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
    settings: call.settings,
    relayUrl: relay.url,
    print: around.print,
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
