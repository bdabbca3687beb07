/// <reference lib="webworker" />
// A device in a browser, as the app's worker makes it: the engine over a vault in IndexedDB and over the browser's WebSockets.

import { decodeBase64url } from "@halqa/bytes";
import { createSystemRandom, ready } from "@halqa/crypto";
import * as mls from "@halqa/mls";
import { openBrowserStorage } from "@halqa/storage-idb";
import { openVault } from "@halqa/vault";
import { connectSocket } from "../../../../apps/web/src/worker/connect-socket.ts";
import { runEngine, storeLayout } from "../../src/index.ts";
import type { Engine } from "../../src/index.ts";
import { must, untilMember, untilRead } from "../acts.ts";
import type { Answer, Question, RelayText } from "../question.ts";

let engine: Engine | undefined;
let began = 0;

self.addEventListener("message", ({ data }: MessageEvent<Question>) => {
  void tell(data);
});

async function tell(question: Question): Promise<void> {
  await answer(question);
  const said: Answer = { ms: performance.now() - began };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's has none
  self.postMessage(said);
}

async function answer(question: Question): Promise<void> {
  switch (question.ask) {
    case "start":
      await ready;
      began = performance.now();
      engine = await start(question.relay);
      return;
    case "join": {
      const { link, name, circle } = question;
      const device = running();
      await must(device, { command: "set-profile", name });
      await must(device, { command: "request-join", link, memberName: name });
      await untilMember(device, circle);
      await untilRead(device, circle);
      return;
    }
    case "read":
      await untilRead(running(), question.circle);
      return;
    case "stop":
      await engine?.stop();
  }
}

function running(): { readonly engine: Engine } {
  if (engine === undefined) throw new Error("it was started");
  return { engine };
}

async function start({ url, relayPub }: RelayText): Promise<Engine> {
  const storage = await openBrowserStorage("halqa");
  if (!storage.ok) throw new Error(storage.error.kind);
  const { raw, slot } = storage.value;
  const random = createSystemRandom();
  const vault = await openVault(raw, { slot, random, ...storeLayout });
  const key = decodeBase64url(relayPub);
  if (!vault.ok || !key.ok) throw new Error("nothing to begin with");
  return runEngine({
    store: vault.value,
    connect: connectSocket,
    now: () => Date.now(),
    setTimer: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random,
    mls,
    defaultRelay: { url, relayPub: key.value },
    onCrash: (fault) => {
      throw fault;
    },
  });
}
