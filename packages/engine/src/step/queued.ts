/** What came from a relay and waits to be worked on. */

export interface QueuedEntry {
  readonly seq: number;
  readonly body: Uint8Array;
}

export interface InboxMessageIn {
  readonly seq: number;
  readonly body: Uint8Array;
}
