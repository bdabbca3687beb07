/** V against hostile members and stewards. Each entry must have one verdict for all, and the circle goes on after it. */
import { describe, expect, it } from "vitest";
import * as mls from "@halqa/mls";
import type { Proposal } from "@halqa/mls";
import { checkProposal } from "./check-proposal.ts";
import type { CircleInfo } from "./circle-info.ts";
import { inviteKeys } from "./invite-secret.ts";
import { hasKey, toKeySet } from "./key-set.ts";
import { decodeLeafInfo, encodeLeafInfo } from "./leaf-info.ts";
import type { LeafInfo } from "./leaf-info.ts";
import { renewedLeaf } from "./own-leaf.ts";
import { membersOf } from "./roster.ts";
import {
  actorOf,
  catchUp,
  circleOf,
  createWorld,
  expectOk,
  isAgreed,
  keyOf,
  makeInvite,
  say,
  words,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";
import {
  addProposal,
  forgeCommit,
  forgeProposal,
  infoProposal,
  leafOf,
  removeProposal,
} from "./testing/forge.ts";
import type { ForgedLeaf, ForgeOptions } from "./testing/forge.ts";

// Alice founded the circle and is its steward; Mallory is only a member.
function createHostileWorld(seed: string): World {
  return createWorld(seed, "alice", "bob", "mallory");
}

/** All read; all say the same of the newest entry; and everybody still hears everybody. */
function verdictOf(world: World): string {
  const verdicts = Object.values(words(catchUp(world)))
    .map((list) => list.at(-1))
    .filter((word) => word !== undefined);
  expect(isAgreed(world)).toBe(true);
  say(world, "bob", "still here");
  const heard = words(catchUp(world));
  expect(heard["alice"]).toEqual(["bob: still here"]);
  const [verdict, ...others] = new Set(verdicts);
  expect(others).toEqual([]);
  return verdict ?? "nothing";
}

function verdictOfCommit(
  by: string,
  options: ForgeOptions | ((world: World) => ForgeOptions),
): string {
  const world = createHostileWorld(`commit by ${by}`);
  const made = typeof options === "function" ? options(world) : options;
  forgeCommit(world, by, made);
  return verdictOf(world);
}

function leavesOfMember(world: World, name: string): readonly number[] {
  const { env } = actorOf(world, "alice");
  const member = membersOf(circleOf(world, "alice"), env).find((one) =>
    hasKey([one.memberKey], keyOf(world, name)),
  );
  return member?.leaves ?? [];
}

function refused(code: string): string {
  return `skipped refused (policy: ${code})`;
}

describe("who may commit", () => {
  it("[CI-113] refuses a path of a member who is no steward", () => {
    expect(verdictOfCommit("mallory", {})).toBe(refused("not-a-steward"));
  });

  it("[CI-113] refuses it before anybody's keys are used: a path that would halt halts nobody", () => {
    const world = createHostileWorld("broken path");
    forgeCommit(world, "mallory", { forcePath: true });
    expect(verdictOf(world)).toBe(refused("not-a-steward"));
  });

  it("[CI-113] refuses a commit without a path of a member who is no steward", () => {
    const verdict = verdictOfCommit("mallory", (world) => ({
      proposals: [addProposal(world, "mallory", {})],
      isPathLess: true,
    }));
    expect(verdict).toBe(refused("not-a-steward"));
  });

  it("[CI-113] follows a steward's commit, with a path and without", () => {
    expect(verdictOfCommit("alice", {})).toBe("commit");
  });
});

describe("what stands around a handshake", () => {
  it("[CI-71] refuses a commit that was made for another log or another history", () => {
    const other = new Uint8Array(32);
    expect(verdictOfCommit("alice", { data: { logId: other } })).toBe(
      refused("context-other-log"),
    );
    const epochTag = new Uint8Array(8);
    expect(verdictOfCommit("alice", { data: { epochTag } })).toBe(
      refused("context-other-epoch"),
    );
    expect(verdictOfCommit("alice", { rawData: new Uint8Array(3) })).toBe(
      refused("context-malformed"),
    );
  });
});

describe("proposals by reference", () => {
  it("[CI-73] accepts new keys for the own leaf, and the wish to leave", () => {
    const world = createHostileWorld("own");
    const leaf = {
      extensions: [
        renewedLeaf(circleOf(world, "bob"), actorOf(world, "bob").env),
      ],
    };
    forgeProposal(world, "bob", { kind: "own-update", leaf });
    expect(words(catchUp(world, "alice"))).toEqual({ alice: ["proposal"] });
    const removed = leafOf(world, "mallory");
    forgeProposal(world, "mallory", { kind: "remove", removed });
    expect(words(catchUp(world, "alice"))).toEqual({ alice: ["proposal"] });
  });

  it("[CI-73] refuses whatever concerns others", () => {
    const world = createHostileWorld("others");
    forgeProposal(world, "mallory", {
      kind: "remove",
      removed: leafOf(world, "bob"),
    });
    expect(verdictOf(world)).toBe(refused("remove-of-another"));
    forgeProposal(world, "mallory", addProposal(world, "mallory", {}));
    expect(verdictOf(world)).toBe(refused("by-reference"));
    const { extensions } = circleOf(world, "mallory").mls.context;
    forgeProposal(world, "mallory", {
      kind: "group-context-extensions",
      extensions,
    });
    expect(verdictOf(world)).toBe(refused("by-reference"));
  });

  it("[CI-89] refuses new keys that pass for those of another epoch", () => {
    const world = createHostileWorld("update epoch");
    forgeProposal(world, "mallory", { kind: "own-update" });
    expect(verdictOf(world)).toBe(refused("leaf-epoch"));
  });

  it("[CI-74] refuses kinds that hand the circle to something outside its log", () => {
    const psk: Proposal = {
      kind: "psk",
      psk: {
        kind: "external",
        pskId: new Uint8Array(4),
        nonce: new Uint8Array(32),
      },
    };
    const world = createHostileWorld("psk");
    const circle = circleOf(world, "bob");
    const { circleId } = circle.info;
    const view = {
      group: circle.mls,
      sender: 0,
      byReference: false,
      authenticatedData: new Uint8Array(),
    };
    const kinds: readonly Proposal[] = [
      psk,
      { kind: "external-init", kemOutput: new Uint8Array(32) },
      { kind: "custom", type: 0xf000, data: new Uint8Array() },
    ];
    for (const proposal of kinds) {
      expect(checkProposal(mls, { ...view, proposal }, circleId)).toBe(
        "proposal-type",
      );
    }
  });
});

describe("removals", () => {
  it("[CI-85] refuses a removal that keeps the address, and a number that is not the next", () => {
    const removeBob = (world: World) => removeProposal(world, "mallory");
    const cases: readonly (readonly [number | undefined, string])[] = [
      [undefined, refused("address-not-rotated")],
      [2, refused("address-number")],
    ];
    for (const [number, verdict] of cases) {
      const world = createHostileWorld(`removal ${number}`);
      const proposals = [removeBob(world)];
      if (number !== undefined)
        proposals.push(infoProposal(world, "alice", { addressNumber: number }));
      forgeCommit(world, "alice", { proposals });
      expect(verdictOf(world)).toBe(verdict);
    }
  });

  it("[CI-85] lets a steward rotate where nobody is removed, by one step", () => {
    const rotate = (number: number): string =>
      verdictOfCommit("alice", (world) => ({
        proposals: [infoProposal(world, "alice", { addressNumber: number })],
      }));
    expect(rotate(1)).toBe("commit");
    expect(rotate(2)).toBe(refused("address-number"));
  });

  it("[CI-160] refuses to leave a device of the removed member behind", () => {
    const world = createHostileWorld("three devices");
    const { identitySeed } = actorOf(world, "mallory");
    const proposals = [1, 2].map((deviceNo) =>
      addProposal(world, "alice", { identitySeed, deviceNo }),
    );
    forgeCommit(world, "alice", { proposals, isPathLess: true });
    expect(verdictOf(world)).toBe("commit");
    const further = leavesOfMember(world, "mallory").at(-1);
    const removals = [
      removeProposal(world, "mallory"),
      ...(further === undefined
        ? []
        : [{ kind: "remove" as const, removed: further }]),
    ];
    const rotation = infoProposal(world, "alice", { addressNumber: 1 });
    forgeCommit(world, "alice", { proposals: [...removals, rotation] });
    expect(verdictOf(world)).toBe(refused("device-left-behind"));
  });

  it("[CI-160] lets a steward take one device of a member out", () => {
    const world = createHostileWorld("a lost device");
    const { identitySeed } = actorOf(world, "mallory");
    const proposals = [
      addProposal(world, "alice", { identitySeed, deviceNo: 1 }),
    ];
    forgeCommit(world, "alice", { proposals, isPathLess: true });
    expect(verdictOf(world)).toBe("commit");
    const removed = leavesOfMember(world, "mallory").at(-1) ?? 0;
    forgeCommit(world, "alice", {
      proposals: [
        { kind: "remove", removed },
        infoProposal(world, "alice", { addressNumber: 1 }),
      ],
    });
    expect(verdictOf(world)).toBe("commit");
    expect(leavesOfMember(world, "mallory").length).toBe(1);
  });

  it("[CI-151] refuses to remove and add one member at once, unless it is the same device by the same invite", () => {
    const verdict = verdictOfCommit("alice", (world) => ({
      proposals: [
        removeProposal(world, "mallory"),
        addProposal(world, "alice", {
          identitySeed: actorOf(world, "mallory").identitySeed,
        }),
        infoProposal(world, "alice", { addressNumber: 1 }),
      ],
    }));
    expect(verdict).toBe(refused("repair-mismatch"));
  });
});

describe("newcomers", () => {
  function verdictOfAdd(
    forged: (world: World) => readonly ForgedLeaf[],
  ): string {
    const world = createHostileWorld("add");
    const proposals = forged(world).map((one) =>
      addProposal(world, "alice", one),
    );
    forgeCommit(world, "alice", { proposals, isPathLess: true });
    return verdictOf(world);
  }

  it("[CI-79] refuses whoever came by no invite, or by one that is not recorded", () => {
    expect(verdictOfAdd(() => [{}])).toBe(refused("not-invited"));
    const invitePub = new Uint8Array(32).fill(7);
    expect(verdictOfAdd(() => [{ info: { invitePub } }])).toBe(
      refused("not-invited"),
    );
  });

  it("[CI-79] refuses more people than an invite may let in", () => {
    const invited = (uses: number, count: number): string =>
      verdictOfAdd((world) => {
        const invite = makeInvite(world, "alice", uses);
        const { invitePub } = inviteKeys(invite);
        return Array.from({ length: count }, () => ({ info: { invitePub } }));
      });
    expect(invited(2, 2)).toBe("commit");
    expect(invited(2, 3)).toBe(refused("invite-overspent"));
  });

  it("[CI-79] refuses one more where the invite's uses are in the tree already", () => {
    const world = createHostileWorld("spent");
    const [invite] = circleOf(world, "alice").info.invites;
    const invitePub = invite?.invitePub;
    const proposals = [addProposal(world, "alice", { info: { invitePub } })];
    forgeCommit(world, "alice", { proposals, isPathLess: true });
    expect(verdictOf(world)).toBe(refused("invite-overspent"));
  });

  it("[CI-79] refuses it too where the invite goes with the same commit", () => {
    const world = createHostileWorld("spent and gone");
    const invite = makeInvite(world, "alice", 1);
    const { invitePub } = inviteKeys(invite);
    const adds = [1, 2].map(() =>
      addProposal(world, "alice", { info: { invitePub } }),
    );
    forgeCommit(world, "alice", {
      proposals: [infoProposal(world, "alice", { invites: [] }), ...adds],
    });
    expect(verdictOf(world)).toBe(refused("invite-overspent"));
  });

  it("[CI-80] lets a steward add a further device of a member, which came by no invite", () => {
    const seedOf = (world: World) => actorOf(world, "mallory").identitySeed;
    expect(
      verdictOfAdd((world) => [{ identitySeed: seedOf(world), deviceNo: 1 }]),
    ).toBe("commit");
    expect(
      verdictOfAdd((world) => {
        const invite = makeInvite(world, "alice", 1);
        const { invitePub } = inviteKeys(invite);
        const identitySeed = seedOf(world);
        return [{ identitySeed, deviceNo: 1, info: { invitePub } }];
      }),
    ).toBe(refused("further-device-by-invite"));
  });

  it("[CI-81] refuses a sixth device of one member", () => {
    const devices = (count: number): string =>
      verdictOfAdd((world) =>
        Array.from({ length: count }, (_, index) => ({
          identitySeed: actorOf(world, "mallory").identitySeed,
          deviceNo: index + 1,
        })),
      );
    expect(devices(4)).toBe("commit");
    expect(devices(5)).toBe(refused("too-many-devices"));
  });

  it("[CI-75] refuses a leaf that the member's key did not certify for this circle and this key", () => {
    const circleId = new Uint8Array(32);
    expect(verdictOfAdd(() => [{ circleId }])).toBe(refused("certificate"));
    const certifies = new Uint8Array(32).fill(9);
    expect(verdictOfAdd(() => [{ certifies }])).toBe(refused("certificate"));
  });

  it("[CI-75] refuses a leaf with other extensions", () => {
    const moreExtensions = [{ type: 0xf0ff, data: new Uint8Array() }];
    expect(verdictOfAdd(() => [{ moreExtensions }])).toBe(
      refused("leaf-malformed"),
    );
  });

  it("[CI-89] refuses a newcomer whose keys pass for renewed ones", () => {
    const verdict = verdictOfAdd((world) => {
      const invite = makeInvite(world, "alice", 1);
      const { invitePub } = inviteKeys(invite);
      return [{ info: { invitePub, lastPathEpoch: 1n } }];
    });
    expect(verdict).toBe(refused("leaf-epoch"));
  });
});

describe("changes of the circle", () => {
  const unknown = new Uint8Array(32).fill(3);
  const change = (changed: Partial<CircleInfo>): string => {
    const world = createHostileWorld("change");
    const proposals = [infoProposal(world, "alice", changed)];
    forgeCommit(world, "alice", { proposals });
    return verdictOf(world);
  };

  it("[CI-83] lets a steward change the name, and never the circle's id", () => {
    expect(change({ name: "Roses and bread" })).toBe("commit");
    expect(change({ circleId: unknown })).toBe(refused("circle-other"));
  });

  it("[CI-83] refuses other extensions in the GroupContext, and one that does not decode", () => {
    const world = createHostileWorld("extensions");
    // Required capabilities: everyone supports them, V does not want them.
    const requirements = {
      type: 3,
      data: mls.encodeRequiredCapabilities({
        extensionTypes: [],
        proposalTypes: [],
        credentialTypes: [],
      }),
    };
    const { kind, extensions: honest } = infoProposal(world, "alice", {});
    forgeCommit(world, "alice", {
      proposals: [{ kind, extensions: [...honest, requirements] }],
    });
    expect(verdictOf(world)).toBe(refused("circle-extensions"));
    forgeCommit(world, "alice", {
      proposals: [{ kind: "group-context-extensions", extensions: [] }],
    });
    expect(verdictOf(world)).toBe(refused("circle-extensions"));
    const extensions = [{ type: 0xf0a1, data: new Uint8Array(9) }];
    forgeCommit(world, "alice", {
      proposals: [{ kind: "group-context-extensions", extensions }],
    });
    expect(verdictOf(world)).toBe(refused("circle-malformed"));
  });

  it("[MV-2] refuses a term that says nothing of where the log is", () => {
    expect(change({ relayTerm: 1 })).toBe(refused("relay-term"));
  });

  it("[CI-82] refuses a circle without stewards, and stewards who are no members", () => {
    expect(change({ stewards: [], policyVersion: 1 })).toBe(
      refused("circle-malformed"),
    );
    expect(change({ stewards: [unknown], policyVersion: 1, invites: [] })).toBe(
      refused("steward-not-a-member"),
    );
  });

  it("[CI-82] refuses to remove the last steward by the hand of a steward who was just made one", () => {
    const world = createHostileWorld("coup");
    const names = ["alice", "mallory"];
    const stewards = toKeySet(names.map((name) => keyOf(world, name)));
    forgeCommit(world, "alice", {
      proposals: [infoProposal(world, "alice", { stewards, policyVersion: 1 })],
    });
    expect(verdictOf(world)).toBe("commit");
    const only = keyOf(world, "alice");
    forgeCommit(world, "mallory", {
      proposals: [
        removeProposal(world, "alice"),
        infoProposal(world, "mallory", {
          stewards: [only],
          policyVersion: 2,
          addressNumber: 1,
          invites: [],
        }),
      ],
    });
    expect(verdictOf(world)).toBe(refused("steward-not-a-member"));
  });

  it("[CI-109] counts every change of who may do what, and nothing else", () => {
    const promote = (policyVersion: number): string => {
      const world = createHostileWorld("policy version");
      const names = ["alice", "bob"];
      const stewards = toKeySet(names.map((name) => keyOf(world, name)));
      const proposals = [
        infoProposal(world, "alice", { stewards, policyVersion }),
      ];
      forgeCommit(world, "alice", { proposals });
      return verdictOf(world);
    };
    expect([0, 1, 2].map(promote)).toEqual([
      refused("policy-version"),
      "commit",
      refused("policy-version"),
    ]);
    expect(change({ policyVersion: 1 })).toBe(refused("policy-version"));
    expect(change({ minVersion: 0, policyVersion: 1 })).toBe(
      refused("min-version"),
    );
  });

  it("[MV-1] [MV-2] [MV-3] lets mirrors change freely, and another relay order only in the next term at a new address", () => {
    const other = {
      url: "wss://elsewhere.example/",
      relayPub: unknown,
      access: undefined,
    };
    const mirrored = (changed: Partial<CircleInfo>): string => {
      const world = createHostileWorld("mirrored");
      const { relays } = circleOf(world, "alice").info;
      const wish = { relays: [...relays, other], ...changed };
      forgeCommit(world, "alice", {
        proposals: [infoProposal(world, "alice", wish)],
      });
      return verdictOf(world);
    };
    expect(mirrored({})).toBe("commit");
    expect(mirrored({ relayTerm: 1 })).toBe(refused("relay-term"));
    expect(change({ relays: [other] })).toBe(refused("relay-term"));
    expect(change({ relays: [other], relayTerm: 1 })).toBe(
      refused("relay-not-rotated"),
    );
    expect(change({ relays: [other], relayTerm: 2, addressNumber: 1 })).toBe(
      refused("relay-term"),
    );
    expect(change({ relays: [other], relayTerm: 1, addressNumber: 1 })).toBe(
      "commit",
    );
    expect(change({ relays: [other, other] })).toBe(
      refused("circle-malformed"),
    );
  });

  it("[CI-88] refuses to change an invite that is recorded", () => {
    const world = createHostileWorld("invite");
    const { invites } = circleOf(world, "alice").info;
    const changed = invites.map((invite) => ({ ...invite, maxUses: 9 }));
    const proposals = [infoProposal(world, "alice", { invites: changed })];
    forgeCommit(world, "alice", { proposals });
    expect(verdictOf(world)).toBe(refused("invite-changed"));
  });

  it("[CI-88] refuses to keep an invite when a steward goes", () => {
    const world = createHostileWorld("steward goes");
    const names = ["alice", "bob"];
    const stewards = toKeySet(names.map((name) => keyOf(world, name)));
    forgeCommit(world, "alice", {
      proposals: [infoProposal(world, "alice", { stewards, policyVersion: 1 })],
    });
    catchUp(world);
    const kept = { stewards: [keyOf(world, "alice")], policyVersion: 2 };
    forgeCommit(world, "alice", {
      proposals: [infoProposal(world, "alice", kept)],
    });
    expect(verdictOf(world)).toBe(refused("invites-not-revoked"));
    forgeCommit(world, "alice", {
      proposals: [infoProposal(world, "alice", { ...kept, invites: [] })],
    });
    expect(verdictOf(world)).toBe("commit");
  });

  it("[CI-89] refuses a path whose leaf names another epoch than the one it was made in", () => {
    const world = createHostileWorld("leaf epoch");
    const { extensions } = circleOf(world, "alice").mls.context;
    forgeCommit(world, "alice", {
      isPathLess: true,
      forcePath: true,
      proposals: [{ kind: "group-context-extensions", extensions }],
    });
    expect(verdictOf(world)).toBe(refused("leaf-epoch"));
  });
});

describe("leaves that take the place of others", () => {
  it("[CI-76] stand for the same device, by the same invite", () => {
    const world = createHostileWorld("successor");
    const env = actorOf(world, "alice").env;
    const renewed = renewedLeaf(circleOf(world, "alice"), env);
    const info = expectOk(decodeLeafInfo(renewed.data));
    const withInfo = (changed: Partial<LeafInfo>): ForgeOptions => ({
      leaf: {
        extensions: [
          { ...renewed, data: encodeLeafInfo({ ...info, ...changed }) },
        ],
      },
    });
    const invitePub = new Uint8Array(32).fill(5);
    forgeCommit(world, "alice", withInfo({ invitePub }));
    expect(verdictOf(world)).toBe(refused("invite-changed"));
    const { credential } = addProposal(world, "alice", {}).keyPackage.leafNode;
    forgeCommit(world, "alice", {
      leaf: { extensions: [renewed], credential },
    });
    expect(verdictOf(world)).toBe(refused("identity-changed"));
    forgeCommit(world, "alice", withInfo({ name: "Alice the second" }));
    expect(verdictOf(world)).toBe("commit");
    const named = membersOf(circleOf(world, "bob"), env).map(
      ({ name }) => name,
    );
    expect(named).toContain("Alice the second");
  });
});
