/** How far a job that needs records has come: what it carries from one read to the next. */
import type { Item, ListEvent } from "@halqa/model";
import type { CircleRecord, Root } from "./durable.ts";
import type { After } from "./job-after.ts";

/** Records that were read, by `refKey`. */
export type Loaded = ReadonlyMap<string, Uint8Array | undefined>;

export type BootStage =
  | { readonly at: "start" }
  | { readonly at: "root" }
  | { readonly at: "circles"; readonly root: Root }
  | { readonly at: "lists"; readonly root: Root; readonly first: Loaded };

export type WindowStage =
  | { readonly at: "start" }
  | { readonly at: "items"; readonly from: number }
  | {
      readonly at: "quoted";
      readonly from: number;
      readonly items: readonly Item[];
    };

export interface OpenedBatch {
  readonly record: CircleRecord;
  readonly events: readonly ListEvent[];
  readonly after: readonly After[];
}

export type EntriesStage =
  | { readonly at: "open" }
  /** The index of every id that the batch brings or speaks of is being read. */
  | { readonly at: "index"; readonly opened: OpenedBatch }
  | {
      readonly at: "items";
      readonly opened: OpenedBatch;
      readonly index: Loaded;
      /** When the batch was looked at: what disappears is reckoned from it. */
      readonly minute: number;
    };
