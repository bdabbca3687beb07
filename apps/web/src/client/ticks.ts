// What a person has ticked off on this device, in the order in which the vault keeps it (docs/spec/app.md, AP-90): new ones
// go to the end, and none changes its place.

export const TICKS = [
  "phone-lock",
  "lock-decided",
  "words-on-paper",
  "backup-elsewhere",
  "people-checked",
  "relay-known",
  "border-decided",
  "limits-read",
  /** The offer to install was turned down; it stays on the page about oneself. */
  "no-install-offer",
] as const;

export type Tick = (typeof TICKS)[number];
