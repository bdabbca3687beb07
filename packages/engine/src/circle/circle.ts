/**
 * One circle as a device holds it: plain data that every function of this folder takes and gives back changed
 * (docs/spec/circle.md). All keys of the circle are in here; nothing of it is ever shown as it is.
 */
import type { RandomBytes } from "@halqa/crypto";
import type { GroupState, MlsPort } from "../ports/mls.ts";
import type { CircleInfo } from "./circle-info.ts";
import type { CircleLog } from "./circle-log.ts";
import type { EpochKey } from "./epoch-key.ts";
import type { FragmentSet } from "./fragment-set.ts";
import type { InboxAddress } from "./relay-record.ts";
import type { Moved } from "./moved.ts";
import { CIRCLE_VERSION } from "./limits.ts";
import type { SealingKey } from "./sealing-keys.ts";
import type { SentCount } from "./sent-count.ts";

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

/** Whom a joiner has to hear before the circle is the one that was meant (docs/spec/invite.md, IN-48, IN-50). */
export interface Awaited {
  readonly steward: Uint8Array;
  /** Nothing but signals leaves until then; an invite with `auto` lets people write at once. */
  readonly isSilent: boolean;
}

export interface Circle {
  readonly mls: GroupState;
  /** `halqa_circle` of the current epoch. */
  readonly info: CircleInfo;
  /** Our key in this circle. */
  readonly memberKey: Uint8Array;
  /** Of our leaf, newest first; the older ones only open what was sealed before they were replaced. */
  readonly sealingKeys: readonly SealingKey[];
  /** The log that counts now, and what we have seen of it. */
  readonly log: CircleLog;
  /** Of the current epoch and of up to three before it, newest first. */
  readonly epochKeys: readonly EpochKey[];
  /** Commits of this epoch that come in several entries, as far as they have come. */
  readonly fragments: readonly FragmentSet[];
  /** How many messages of ours have a number in this epoch. */
  readonly sent: SentCount;
  /** Our inbox, where the leaf is to name another one when its keys are renewed. */
  readonly home?: InboxAddress | undefined;
  /** Where the word of many took the circle; undefined when no move did in its present term. */
  readonly moved?: Moved | undefined;
  /** The steward whom the invite named, until a message of that steward opened here; undefined once it did, and for the founder. */
  readonly awaits: Awaited | undefined;
}

/** The circle asks for a newer version of this program: it is neither read nor written. */
export function isPaused({ info }: Pick<Circle, "info">): boolean {
  return info.minVersion > CIRCLE_VERSION;
}
