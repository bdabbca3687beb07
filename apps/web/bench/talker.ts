// Somebody else in the circle: the engine in this process, over memory, who says as much as is wanted.

import { createSystemRandom, ready } from "@halqa/crypto";
import {
  runEngine,
  type Engine,
  type RecordRef,
  type Store,
} from "@halqa/engine";
import * as mls from "@halqa/mls";
import { connectSocket } from "../src/worker/connect-socket.ts";

function memoryStore(): Store {
  const records = new Map<string, Uint8Array>();
  return {
    read: (refs) =>
      Promise.resolve(refs.map((ref) => records.get(nameOf(ref)))),
    commit: (writes) => {
      for (const { ref, value } of writes) {
        if (value === undefined) records.delete(nameOf(ref));
        else records.set(nameOf(ref), value);
      }
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

export interface Talker {
  /** Says so many things and waits until the relay keeps them. */
  readonly say: (count: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Follows an invite that asks nobody. */
export async function bringTalker(link: string): Promise<Talker> {
  await ready;
  const engine = runEngine({
    store: memoryStore(),
    connect: connectSocket,
    now: () => Date.now(),
    setTimer: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random: createSystemRandom(),
    mls,
    defaultRelay: undefined,
    onCrash: (fault) => {
      throw fault;
    },
  });
  await engine.run({ command: "set-profile", name: "Karim" });
  const [, fragment = ""] = link.split("#");
  const asked = await engine.run({
    command: "request-join",
    link: fragment,
    memberName: "Karim",
  });
  if (!asked.ok || asked.value.kind !== "circle") {
    throw new Error(asked.ok ? asked.value.kind : asked.error);
  }
  const { circle } = asked.value;
  await until(engine, ({ standing }) => standing === "member");
  let said = 0;
  return {
    say: async (count) => {
      for (let index = 0; index < count; index++) {
        const text = `${++said}. ${SENTENCES[said % SENTENCES.length]}`;
        for (;;) {
          const reply = await engine.run({ command: "send", circle, text });
          if (reply.ok) break;
          if (reply.error !== "outbox-full") throw new Error(reply.error);
          await until(engine, ({ queued }) => queued < 200);
        }
      }
      await until(engine, ({ queued }) => queued === 0);
    },
    stop: () => engine.stop(),
  };
}

const SENTENCES = [
  "من يحضر الكراسي يوم الخميس؟",
  "I bring the key, and tea for twelve. Who has the projector, and is the door open from six on?",
  "نلتقي عند السادسة في القاعة الكبيرة، ومن يتأخر يتصل بي. لا تنسوا أن تحضروا نسخًا مطبوعة من البرنامج، فالطابعة هناك معطلة.",
  "Yes.",
  "Die Liste hängt aus; wer noch fehlt, trägt sich bitte bis morgen ein.",
];

function until(
  engine: Engine,
  isSo: (line: {
    readonly standing: string;
    readonly queued: number;
  }) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const stop = engine.watch({ query: "app" }, (view) => {
      const line = view.view === "app" ? view.circles[0] : undefined;
      if (line === undefined || !isSo(line)) return;
      resolve();
      setTimeout(() => stop());
    });
  });
}

function nameOf({ store, id }: RecordRef): string {
  return `${store} ${id}`;
}
