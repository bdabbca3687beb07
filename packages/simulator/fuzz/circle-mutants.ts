/** Faults in what counts in a circle and how it is read; a part of mutants.ts. */
import { faultIn } from "./mutant.ts";
import type { Mutant } from "./mutant.ts";

const mutant = faultIn("engine/src/circle");

export const circleMutants: readonly Mutant[] = [
  // V.
  mutant("anybody-commits", "Any member can do what stewards do.", [
    "check-commit.ts",
    "return hasKey(o.before.stewards, facts.credential.memberKey)",
    "return hasKey(o.before.stewards, facts.credential.memberKey) || view.hasPath",
  ]),
  mutant("device-left-behind", "A removed member stays by another device.", [
    "removal-wishes.ts",
    'return isPart ? "device-left-behind" : undefined;',
    "return undefined;",
  ]),
  mutant("invite-without-end", "An invite lets in more than it may.", [
    "check-commit.ts",
    "if (usesOf(o.rosterAfter, info.invitePub) > invite.maxUses)",
    "if (usesOf(o.rosterAfter, info.invitePub) > invite.maxUses * 1e6)",
  ]),
  mutant(
    "path-epoch-not-checked",
    "A leaf that was shown before is shown again.",
    [
      "check-commit.ts",
      'return renewed === group.context.epoch ? undefined : "leaf-epoch";',
      "return undefined;",
    ],
  ),
  mutant(
    "anybody-removes-by-proposal",
    "A member proposes another's removal, and a steward carries it out.",
    [
      "check-proposal.ts",
      'return isOwn ? undefined : "remove-of-another";',
      "return isOwn ? undefined : undefined;",
    ],
  ),
  mutant(
    "add-by-reference",
    "A member proposes somebody whom nobody invited.",
    [
      "check-proposal.ts",
      'return byReference ? "by-reference" : undefined;',
      "return undefined;",
    ],
  ),
  mutant("address-not-rotated", "Whoever is removed goes on reading the log.", [
    "check-change.ts",
    'return removes ? "address-not-rotated" : undefined;',
    "return undefined;",
  ]),
  mutant(
    "policy-version-not-counted",
    "Signatures for an old policy count for a new one.",
    [
      "check-change.ts",
      "return after.policyVersion === before.policyVersion + steps",
      "return after.policyVersion >= before.policyVersion",
    ],
  ),
  mutant(
    "relays-change-freely",
    "A steward's commit names a relay, and the term that members count by does not say so.",
    [
      "check-relays.ts",
      `  if (after.relayTerm !== place.relayTerm + (stays ? 0 : 1))
    return "relay-term";`,
      "",
    ],
  ),
  mutant("steward-outside", "Somebody who is not in is a steward.", [
    "check-roster.ts",
    'return "steward-not-a-member";',
    "return undefined;",
  ]),
  mutant("certificate-not-checked", "Anybody takes any member's name.", [
    "policy.ts",
    `    ? undefined
    : "certificate";`,
    `    ? undefined
    : undefined;`,
  ]),
  mutant("context-of-another-log", "A handshake for another log counts here.", [
    "policy.ts",
    'if (!equalBytes(data.value.logId, log.logId)) return "context-other-log";',
    "",
  ]),
  mutant(
    "welcome-by-anybody",
    "A member who is no steward makes a shadow circle.",
    [
      "policy.ts",
      "if (host === undefined || !mayLetIn(info, host, guest))",
      "if (host === undefined)",
    ],
  ),
  // Reading.
  mutant("foreign-author", "A member speaks in another's name.", [
    "read-application.ts",
    "if (header.leaf !== effect.sender || header.epoch !== effect.epoch)",
    "if (header.epoch !== effect.epoch)",
  ]),
  mutant("foreign-context", "A message for another log counts here.", [
    "read-application.ts",
    '  if (!isHere) return "bad-context";\n',
    "",
  ]),
  mutant("late-handshake-taken", "A commit of an ended epoch is looked at.", [
    "read-entry.ts",
    '  return isLate && inner.contentType !== "application"',
    '  return isLate && inner.contentType === "application" && inner.epoch < 0n',
  ]),
  mutant("keys-kept", "The keys of old epochs stay for ever.", [
    "finish-entry.ts",
    "if (epochKeys === circle.epochKeys) return circle;",
    "if (epochKeys.length >= 0) return circle;",
  ]),
  mutant(
    "any-voice-confirms",
    "A joiner takes anybody for the steward of the link.",
    [
      "finish-entry.ts",
      "return awaits !== undefined && equalBytes(awaits.steward, memberKey)",
      "return awaits !== undefined && memberKey.length > 0",
    ],
  ),
  mutant(
    "paused-seals",
    "A circle that asks for a newer program is written to.",
    [
      "seal-content.ts",
      'if (isPaused(circle)) return err({ kind: "paused" });',
      "",
    ],
  ),
];
