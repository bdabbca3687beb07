// The keeper over a message port: tasks with one answer each, and the beginning of a device (docs/spec/app.md, AP-16, AP-70).

import type {
  BeginFault,
  Beginning,
  KeeperAnswer,
  KeeperTask,
  Restoring,
} from "./keeper.ts";

export type ToKeeper =
  | { readonly to: "keep"; readonly id: number; readonly task: KeeperTask }
  | { readonly to: "begin"; readonly beginning: Beginning }
  | { readonly to: "restore"; readonly restoring: Restoring };

export type FromKeeper =
  | {
      readonly from: "kept";
      readonly id: number;
      readonly answer: KeeperAnswer;
    }
  | { readonly from: "begun"; readonly fault: BeginFault | undefined };

export interface ConnectedKeeper {
  readonly keep: (task: KeeperTask) => Promise<KeeperAnswer>;
  /** Resolves with nothing where it worked: the state of the engine tells the rest. */
  readonly begin: (
    message: Exclude<ToKeeper, { to: "keep" }>,
  ) => Promise<BeginFault | undefined>;
  readonly receive: (message: FromKeeper) => void;
  readonly end: () => void;
}

const ENDED: KeeperAnswer = { ok: false, fault: "ended" };
const NOT_BEGUN: BeginFault = { kind: "storage-failed" };

/** The page's end. Whatever still waits when the worker ends has failed, as far as anybody knows. */
export function connectKeeper(
  post: (message: ToKeeper) => void,
): ConnectedKeeper {
  const waiting = new Map<number, (answer: KeeperAnswer) => void>();
  let beginning: ((fault: BeginFault | undefined) => void) | undefined;
  let nextId = 1;
  let isOpen = true;
  return {
    keep: (task) =>
      new Promise((resolve) => {
        if (!isOpen) {
          resolve(ENDED);
          return;
        }
        const id = nextId++;
        waiting.set(id, resolve);
        post({ to: "keep", id, task });
      }),
    begin: (message) =>
      new Promise((resolve) => {
        if (!isOpen || beginning !== undefined) {
          resolve(NOT_BEGUN);
          return;
        }
        beginning = resolve;
        post(message);
      }),
    receive: (message) => {
      if (message.from === "begun") {
        beginning?.(message.fault);
        beginning = undefined;
        return;
      }
      waiting.get(message.id)?.(message.answer);
      waiting.delete(message.id);
    },
    end: () => {
      isOpen = false;
      for (const resolve of waiting.values()) resolve(ENDED);
      beginning?.(NOT_BEGUN);
      waiting.clear();
      beginning = undefined;
    },
  };
}
