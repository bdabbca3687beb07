/**
 * A linked device of which there is a copy (docs/spec/linking.md, LK-42), or that begins again out of a backup: its key cannot be
 * renewed here, so nothing is asked with it.
 */
import { hasAuthority } from "../circle/credential.ts";
import type { Root } from "./durable.ts";
import type { Repair } from "./repair-record.ts";

/** Whether asking would let whoever has the copy in as well, or cannot show who asks. */
export function isKeyCopied(
  { identitySeed }: Root,
  repair: Repair | undefined,
): boolean {
  if (repair?.cause !== "clone" && repair?.cause !== "restored") return false;
  const { info, memberKey } = repair.lastGood;
  const { circleId } = info;
  return !hasAuthority(identitySeed, { circleId, memberKey });
}
