/**
 * Coming in again by a Welcome (docs/spec/repair.md, RP-8, RP-20): into the group that goes on without this device, or into one that was
 * built anew for the same circle. Whom to believe follows from the last epoch that this device was in.
 */
import {
  assertInvariant,
  concatBytes,
  equalBytes,
  err,
  ok,
} from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { KeyPair } from "@halqa/crypto";
import type { JoinView, OwnKeyPackage } from "../ports/mls.ts";
import { readCircle } from "./check-change.ts";
import { isPaused } from "./circle.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { epochKeyOf } from "./epoch-key.ts";
import { logOf } from "./finish-join.ts";
import { noFragments } from "./fragment-set.ts";
import { hasKey } from "./key-set.ts";
import type { LastGood } from "./last-good.ts";
import { factsOf } from "./leaf-facts.ts";
import { openPaddedBox } from "./padded-box.ts";
import { createPolicy } from "./policy.ts";
import { nothingSent } from "./sent-count.ts";
import { replaceSealingKey } from "./sealing-keys.ts";
import { openTree } from "./tree-blob.ts";
import { decodeWelcome } from "./welcome.ts";
import type { OpenedWelcome } from "./welcome.ts";

/** What a device keeps of a request of its own. */
export interface RejoinKeys {
  /** Of a group that was built anew; undefined for the one that goes on. */
  readonly groupId: Uint8Array | undefined;
  readonly own: OwnKeyPackage;
  readonly sealingKey: KeyPair;
}

export type RejoinFault =
  | { readonly kind: "tree" | "paused" }
  /** MLS or V refuses the group. */
  | { readonly kind: "refused"; readonly detail: string }
  /** It is not the group that this device asked to come into. */
  | { readonly kind: "other-group" };

/** What of an inbox is a Welcome for one of our requests. Any bytes may come. */
export function openRejoinWelcome(
  o: { readonly lastGood: LastGood; readonly keys: readonly RejoinKeys[] },
  box: Uint8Array,
): { readonly keys: RejoinKeys; readonly opened: OpenedWelcome } | undefined {
  const { memberKey, info } = o.lastGood;
  const aad = concatBytes(info.circleId, memberKey);
  for (const keys of o.keys) {
    const keyPair = keys.sealingKey;
    const opened = openPaddedBox({ label: "welcomeBox", keyPair, aad, box });
    const welcome = opened.ok ? decodeWelcome(opened.value) : opened;
    if (welcome.ok) return { keys, opened: welcome.value };
  }
  return undefined;
}

/** The circle that we are in again. Erase the requests in the transaction that stores it. */
export function rejoinCircle(
  env: CircleEnv,
  o: {
    readonly lastGood: LastGood;
    readonly keys: RejoinKeys;
    readonly opened: OpenedWelcome;
    readonly parts: readonly Uint8Array[];
    /** Milliseconds. */
    readonly now: number;
  },
): Result<Circle, RejoinFault> {
  const { mls, random } = env;
  const { lastGood, keys, opened } = o;
  const { circleId } = lastGood.info;
  const tree = openTree(opened.blob, { parts: o.parts, context: circleId });
  if (!tree.ok) return err({ kind: "tree" });
  const policy = createPolicy(mls, { circleId, log: undefined });
  const checkJoin = (view: JoinView) =>
    policy.checkJoin(view) ?? checkSigner(env, lastGood, view);
  const joined = mls.joinGroup(
    { suite: mls.suite3, random, policy: { ...policy, checkJoin } },
    { welcome: opened.welcome, own: keys.own, tree: tree.value },
  );
  if (!joined.ok) {
    const { code, detail } = joined.error;
    const text = detail === undefined ? code : `${code}: ${detail}`;
    return err({ kind: "refused", detail: text });
  }
  const { state, extensions } = joined.value;
  if (!isExpected(o, state.context)) return err({ kind: "other-group" });
  const info = readCircle(state.context.extensions, circleId);
  assertInvariant(typeof info !== "string", "V accepted the circle");
  const circle: Circle = {
    mls: state,
    info,
    memberKey: lastGood.memberKey,
    // CT-96: what was sealed to us until now is still to be opened.
    sealingKeys: replaceSealingKey(
      lastGood.sealingKeys,
      keys.sealingKey,
      o.now,
    ),
    ...logOf(info, extensions),
    epochKeys: [epochKeyOf(mls, state, info)],
    fragments: noFragments,
    sent: nothingSent,
    awaits: undefined,
  };
  return isPaused(circle) ? err({ kind: "paused" }) : ok(circle);
}

/**
 * RP-8: whoever signed it was a steward in the last epoch that we were in. Anybody could make a group of the same id and
 * name themselves its steward.
 */
function checkSigner(
  { mls }: CircleEnv,
  { info }: LastGood,
  { group, signer }: JoinView,
): string | undefined {
  const node = mls.leafAt(group.tree, signer);
  const facts = node && factsOf(node);
  return facts !== undefined &&
    hasKey(info.stewards, facts.credential.memberKey)
    ? undefined
    : "welcome-by-another";
}

function isExpected(
  o: { readonly lastGood: LastGood; readonly keys: RejoinKeys },
  context: { readonly groupId: Uint8Array; readonly epoch: bigint },
): boolean {
  const { lastGood, keys } = o;
  if (keys.groupId !== undefined)
    return equalBytes(context.groupId, keys.groupId);
  return (
    equalBytes(context.groupId, lastGood.groupId) &&
    context.epoch > lastGood.epoch
  );
}
