/**
 * What is kept while two devices of a person are being linked (docs/spec/linking.md): one session at a time on each device, with an
 * inbox of its own. It is short-lived; what comes of it stands in the circles.
 */
import type { KeyPair } from "@halqa/crypto";
import type { DeviceLink } from "../circle/device-link.ts";
import type { LinkRole } from "../circle/link-box.ts";
import type { ListedCircle } from "../circle/link-lists.ts";
import type { Delivery, OwnInbox } from "./mail.ts";

/** Stands where other inboxes and deliveries name their circle: no circle's id is so short. */
export const LINKING = "linking";

export type Linking = NewDevice | ExistingDevice | EndedLinking;

interface Session {
  readonly link: DeviceLink;
  /** Ours, for this session alone. */
  readonly inbox: OwnInbox;
  readonly sealing: KeyPair;
  readonly nonce: Uint8Array;
  /** Of the other device: undefined until its half of the code is here. */
  readonly peerNonce: Uint8Array | undefined;
  /** Our person has compared the digits. */
  readonly isConfirmed: boolean;
  /** Messages that we have made, and taken. */
  readonly sent: number;
  readonly taken: number;
  /** Boxes on their way, in their order; one leaves when the one before has arrived. */
  readonly out: readonly Delivery[];
  /** After it the session is over, milliseconds. */
  readonly until: number;
}

/** Without circles, and without the member's seed for those that it gets. */
export interface NewDevice extends Session {
  readonly role: "new";
  /** Of whoever offered first. */
  readonly peer:
    | { readonly sendId: Uint8Array; readonly sealingKey: Uint8Array }
    | undefined;
  /** Circles of the list that came last, with keys whose certificates are not here yet. */
  readonly coming: readonly ComingCircle[];
  /** Circles that were asked for. */
  readonly count: number;
}

export interface ComingCircle {
  readonly listed: ListedCircle;
  readonly signatureSeed: Uint8Array;
  readonly inbox: OwnInbox;
}

/** The device that is there already. */
export interface ExistingDevice extends Session {
  readonly role: "existing";
  readonly isPeerReady: boolean;
  /** Of the new device, in all circles. */
  readonly deviceNo: number;
  /** Circles that are still to be listed, by their ids. */
  readonly todo: readonly string[];
  /** Those that are listed, with the keys that were certified; their KeyPackages are not here yet. */
  readonly listed: readonly GivenCircle[];
  /** Whether the list was answered by keys, which are certified once. */
  readonly isCertified: boolean;
  /** Circles that the new device was let into, as far as this device can. */
  readonly count: number;
}

export interface GivenCircle {
  readonly circle: string;
  readonly signatureKey: Uint8Array | undefined;
}

export type LinkEnd =
  | "done"
  | "cancelled"
  /** Its time was over. */
  | "expired"
  /** The other device said something that it may not. */
  | "failed";

export interface EndedLinking {
  readonly role: LinkRole;
  readonly end: LinkEnd;
  readonly count: number;
  readonly out: readonly Delivery[];
}

/** The session, while there is one. */
export function activeLinking(
  linking: Linking | undefined,
): NewDevice | ExistingDevice | undefined {
  return linking === undefined || "end" in linking ? undefined : linking;
}
