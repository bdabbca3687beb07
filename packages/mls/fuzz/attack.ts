/**
 * What a removed member would try with all it holds: open any path secret of the commit that removes it, or derive the next
 * epoch as if that commit had no secret of its own (RFC 9420, 12.4 and 16.6). It is lent the true context of the new epoch.
 */
import { equalBytes } from "@halqa/bytes";
import { decodeMlsMessage, defaultPolicy, suite3 } from "../src/index.ts";
import type { GroupState } from "../src/index.ts";
import { openPrivate } from "../src/framing/private-message.ts";
import { decryptWithLabel } from "../src/labeled.ts";
import {
  advanceKeySchedule,
  zeroSecret,
} from "../src/schedule/key-schedule.ts";
import type { Commit } from "../src/structs/commit.ts";
import { encodeGroupContext } from "../src/structs/group-context.ts";
import { knowledgeOf } from "./knowledge.ts";
import { isOpen } from "./member.ts";
import type { Member } from "./member.ts";
import { demand, namesOf, witness } from "./world.ts";
import type { World } from "./world.ts";

export interface AppliedCommit {
  readonly message: Uint8Array;
  /** Members that it has just removed. */
  readonly leaving: Iterable<Member>;
  /** The state before it of one who stays and did not make it: shows that the attack works on who may open. */
  readonly stayed: GroupState | undefined;
}

export function attackCommit(world: World, applied: AppliedCommit): void {
  const after = witness(world).state();
  if (applied.stayed !== undefined) {
    const commit = readCommit(applied.stayed, applied.message);
    demand(
      commit?.path === undefined ||
        opensPath(commit, { state: applied.stayed, after }),
      "no key of a member that stays opens the path",
    );
  }
  for (const member of applied.leaving) {
    if (!isOpen(member) || world.offline.has(member)) continue;
    const state = member.state();
    const commit = readCommit(state, applied.message);
    demand(
      commit !== undefined,
      `${namesOf([member])} cannot read the commit that removes it`,
    );
    demand(commit.path !== undefined, "a commit that removes has no path");
    demand(
      !opensPath(commit, { state, after }),
      `${namesOf([member])} opens a path secret of the commit that removes it`,
    );
    demand(
      !derivesWithoutPath(state, after),
      `${namesOf([member])} derives the epoch that it was removed from`,
    );
  }
}

function readCommit(state: GroupState, bytes: Uint8Array): Commit | undefined {
  const decoded = decodeMlsMessage(bytes);
  if (!decoded.ok) return undefined;
  if (decoded.value.kind === "public") {
    const { content } = decoded.value.message.content;
    return content.kind === "commit" ? content.commit : undefined;
  }
  if (decoded.value.kind !== "private") return undefined;
  const opened = openPrivate(suite3, {
    message: decoded.value.message,
    secretTree: state.secretTree,
    senderDataSecret: state.secrets.senderDataSecret,
    limits: defaultPolicy.limits,
    isMember: () => true,
  });
  if (!opened.ok) return undefined;
  const { content } = opened.value.authenticatedContent.content;
  return content.kind === "commit" ? content.commit : undefined;
}

/** With every private key in the state. The context has the new tree and extensions and the old transcript (12.4.1). */
function opensPath(
  commit: Commit,
  o: { readonly state: GroupState; readonly after: GroupState },
): boolean {
  const { keyPairs } = knowledgeOf([o.state]);
  const context = encodeGroupContext({
    ...o.after.context,
    confirmedTranscriptHash: o.state.context.confirmedTranscriptHash,
  });
  return (commit.path?.nodes ?? []).some(({ encryptedPathSecret }) =>
    encryptedPathSecret.some((ciphertext) =>
      keyPairs.some(
        (keyPair) =>
          decryptWithLabel(suite3, {
            keyPair,
            label: "UpdatePathNode",
            context,
            ciphertext,
          }).ok,
      ),
    ),
  );
}

/** Without pre-shared keys; with them only holders of those could try the same. */
function derivesWithoutPath(state: GroupState, after: GroupState): boolean {
  const { epoch } = advanceKeySchedule(suite3, {
    initSecret: state.secrets.initSecret,
    commitSecret: zeroSecret(suite3),
    pskSecret: zeroSecret(suite3),
    groupContext: after.contextBytes,
  });
  return equalBytes(epoch.exporterSecret, after.secrets.exporterSecret);
}
