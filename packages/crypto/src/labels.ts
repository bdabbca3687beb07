// Every domain-separation label of this project, in one table. docs/spec/crypto.md, "Labels".
//
// Labels stand in front of other data and are told apart by their bytes alone, so none may be the beginning of
// another; a test holds the table to that. A label is never reused and never changes its meaning.

import { encodeUtf8 } from "@halqa/bytes";

export const labels = {
  /** The MLS exporter's label for the key of a circle's envelopes. */
  envelopeKey: "halqa/v1/envelope",
  /** Opens the associated data of an envelope. */
  envelopeBody: "halqa/v1/entry",
  /** Opens the associated data of every chunk of a blob. */
  blob: "halqa/v1/blob",
  // Sealed boxes: the HPKE info says what a box is for, so that none can be passed off as another.
  joinRequestBox: "halqa/v1/box/join-request",
  welcomeBox: "halqa/v1/box/welcome",
  repairBox: "halqa/v1/box/repair",
  deviceLinkBox: "halqa/v1/box/device-link",
  bundleBox: "halqa/v1/box/bundle",
  stewardBox: "halqa/v1/box/steward",
} as const;

export type LabelName = keyof typeof labels;

/** The purposes a sealed box can have. */
export type BoxLabelName = Extract<LabelName, `${string}Box`>;

const encoded = new Map<LabelName, Uint8Array>();

/** A label's bytes. Shared: not to be written to. */
export function labelBytes(name: LabelName): Uint8Array {
  let bytes = encoded.get(name);
  if (bytes === undefined) {
    bytes = encodeUtf8(labels[name]);
    encoded.set(name, bytes);
  }
  return bytes;
}
