/** An inbox that should be open, and what for. */
import type { RelayRecord } from "../circle/relay-record.ts";
import type { InboxOwner } from "./mail.ts";

/** An inbox that should be open, and what for. */
export interface InboxSpec {
  readonly owner: InboxOwner;
  readonly relay: RelayRecord;
  readonly sendId: Uint8Array;
  readonly circle: string;
  /** Of the address by whose key members write here; undefined where there are none. */
  readonly logSeed?: Uint8Array | undefined;
  readonly purpose:
    | { readonly for: "welcome" }
    /** What members' devices write to each other beside the log. */
    | { readonly for: "members" }
    /** Another device of the person (docs/spec/linking.md). */
    | { readonly for: "linking" }
    | { readonly for: "requests"; readonly invitePub: Uint8Array };
}
