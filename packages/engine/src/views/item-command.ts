/** What a person does to items of a circle's list, and posts beside messages and notices (docs/spec/views.md, VW-20). */
import type { NoticeTime } from "./view.ts";

/** A stretch of the text that means a member, in UTF-16 units of the text as it was typed. */
export interface MentionOf {
  readonly member: string;
  readonly at: number;
  readonly length: number;
}

/** About an item that stands in the list or waits in the outbox. */
export type ActCommand =
  | {
      readonly command: "edit";
      readonly circle: string;
      readonly target: string;
      readonly text: string;
      readonly mentions?: readonly MentionOf[];
    }
  | {
      readonly command: "delete";
      readonly circle: string;
      readonly target: string;
    }
  | {
      readonly command: "hide";
      readonly circle: string;
      readonly target: string;
      /** `shown`: not hidden any more. */
      readonly reason:
        "shown" | "off-topic" | "harassment" | "spam" | "danger" | "other";
    }
  | {
      readonly command: "pin";
      readonly circle: string;
      readonly target: string;
      readonly pinned: boolean;
    }
  /** What is absent stays as it is. */
  | {
      readonly command: "update-notice";
      readonly circle: string;
      readonly target: string;
      readonly meeting: "planned" | "moved" | "cancelled";
      readonly title?: string;
      readonly when?: NoticeTime;
      readonly place?: string;
      readonly agenda?: string;
    }
  /** Options by their index; none takes the vote back. */
  | {
      readonly command: "vote";
      readonly circle: string;
      readonly target: string;
      readonly choices: readonly number[];
    }
  | {
      readonly command: "close-poll";
      readonly circle: string;
      readonly target: string;
    }
  /** What is absent stays as it is; an empty owner is nobody, a due time of 0 is none. */
  | {
      readonly command: "update-task";
      readonly circle: string;
      readonly target: string;
      readonly title?: string;
      readonly owner?: string;
      readonly due?: number;
      readonly done?: boolean;
    };

export type PostCommand =
  | {
      readonly command: "post-poll";
      readonly circle: string;
      readonly question: string;
      readonly options: readonly string[];
      readonly ballot: "single" | "several" | "ranked";
      /** When its author means to close it; only closing ends it. */
      readonly closes?: number;
      /** Interfaces show counts and no names; every device has them all the same. */
      readonly hideNames?: boolean;
    }
  | {
      readonly command: "post-task";
      readonly circle: string;
      readonly title: string;
      readonly owner?: string;
      readonly due?: number;
    }
  | {
      readonly command: "post-minutes";
      readonly circle: string;
      readonly text: string;
      readonly notice?: string;
    };
