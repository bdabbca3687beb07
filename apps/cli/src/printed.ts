// What `halqa` prints: objects, as lines of JSON or as text for people (text/). Every field is in docs/cli.md.

import type {
  Alarm,
  CircleRelayView,
  CircleSummary,
  InviteView,
  LinkingView,
  MemberView,
  MoveView,
  PetitionView,
  RemovalView,
  RepairRequestView,
  RequestView,
  SettingsView,
  TimelineItem,
} from "@halqa/engine";
import type { Failure } from "./outcome.ts";

/** Every object but those about a device or a file says which circle it is about. */
type In<T> = T & { readonly circle: string };

export type Printed =
  | { readonly type: "profile"; readonly name: string; readonly relay: string }
  | ({ readonly type: "circle" } & CircleSummary)
  | ({ readonly type: "settings" } & In<SettingsView>)
  | ({ readonly type: "member" } & In<MemberView>)
  /** Removed, and may come back. */
  | ({ readonly type: "held" } & In<{ readonly member: string }>)
  /** The newest removal, and whether the others have followed it. */
  | ({ readonly type: "removal" } & In<RemovalView>)
  | ({ readonly type: "petition" } & In<PetitionView>)
  | ({ readonly type: "request" } & In<RequestView>)
  | ({ readonly type: "invite" } & In<
      InviteView & {
        /** The link as people pass it on: the app at the relay's address. */
        readonly url: string;
      }
    >)
  | {
      readonly type: "invite-details";
      readonly circle: string;
      readonly circleName: string;
      readonly inviterName: string;
      readonly relays: readonly string[];
      readonly expires: number;
      readonly auto: boolean;
    }
  | ({ readonly type: "join-code" } & In<{ readonly code: string }>)
  | ({ readonly type: "safety" } & In<{
      readonly member: string;
      readonly name: string;
      readonly verified: boolean;
      readonly number: string;
      readonly code: string;
    }>)
  | ({ readonly type: "item" } & In<{ readonly id: string }>)
  | ({ readonly type: "timeline" } & In<TimelineItem>)
  | ({ readonly type: "alarm" } & In<Alarm>)
  | ({ readonly type: "repair-request" } & In<RepairRequestView>)
  | ({ readonly type: "linking" } & LinkingView)
  | ({ readonly type: "relay" } & In<CircleRelayView>)
  | ({ readonly type: "move" } & In<MoveView>)
  | ({ readonly type: "bundle" } & In<{
      readonly file: string;
      readonly bytes: number;
    }>)
  | {
      readonly type: "words";
      readonly words: string;
      readonly use: "passphrase" | "recovery";
    }
  | {
      readonly type: "backup";
      readonly file: string;
      readonly bytes: number;
      /** Only when they were made now. */
      readonly words?: string;
    }
  | {
      readonly type: "restored";
      readonly circles: number;
      readonly items: number;
    }
  | ({ readonly type: "exported" } & In<{
      readonly file: string;
      readonly items: number;
      readonly warning: string;
    }>)
  | ({ readonly type: "file" } & In<{
      readonly id: string;
      readonly file: string;
      readonly bytes: number;
    }>)
  | ({ readonly type: "charter" } & In<{ readonly text: string }>)
  | { readonly type: "done" }
  | {
      readonly type: "error";
      readonly error: Failure["error"];
      readonly sentence: string;
    };

/** One object on one line. */
export function printJson(printed: Printed): string {
  return JSON.stringify(printed);
}
