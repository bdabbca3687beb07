/**
 * What a commit must have done, worked out from the request, the proposals seen and the RFC's rules for leaves (7.7, 7.8,
 * 12.3), never from a member's tree.
 */
import type { CommitPlan } from "./commit-plans.ts";
import type { ByReference, Committed } from "./member.ts";
import { demand } from "./world.ts";
import type { Proposed, World } from "./world.ts";

/**
 * Leaves after a commit: removals first, then each add takes the leftmost blank leaf or extends the tree to the
 * right; then the tree is halved while its right half is empty.
 */
export function applyToSlots(
  slots: readonly (string | undefined)[],
  committed: readonly Committed[],
): (string | undefined)[] {
  const after = [...slots];
  for (const entry of committed) {
    if (entry.kind === "remove") after[entry.leaf] = undefined;
  }
  for (const entry of committed) {
    if (entry.kind !== "add") continue;
    const blank = after.indexOf(undefined);
    after[blank === -1 ? after.length : blank] = entry.identity;
  }
  while (after.length > 0 && after.at(-1) === undefined) after.pop();
  return after;
}

/** Everything asked for was committed, nothing else, and every proposal that could be committed was. */
export function expectCommitted(
  world: World,
  plan: CommitPlan,
  committed: readonly Committed[],
): void {
  const wanted = plan.request.changes.map((change) =>
    keyOfChange(change, plan.committer.identity),
  );
  if (plan.request.references === "all") {
    wanted.push(...committable(world.proposed, plan.committer.identity));
  }
  const got = committed.map((entry) => keyOfCommitted(world, entry));
  demand(
    wanted.toSorted().join() === got.toSorted().join(),
    `the commit should have [${wanted.join(", ")}], has [${got.join(", ")}]`,
  );
}

/** Of proposals that exclude each other one is committed; one that concerns the committer itself is not. */
function committable(
  proposed: readonly Proposed[],
  committer: string,
): string[] {
  const keys = new Set<string>();
  const repeatable: string[] = [];
  for (const { author, change } of proposed) {
    const key = keyOfChange(change, author);
    if (key === `leaf ${committer}`) continue;
    if (key === "psk" || key === "custom") repeatable.push(key);
    else keys.add(key);
  }
  return [...keys, ...repeatable];
}

function keyOfChange(change: ByReference, author: string): string {
  switch (change.kind) {
    case "add":
      return `add ${change.identity}`;
    case "remove":
      return `leaf ${change.identity}`;
    case "update":
      return `leaf ${author}`;
    case "psk":
    case "context":
    case "custom":
      return change.kind;
  }
}

function keyOfCommitted(world: World, entry: Committed): string {
  switch (entry.kind) {
    case "add":
      return `add ${entry.identity}`;
    case "remove":
    case "update":
      return `leaf ${world.slots[entry.leaf]}`;
    case "psk":
    case "context":
    case "custom":
      return entry.kind;
  }
}
