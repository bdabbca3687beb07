/**
 * What the machine hears and what it asks for (docs/spec/engine.md). All of it is plain data: an event tells what
 * happened outside, an effect is a request that the driver carries out. The machine itself reads no disk, no socket and
 * no clock (EN-1).
 */
import type { Command, CommandReply } from "../views/command.ts";
import type { Query, View } from "../views/view.ts";
import type { RecordRef, Write } from "../ports/store.ts";

export type EngineEvent =
  /** First of all, once. */
  | { readonly type: "start" }
  /** The answer to a read, in the order that was asked for. */
  | {
      readonly type: "records";
      readonly tag: number;
      readonly values: readonly (Uint8Array | undefined)[];
    }
  | { readonly type: "committed"; readonly tag: number }
  /** A read or a commit could not be done, and nothing was written. */
  | { readonly type: "store-failed"; readonly tag: number }
  | { readonly type: "socket-open"; readonly conn: number }
  | {
      readonly type: "frame";
      readonly conn: number;
      readonly frame: Uint8Array;
    }
  | { readonly type: "socket-closed"; readonly conn: number }
  | { readonly type: "timer"; readonly id: string }
  | { readonly type: "command"; readonly id: number; readonly command: Command }
  | { readonly type: "watch"; readonly id: number; readonly query: Query }
  | { readonly type: "unwatch"; readonly id: number };

export type Effect =
  | {
      readonly type: "read";
      readonly tag: number;
      readonly refs: readonly RecordRef[];
    }
  | {
      readonly type: "commit";
      readonly tag: number;
      readonly writes: readonly Write[];
    }
  | { readonly type: "connect"; readonly conn: number; readonly url: string }
  | {
      readonly type: "send";
      readonly conn: number;
      readonly frame: Uint8Array;
    }
  /** No event of this connection is wanted any more, not even that it closed. */
  | { readonly type: "disconnect"; readonly conn: number }
  /** Replaces a timer of the same name. */
  | {
      readonly type: "timer";
      readonly id: string;
      readonly afterMs: number;
    }
  | { readonly type: "cancel-timer"; readonly id: string }
  | {
      readonly type: "reply";
      readonly id: number;
      readonly reply: CommandReply;
    }
  | { readonly type: "view"; readonly id: number; readonly view: View };
