/**
 * The log that a circle keeps at a relay that does not order (docs/spec/relays-of-a-circle.md, MV-21, MV-22; rules A5, A10). Its keys follow from
 * the seed of the address as those of the ordering log do, under a label of their own, so that nobody can connect the two.
 */
import { decode, encode, err } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { openEnvelope, sealEnvelope } from "@halqa/crypto";
import type { RandomBytes } from "@halqa/crypto";
import { logKeys } from "./address.ts";
import type { LogAddress, LogKeys } from "./address.ts";
import { deriveKey } from "./derive-key.ts";
import { readSideFrame, writeSideFrame } from "./side-frame.ts";
import type { SideFrame } from "./side-frame.ts";

/** The keys of the circle's log at a mirror; all who know the address have them. */
export function mirrorKeys(
  { addressNumber, logSeed, relayPub: orders }: LogAddress,
  relayPub: Uint8Array,
): LogKeys {
  const seed = deriveKey(logSeed, "mirrorLogSeed", orders);
  return logKeys({ addressNumber, part: 0, relayPub, logSeed: seed });
}

/** A frame as a body for a mirror's log; too large where the entry in it is one of the largest. */
export function sealSideFrame(
  { logSeed }: LogAddress,
  o: {
    readonly mirrorLogId: Uint8Array;
    readonly frame: SideFrame;
    readonly random: RandomBytes;
  },
): Result<Uint8Array, { readonly kind: "too-large" }> {
  const body = sealEnvelope({
    key: frameKey(logSeed),
    logId: o.mirrorLogId,
    message: encode((w) => writeSideFrame(w, o.frame)),
    random: o.random,
  });
  return body.ok ? body : err({ kind: "too-large" });
}

/** What a body of a mirror's log holds; undefined for noise. */
export function openSideFrame(
  { logSeed }: LogAddress,
  o: { readonly mirrorLogId: Uint8Array; readonly body: Uint8Array },
): SideFrame | undefined {
  const keys = [frameKey(logSeed)];
  const opened = openEnvelope({ keys, logId: o.mirrorLogId, body: o.body });
  if (!opened.ok) return undefined;
  const frame = decode(opened.value.message, readSideFrame);
  return frame.ok ? frame.value : undefined;
}

function frameKey(logSeed: Uint8Array): Uint8Array {
  return deriveKey(logSeed, "mirrorFrame", new Uint8Array());
}
