/** What an interface can ask of the engine, and what it is told (docs/spec/views.md). */
import type { FileCommand } from "./file-command.ts";
import type { StewardCommand } from "./steward-command.ts";
import type { ActCommand, MentionOf, PostCommand } from "./item-command.ts";
import type { RelayCommand } from "./relay-command.ts";
import type { Answer, NoticeTime, Query, TimelineItem, View } from "./view.ts";

/** Words looked for in a circle's list. Nothing is changed by it. */
export interface SearchCommand {
  readonly command: "search";
  readonly circle: string;
  readonly text: string;
  /** At most 100 hits. */
  readonly limit: number;
  /** Older ones than this ordinal only: `next` of the answer before. */
  readonly before?: number;
}

export type Command =
  | SearchCommand
  | ActCommand
  | PostCommand
  | RelayCommand
  | FileCommand
  | StewardCommand
  | { readonly command: "set-profile"; readonly name: string }
  | {
      readonly command: "found-circle";
      readonly name: string;
      /** `direct`: of two people, both stewards. A circle is it for ever, or never. */
      readonly kind?: "circle" | "direct";
      /** How the others see the founder in this circle. */
      readonly memberName: string;
    }
  | {
      readonly command: "create-invite";
      readonly circle: string;
      readonly maxUses: number;
      readonly days: number;
      /** Any member lets in who asks by it, without asking anybody. */
      readonly auto?: boolean;
    }
  /** Nobody is let in by it any more. */
  | {
      readonly command: "revoke-invite";
      readonly circle: string;
      readonly invite: string;
    }
  | { readonly command: "inspect-invite"; readonly link: string }
  | {
      readonly command: "request-join";
      readonly link: string;
      readonly memberName: string;
    }
  /** Both this person and who asks are to see a code, which they read to each other. */
  | {
      readonly command: "check-request";
      readonly circle: string;
      readonly request: string;
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
      readonly mentions?: readonly MentionOf[];
      /** Files that were added, in their order; the text may then be empty. */
      readonly attachments?: readonly string[];
      /** The person took the text over from elsewhere. */
      readonly forwarded?: boolean;
      /** It is the circle's draft, which ends with it in one transaction. */
      readonly fromDraft?: boolean;
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
      /** Interfaces show counts and no names; every device has them all the same. */
      readonly hideNames?: boolean;
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
      readonly command:
        | "promote"
        | "demote"
        | "make-reader"
        | "make-member"
        /** Removes the member, who stays known and comes back only when a steward lets them. */
        | "hold"
        | "let-return"
        /** Asks the members to make this one a steward, where no steward does. */
        | "ask-promotion"
        | "approve-promotion";
      readonly circle: string;
      readonly member: string;
    }
  | {
      readonly command: "rename-circle";
      readonly circle: string;
      readonly name: string;
    }
  | {
      readonly command: "change-settings";
      readonly circle: string;
      readonly posting?: "everyone" | "stewards";
      readonly adding?: "everyone" | "stewards";
      readonly pinning?: "everyone" | "stewards";
      /** Minutes from sending, 0: messages stay. */
      readonly disappearing?: number;
    }
  | {
      readonly command: "remove-picture" | "remove-charter" | "close-circle";
      readonly circle: string;
    }
  | {
      readonly command: "leave-circle";
      readonly circle: string;
      /** Whom a sole steward makes a steward before. */
      readonly successor?: string;
    }
  /** This device asks to be linked with one that the person has: its link is shown there. */
  | { readonly command: "start-linking" }
  /** Offers to link the device whose link was read. */
  | { readonly command: "link-device"; readonly link: string }
  /** The six digits are the same on both devices; nothing is granted or taken before. */
  | { readonly command: "confirm-linking" }
  /** Ends it; one that has ended is shown no more. */
  | { readonly command: "cancel-linking" }
  | {
      readonly command: "remove-device";
      /** As `DeviceView.device`; in every circle where the person has it, when none is named. */
      readonly device: number;
      readonly circle?: string;
      /** Of a member who is not this person; a steward's. */
      readonly member?: string;
    }
  /** The number that this person and the member compare, and the code that one shows the other's camera. */
  | {
      readonly command: "safety-number";
      readonly circle: string;
      readonly member: string;
    }
  /** A code that was read from the other's screen: marks the member as verified, or takes the mark away. */
  | {
      readonly command: "compare-safety";
      readonly circle: string;
      readonly member: string;
      readonly code: string;
    }
  | {
      readonly command: "mark-verified";
      readonly circle: string;
      readonly member: string;
      readonly verified: boolean;
    }
  | {
      readonly command: "keep-draft";
      readonly circle: string;
      /** As it was typed; without text and reply there is no draft any more. */
      readonly text: string;
      readonly replyTo?: string;
      /** Members who were chosen by name while it was written. */
      readonly named?: readonly string[];
    }
  | {
      readonly command: "mark-read";
      readonly circle: string;
      readonly to: number;
    }
  /** A person has seen the alarm, which is told no more. */
  | {
      readonly command: "acknowledge-alarm";
      readonly circle: string;
      readonly alarm: string;
    }
  /** Does what is due from time to time now: for a device that is not there for long. */
  | { readonly command: "keep-up"; readonly circle: string }
  /** Asks the stewards to let this device in again: where it is halted, its log is gone, or it comes out of a backup. */
  | { readonly command: "repair"; readonly circle: string }
  /** Builds the circle anew, where no steward's device can follow it any more; the others come by themselves. */
  | { readonly command: "rebuild"; readonly circle: string }
  /** Decides on a device that asks for that, after a look at who it is. */
  | {
      readonly command: "approve-repair" | "decline-repair";
      readonly circle: string;
      readonly request: string;
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
  | "unknown-invite"
  | "not-a-steward"
  /** Only its author may, or with things of all a steward, or whom the circle lets. */
  | "not-allowed"
  | "poll-closed"
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
  /** Readers do not post, and in a circle for announcements only stewards do. */
  | "read-only"
  /** The circle was closed. */
  | "closed"
  /** It is so already, or is under way. */
  | "nothing-to-do"
  /** A direct circle has two people, both stewards. */
  | "direct-circle"
  | "unknown-device"
  | "bad-link"
  | "expired-link"
  /** A linking session is under way here. */
  | "already-linking"
  /** No circle here into which this device can take another one. */
  | "nothing-to-link"
  /** No address or key of a relay, or another key than the pinned one. */
  | "bad-relay"
  /** A circle needs a relay. */
  | "last-relay"
  /** This device stands elsewhere than where the move leaves the log. */
  | "not-there"
  /** This device gave its word for another move of the same term, which comes first. */
  | "already-moving"
  /** Damaged, too large, or no bundle. */
  | "bad-bundle"
  /** Of no circle that this device is in, or of a log that it has not come to. */
  | "unknown-bundle"
  /** Somebody has a copy of this linked device: it is removed by another one, and linked anew. */
  | "link-anew"
  /** No relay is known to found a circle at. */
  | "no-relay"
  /** The outbox of the circle, or what waits to be done, holds its maximum. */
  | "outbox-full"
  /** No such file of a message, or none that was added. */
  | "unknown-file"
  /** Empty, over its bound, or with a name, type or thumbnail that breaks a rule. */
  | "bad-file"
  /** The file was not fetched yet. */
  | "not-here"
  /** What the message or the circle names is no file, or what came is another one. */
  | "damaged-file"
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
  | { readonly kind: "move"; readonly move: string }
  | { readonly kind: "bundle"; readonly bundle: Uint8Array }
  | { readonly kind: "attachment"; readonly attachment: string }
  | {
      readonly kind: "attachment-state";
      readonly state: "here" | "coming";
    }
  | { readonly kind: "file"; readonly bytes: Uint8Array }
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "found";
      /** Newest first. */
      readonly items: readonly TimelineItem[];
      /** Where the search goes on; absent where nothing older is left. */
      readonly next?: number;
    }
  | {
      readonly kind: "safety-number";
      /** Thirty digits in six groups. */
      readonly number: string;
      readonly code: string;
    }
  | { readonly kind: "device-link"; readonly link: string }
  | { readonly kind: "compared"; readonly same: boolean }
  | {
      readonly kind: "invite-details";
      readonly circle: string;
      /** As the invite's maker wrote them: they prove nothing. */
      readonly circleName: string;
      readonly inviterName: string;
      readonly relays: readonly string[];
      readonly expires: number;
      /** Whoever asks is let in without anybody being asked. */
      readonly auto: boolean;
    };

/** The one way an interface talks to an engine: the worker's port, the command line's process and tests all give this. */
export interface EngineClient {
  /** Resolves with the reply; rejects only when the engine stopped or crashed. */
  run: (command: Command) => Promise<CommandReply>;
  /** Calls back with the view at once when it is known, then on each change; the answer ends it. */
  watch: (query: Query, onView: (view: View) => void) => () => void;
}
