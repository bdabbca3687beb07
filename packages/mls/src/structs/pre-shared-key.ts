/** PreSharedKeyID (RFC 9420, 8.4): names a pre-shared key; the key itself never travels. */
import {
  encode,
  failReader,
  readU64,
  readU8,
  readVector,
  writeU64,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";

export type ResumptionUsage = "application" | "reinit" | "branch";

export type PreSharedKeyId =
  | {
      readonly kind: "external";
      readonly pskId: Uint8Array;
      readonly nonce: Uint8Array;
    }
  | {
      readonly kind: "resumption";
      readonly usage: ResumptionUsage;
      readonly pskGroupId: Uint8Array;
      readonly pskEpoch: bigint;
      readonly nonce: Uint8Array;
    };

const USAGES: readonly ResumptionUsage[] = ["application", "reinit", "branch"];

export function readPreSharedKeyId(r: Reader): PreSharedKeyId {
  switch (readU8(r)) {
    case 1:
      return { kind: "external", pskId: readVector(r), nonce: readVector(r) };
    case 2:
      return {
        kind: "resumption",
        usage: readUsage(r),
        pskGroupId: readVector(r),
        pskEpoch: readU64(r),
        nonce: readVector(r),
      };
    default:
      failReader(r, "invalid");
      return { kind: "external", pskId: readVector(r), nonce: readVector(r) };
  }
}

export function writePreSharedKeyId(w: Writer, x: PreSharedKeyId): void {
  switch (x.kind) {
    case "external":
      writeU8(w, 1);
      writeVector(w, x.pskId);
      break;
    case "resumption":
      writeU8(w, 2);
      writeU8(w, USAGES.indexOf(x.usage) + 1);
      writeVector(w, x.pskGroupId);
      writeU64(w, x.pskEpoch);
  }
  writeVector(w, x.nonce);
}

export function encodePreSharedKeyId(x: PreSharedKeyId): Uint8Array {
  return encode((w) => writePreSharedKeyId(w, x));
}

function readUsage(r: Reader): ResumptionUsage {
  const usage = USAGES[readU8(r) - 1];
  if (usage === undefined) failReader(r, "invalid");
  return usage ?? "application";
}
