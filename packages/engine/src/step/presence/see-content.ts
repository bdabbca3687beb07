/** What contents tell about newcomers (docs/spec/presence.md, PR-31; docs/spec/engine.md, EN-161). */
import { encodeBase64url } from "@halqa/bytes";
import type { MemberRef } from "../../circle/circle.ts";
import type { Heard } from "../../circle/entry-outcome.ts";
import { hasKey } from "../../circle/key-set.ts";
import type { CircleRecord } from "../durable.ts";
import type { StepEnv } from "../env.ts";
import { leafAt } from "./presence.ts";
import { sharedByOther } from "./share-time.ts";

/** EN-161: a device whose first words these are, and that this one let in. */
export function noteAdopted(
  env: StepEnv,
  batch: { readonly record: CircleRecord; readonly adopted: Set<string> },
  { leaf }: Heard,
): void {
  const { circle, presence } = batch.record;
  if (circle === undefined || presence === undefined) return;
  if (leafAt(presence, leaf)?.state !== "added-by-us") return;
  const node = env.mls.leafAt(circle.mls.tree, leaf);
  if (node !== undefined) batch.adopted.add(encodeBase64url(node.signatureKey));
}

/** PR-31: somebody else passes on to newcomers what they miss. */
export function seeShare(
  env: StepEnv,
  record: CircleRecord,
  { memberKey }: MemberRef,
): CircleRecord {
  const { circle, presence } = record;
  if (circle === undefined || presence === undefined) return record;
  return hasKey(circle.info.stewards, memberKey)
    ? { ...record, presence: sharedByOther(env, presence) }
    : record;
}
