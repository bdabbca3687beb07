/**
 * Jobs: the only things that change what is stored. The lane runs one at a time; a job may ask for records first, and ends
 * with the next durable state, which is written in one transaction and adopted when the store has it (EN-11, EN-12).
 */
import type { RecordRef, Write } from "../ports/store.ts";
import type { ProposedMove } from "../circle/relay-move.ts";
import type { Command, SearchCommand } from "../views/command.ts";
import type { Durable, StoredAlarm } from "./durable.ts";
import type { ExpireJob } from "./expiry/expire-stage.ts";
import type { FileFailure } from "./files/stored-file.ts";
import type { After } from "./job-after.ts";
import type { BootStage, EntriesStage, WindowStage } from "./job-stage.ts";
import type { InboxMessageIn, QueuedEntry } from "./queued.ts";
import type { IndexJob, SearchJob } from "./search/search-stage.ts";

export type Job =
  | { readonly job: "boot"; readonly stage: BootStage }
  | {
      readonly job: "command";
      readonly id: number;
      readonly command: Exclude<Command, SearchCommand>;
      /** `target`: whether the item that the command is about is there has been asked for. */
      readonly stage: "start" | "target";
    }
  | SearchJob
  | IndexJob
  | { readonly job: "note"; readonly note: Note }
  | {
      readonly job: "window";
      readonly circle: string;
      readonly stage: WindowStage;
    }
  | {
      readonly job: "entries";
      readonly circle: string;
      readonly logId: Uint8Array;
      readonly entries: readonly QueuedEntry[];
      readonly stage: EntriesStage;
    }
  | {
      readonly job: "message";
      readonly inbox: string;
      readonly message: InboxMessageIn;
    }
  /** The next meeting of a circle, for the list. */
  | {
      readonly job: "brief";
      readonly circle: string;
      readonly ordinal: number;
    }
  /** The items of a circle that was forgotten, from the last to the first. */
  | { readonly job: "erase"; readonly stage: "start" | "items" }
  /** The parts of a blob that is to be sent. */
  | {
      readonly job: "parts";
      readonly circle: string;
      readonly file: string;
      readonly blob: number;
      readonly stage: "start" | "parts";
    }
  | ExpireJob
  /** Counts moves to another relay, and follows the one that counts. */
  | { readonly job: "move"; readonly circle: string }
  /** What newcomers miss is passed on by this steward. */
  | {
      readonly job: "share";
      readonly circle: string;
      readonly stage: "start" | "items";
    }
  /** Seals what waits and plans the next act. */
  | { readonly job: "tend"; readonly circle: string };

/** What became of the transfer of a file. */
export type TransferDone =
  | { readonly end: "sent"; readonly blob: number }
  | {
      readonly end: "came";
      readonly blob: number;
      readonly parts: readonly Uint8Array[];
    }
  | { readonly end: "failed"; readonly why: FileFailure }
  /** The relay has had it for so long that it is to get it again. */
  | { readonly end: "old" };

/** Something that a relay said and that has to be remembered. */
export type Note =
  | {
      readonly note: "transfer";
      readonly circle: string;
      readonly file: string;
      readonly done: TransferDone;
    }
  /** The founder's log is at the relay. */
  | { readonly note: "founded"; readonly circle: string }
  /** The request that names this inbox of ours. */
  | {
      readonly note: "request-sent";
      readonly circle: string;
      readonly inbox: string;
    }
  | {
      readonly note: "tree-fetched";
      readonly circle: string;
      readonly parts: readonly Uint8Array[];
    }
  | {
      readonly note: "delivered";
      readonly circle: string;
      readonly delivery: string;
    }
  | {
      readonly note: "acknowledged";
      readonly circle: string;
      readonly inbox: string;
      readonly seq: number;
    }
  /** The time of a linking session is over; it is no circle's. */
  | { readonly note: "linking-over"; readonly circle: string }
  /** Somebody's words for a move to another relay. */
  | {
      readonly note: "move";
      readonly circle: string;
      readonly proposed: ProposedMove;
    }
  /** The wait before a request for repair is over. */
  | { readonly note: "ask-repair"; readonly circle: string }
  /** Something about who is there is due by the clock. */
  | { readonly note: "watch"; readonly circle: string }
  /** The log opened, or what comes next in it came: alarms about its being gone are over. */
  | {
      readonly note: "log-there";
      readonly circle: string;
      readonly isRead: boolean;
    }
  | {
      readonly note: "alarm";
      readonly circle: string;
      readonly alarm: StoredAlarm;
      /** Of which log it is said, where it is only of that one. */
      readonly logId?: Uint8Array | undefined;
    };

export interface JobDone {
  readonly step: "done";
  readonly durable: Durable;
  /** Beside what changed in `durable`: items and their index. */
  readonly writes: readonly Write[];
  /** Once it is stored. */
  readonly after: readonly After[];
}

export type RunningJob =
  | {
      readonly phase: "reading";
      readonly tag: number;
      readonly job: Job;
      readonly refs: readonly RecordRef[];
    }
  | {
      readonly phase: "committing";
      readonly tag: number;
      readonly job: Job;
      readonly done: JobDone;
    };

export function refKey({ store, id }: RecordRef): string {
  return `${store}/${id}`;
}
