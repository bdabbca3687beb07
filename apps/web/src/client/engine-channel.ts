// The engine's interface over a message port: commands with one answer, watches with many (docs/spec/app.md, AP-16).
// Both ends are this app's own code in one process tree, so messages are typed and not checked again.

import type {
  Command,
  CommandReply,
  EngineClient,
  Query,
  View,
} from "@halqa/engine";

export type ToEngine =
  | { readonly to: "run"; readonly id: number; readonly command: Command }
  | { readonly to: "watch"; readonly id: number; readonly query: Query }
  | { readonly to: "unwatch"; readonly id: number }
  /** Set to 1 when every command that came before is answered. */
  | { readonly to: "settle"; readonly flag: Int32Array<SharedArrayBuffer> };

export type FromEngine =
  | {
      readonly from: "reply";
      readonly id: number;
      readonly reply: CommandReply;
    }
  | { readonly from: "view"; readonly id: number; readonly view: View };

/** The page's end: `receive` takes what comes from the port, `end` answers whatever still waits. */
export interface ConnectedEngine {
  readonly client: EngineClient;
  readonly receive: (message: FromEngine) => void;
  /** Has the flag set when everything that was given is answered; false where nothing waits. */
  readonly settle: (flag: Int32Array<SharedArrayBuffer>) => boolean;
  readonly end: () => void;
}

/** A client that speaks through `post`. A command whose engine ends before it answers has failed to be stored, as far as anybody knows. */
export function connectEngine(
  post: (message: ToEngine) => void,
): ConnectedEngine {
  const waiting = new Map<number, (reply: CommandReply) => void>();
  const watchers = new Map<number, (view: View) => void>();
  let nextId = 1;
  let isOpen = true;
  const client: EngineClient = {
    run: (command) =>
      new Promise((resolve) => {
        if (!isOpen) {
          resolve(LOST);
          return;
        }
        const id = nextId++;
        waiting.set(id, resolve);
        post({ to: "run", id, command });
      }),
    watch: (query, onView) => {
      if (!isOpen) return () => undefined;
      const id = nextId++;
      watchers.set(id, onView);
      post({ to: "watch", id, query });
      return () => {
        if (watchers.delete(id) && isOpen) post({ to: "unwatch", id });
      };
    },
  };
  return {
    client,
    receive: (message) => {
      if (message.from === "view") {
        // A view that crossed the end of its watch has nobody left to see it.
        watchers.get(message.id)?.(message.view);
        return;
      }
      waiting.get(message.id)?.(message.reply);
      waiting.delete(message.id);
    },
    settle: (flag) => {
      if (waiting.size === 0) return false;
      post({ to: "settle", flag });
      return true;
    },
    end: () => {
      isOpen = false;
      for (const resolve of waiting.values()) resolve(LOST);
      waiting.clear();
      watchers.clear();
    },
  };
}

const LOST: CommandReply = { ok: false, error: "storage-failed" };

/** The worker's end: answers messages out of an engine. */
export function serveEngine(
  engine: EngineClient,
  post: (message: FromEngine) => void,
): (message: ToEngine) => void {
  const stops = new Map<number, () => void>();
  const running = new Set<Promise<void>>();
  return (message) => {
    switch (message.to) {
      case "run": {
        const answered = engine.run(message.command).then(
          (reply) => post({ from: "reply", id: message.id, reply }),
          // The engine has ended with the command unanswered; its end is told in another way.
          () => post({ from: "reply", id: message.id, reply: LOST }),
        );
        running.add(answered);
        void answered.finally(() => running.delete(answered));
        break;
      }
      case "settle":
        void Promise.all(running).then(() => Atomics.store(message.flag, 0, 1));
        break;
      case "watch":
        stops.set(
          message.id,
          engine.watch(message.query, (view) => {
            post({ from: "view", id: message.id, view });
          }),
        );
        break;
      case "unwatch":
        stops.get(message.id)?.();
        stops.delete(message.id);
        break;
    }
  };
}
