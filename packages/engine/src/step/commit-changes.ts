/** What a commit set in the circle, for the list (docs/spec/engine.md, EN-160): who is called what, and what holds from here on. */
import { equalBytes } from "@halqa/bytes";
import type { Change } from "@halqa/model";
import type { BlobReference } from "../circle/blob-reference.ts";
import type { CircleInfo } from "../circle/circle-info.ts";
import type { CircleEnv, MemberRef } from "../circle/circle.ts";
import type { EntryOutcome } from "../circle/entry-outcome.ts";
import { hasKey } from "../circle/key-set.ts";
import { roleOf } from "../circle/roles.ts";
import type { Role } from "../circle/roles.ts";
import { membersOf } from "../circle/roster.ts";

type Commit = Extract<EntryOutcome, { kind: "commit" }>;

export interface CommitChange {
  readonly change: Change;
  readonly who?: MemberRef | undefined;
  readonly text?: string | undefined;
}

/** In one order, so that every device gives each the same id. */
export function setBy(
  env: CircleEnv,
  { circle, commit }: Commit,
): readonly CommitChange[] {
  const { infoBefore: before } = commit;
  const { info } = circle;
  const changes: CommitChange[] = [];
  if (before.name !== info.name)
    changes.push({ change: "renamed", text: info.name });
  if (isOtherSettings(before, info)) changes.push({ change: "settings" });
  if (!isSameBlob(before.picture, info.picture))
    changes.push({ change: "picture" });
  if (!isSameBlob(before.charter, info.charter))
    changes.push({ change: "charter" });
  changes.push(...roleChanges(env, { circle, commit }));
  if (!before.isClosed && info.isClosed) changes.push({ change: "closed" });
  return changes;
}

function isOtherSettings(one: CircleInfo, other: CircleInfo): boolean {
  const { posting, adding, pinning, disappearing } = one.settings;
  const now = other.settings;
  return (
    posting !== now.posting ||
    adding !== now.adding ||
    pinning !== now.pinning ||
    disappearing !== now.disappearing
  );
}

function isSameBlob(
  one: BlobReference | undefined,
  other: BlobReference | undefined,
): boolean {
  if (one === undefined || other === undefined) return one === other;
  return equalBytes(one.blobId, other.blobId) && equalBytes(one.key, other.key);
}

/** Of those who were in before and are in now; whoever came or went has a line of their own. */
function roleChanges(
  env: CircleEnv,
  { circle, commit }: Pick<Commit, "circle" | "commit">,
): readonly CommitChange[] {
  const { infoBefore: before, added } = commit;
  const { info } = circle;
  if (isSameRoles(before, info)) return [];
  return membersOf(circle, env).flatMap(({ memberKey, name }) => {
    const isNew = added.some((one) => equalBytes(one.memberKey, memberKey));
    const change = isNew
      ? undefined
      : between(roleOf(before, memberKey), roleOf(info, memberKey));
    return change === undefined ? [] : [{ change, who: { memberKey, name } }];
  });
}

function isSameRoles(one: CircleInfo, other: CircleInfo): boolean {
  return (
    one.stewards.length === other.stewards.length &&
    one.readers.length === other.readers.length &&
    one.stewards.every((key) => hasKey(other.stewards, key)) &&
    one.readers.every((key) => hasKey(other.readers, key))
  );
}

function between(before: Role, now: Role): Change | undefined {
  if (before === now) return undefined;
  if (now === "steward") return "promoted";
  if (now === "reader") return "made-reader";
  return before === "steward" ? "demoted" : "made-member";
}
