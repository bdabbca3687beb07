/** What follows a transaction (docs/spec/engine.md, EN-12). */
import type { Item } from "@halqa/model";
import type { CommandReply } from "../views/command.ts";

/** What follows a transaction, in order. */
export type After =
  | {
      readonly after: "reply";
      readonly id: number;
      readonly reply: CommandReply;
    }
  | {
      readonly after: "items";
      readonly circle: string;
      readonly puts: readonly Item[];
    }
  | {
      readonly after: "window";
      readonly circle: string;
      readonly from: number;
      readonly items: readonly Item[];
      readonly quoted: ReadonlyMap<number, Item>;
    }
  | {
      readonly after: "brief";
      readonly circle: string;
      readonly ordinal: number;
      readonly item: Item | undefined;
    }
  | {
      readonly after: "greeted";
      readonly circle: string;
      readonly devices: readonly string[];
    }
  | { readonly after: "ack"; readonly inbox: string; readonly seq: number }
  | {
      readonly after: "parts";
      readonly circle: string;
      readonly file: string;
      readonly blob: number;
      readonly parts: readonly (Uint8Array | undefined)[];
    }
  /** The minute at which the next item disappears; undefined where none will. */
  | {
      readonly after: "expiry";
      readonly circle: string;
      readonly minute: number | undefined;
    }
  /** Of a bundle, for this run. */
  | {
      readonly after: "sections";
      readonly circle: string;
      readonly sections: readonly Uint8Array[];
    }
  | { readonly after: "booted" };
