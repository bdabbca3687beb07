/** Inboxes that this device reads, and what it brings to those of others, as they are stored. */
import type { RelayRecord } from "../circle/relay-record.ts";

export interface OwnInbox {
  readonly relay: RelayRecord;
  readonly owner: InboxOwner;
  readonly sendId: Uint8Array;
}

/** Who may read an inbox, and the name that follows from that key. */
export interface InboxOwner {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly inboxId: Uint8Array;
  /** The inbox id as text. */
  readonly key: string;
}

/** Welcomes on their way: first the tree's parts, then the boxes. */
export interface Delivery {
  readonly id: string;
  readonly relay: RelayRecord;
  readonly parts: readonly Uint8Array[];
  readonly boxes: readonly DeliveryBox[];
}

export interface DeliveryBox {
  readonly sendId: Uint8Array;
  readonly box: Uint8Array;
  /** Signs that a member sends it (EN-146); undefined from whoever is none. */
  readonly memberSeed?: Uint8Array | undefined;
}
