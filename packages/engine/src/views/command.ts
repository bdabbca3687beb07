/** What an interface can ask of the engine, and what it is told (docs/spec/views.md). */
import type { Answer, NoticeTime, Query, View } from "./view.ts";

export type Command =
  | { readonly command: "set-profile"; readonly name: string }
  | {
      readonly command: "found-circle";
      readonly name: string;
      /** How the others see the founder in this circle. */
      readonly memberName: string;
    }
  | {
      readonly command: "create-invite";
      readonly circle: string;
      readonly maxUses: number;
      readonly days: number;
    }
  | { readonly command: "inspect-invite"; readonly link: string }
  | {
      readonly command: "request-join";
      readonly link: string;
      readonly memberName: string;
    }
  | {
      readonly command: "approve" | "decline";
      readonly circle: string;
      readonly request: string;
    }
  | {
      readonly command: "send";
      readonly circle: string;
      readonly text: string;
      readonly replyTo?: string;
    }
  | {
      readonly command: "react";
      readonly circle: string;
      readonly target: string;
      /** Empty: take the own reaction back. */
      readonly emoji: string;
    }
  | {
      readonly command: "post-notice";
      readonly circle: string;
      readonly title: string;
      readonly when: NoticeTime;
      readonly place: string;
      readonly agenda: string;
    }
  | {
      readonly command: "rsvp";
      readonly circle: string;
      readonly notice: string;
      readonly answer: Answer;
    }
  | {
      readonly command: "remove-member";
      readonly circle: string;
      readonly member: string;
    }
  | {
      readonly command: "mark-read";
      readonly circle: string;
      readonly to: number;
    }
  /** Takes a failed or queued item out of the outbox, or tries it again. */
  | {
      readonly command: "discard" | "retry";
      readonly circle: string;
      readonly id: string;
    }
  /** Takes a circle off the list that one is not in any more (removed, declined, halted), or gives up waiting. */
  | { readonly command: "forget-circle"; readonly circle: string };

export type CommandFault =
  | "no-profile"
  | "unknown-circle"
  | "unknown-item"
  | "unknown-member"
  | "unknown-request"
  | "not-a-steward"
  | "not-a-member"
  /** Text, name or title is empty or longer than the limit in docs/spec/content.md. */
  | "bad-text"
  | "bad-time"
  /** Out of its range, or the device or the circle holds as many of them as it may. */
  | "bad-number"
  | "bad-invite"
  | "expired-invite"
  | "already-in"
  | "last-steward"
  /** No relay is known to found a circle at. */
  | "no-relay"
  /** The outbox of the circle, or what waits to be done, holds its maximum. */
  | "outbox-full"
  | "storage-failed";

/** Given once the act is stored on this device (not: once the relay or the others have it, which views tell). */
export type CommandReply =
  | { readonly ok: true; readonly value: CommandValue }
  | { readonly ok: false; readonly error: CommandFault };

export type CommandValue =
  | { readonly kind: "done" }
  | { readonly kind: "circle"; readonly circle: string }
  | { readonly kind: "invite"; readonly invite: string }
  | { readonly kind: "item"; readonly id: string }
  | {
      readonly kind: "invite-details";
      readonly circle: string;
      /** As the invite's maker wrote them: they prove nothing. */
      readonly circleName: string;
      readonly inviterName: string;
      readonly relays: readonly string[];
      readonly expires: number;
    };

/** The one way an interface talks to an engine: the worker's port, the command line's process and tests all give this. */
export interface EngineClient {
  /** Resolves with the reply; rejects only when the engine stopped or crashed. */
  run: (command: Command) => Promise<CommandReply>;
  /** Calls back with the view at once when it is known, then on each change; the answer ends it. */
  watch: (query: Query, onView: (view: View) => void) => () => void;
}
