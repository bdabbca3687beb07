/**
 * OpenMLS in WebAssembly, by way of core-crypto, with its store in memory. Its state changes with every call, so commits are
 * made and then refused by the transport where they are timed repeatedly.
 */
import { createOpenMlsMember } from "../../fuzz/openmls-member.ts";
import type { Change, CommitRequest, Member } from "../../fuzz/member.ts";

export const NAME = "core-crypto (OpenMLS, wasm)";

export function createClient(
  identity: string,
  groupId: Uint8Array,
): Promise<Member> {
  return createOpenMlsMember(identity, groupId);
}

export function requestOf(
  changes: readonly Change[],
  fate: CommitRequest["fate"],
): CommitRequest {
  return {
    changes,
    references: "all",
    forcePath: true,
    wireFormat: "public",
    padding: 0,
    newSignatureKey: false,
    fate,
  };
}

/** The Welcome of a commit that this client has just made. */
export async function welcomeOf(
  made: Awaited<ReturnType<Member["commit"]>>,
  joiner: string,
): Promise<Uint8Array> {
  const invitations = await made.invite({
    joiners: [joiner],
    treeInWelcome: true,
    batches: 1,
  });
  const invitation = invitations.get(joiner);
  if (invitation === undefined) throw new Error("no Welcome");
  return invitation.welcome;
}

/** Processes a message that has to be processed. */
export async function take(member: Member, message: Uint8Array): Promise<void> {
  const verdict = await member.process(message);
  if (verdict.kind === "not-applied" || verdict.kind === "halted") {
    throw new Error(`core-crypto: ${verdict.why}`);
  }
}
