/**
 * One circle as a device holds it: plain data that every function of this folder takes and gives back changed
 * (docs/spec/circle.md). All keys of the circle are in here; nothing of it is ever shown as it is.
 */
import type { KeyPair, RandomBytes } from "@halqa/crypto";
import type { GroupState, MlsPort } from "../ports/mls.ts";
import type { CircleInfo } from "./circle-info.ts";
import type { CircleLog } from "./circle-log.ts";
import type { EpochKey } from "./epoch-key.ts";
import { CIRCLE_VERSION } from "./limits.ts";

/** What every function here may use besides its arguments. */
export interface CircleEnv {
  readonly mls: MlsPort;
  readonly random: RandomBytes;
}

/** A member as others see it: the key says who, the name is what the person says. */
export interface MemberRef {
  readonly memberKey: Uint8Array;
  readonly name: string;
}

export interface Circle {
  readonly mls: GroupState;
  /** `halqa_circle` of the current epoch. */
  readonly info: CircleInfo;
  /** Our key in this circle. */
  readonly memberKey: Uint8Array;
  /** Of our leaf, newest first; the older ones only open what was sealed before they were replaced. */
  readonly sealingKeys: readonly KeyPair[];
  /** The log that counts now, and what we have seen of it. */
  readonly log: CircleLog;
  /** Of the current epoch and of up to three before it, newest first. */
  readonly epochKeys: readonly EpochKey[];
  /** The steward whom the invite named, until a message of that steward opened here; undefined once it did, and for the founder. */
  readonly awaits: Uint8Array | undefined;
}

/** The circle asks for a newer version of this program: it is neither read nor written. */
export function isPaused({ info }: Pick<Circle, "info">): boolean {
  return info.minVersion > CIRCLE_VERSION;
}
