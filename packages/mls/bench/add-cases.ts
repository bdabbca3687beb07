/** Adding a hundred to a group of a thousand, a thousand to a group of one, and joining by Welcome. */
import type { BenchCase, BenchSubject } from "@halqa/testkit";
import type { Member } from "../fuzz/member.ts";
import {
  buildWelcome,
  createGroup,
  encodeCommitPart,
  encodeTree,
  joinGroup,
} from "../src/index.ts";
import type { GroupState } from "../src/index.ts";
import {
  BARE,
  DEPTH,
  allOf,
  floorOf,
  framing,
  newEpoch,
  opening,
  pathKeys,
  sealings,
} from "./floor.ts";
import type { Operations } from "./floor.ts";
import {
  commit,
  env,
  identityOf,
  joinBytesOf,
  leafOptions,
  makeKeyPackage,
  must,
} from "./group-of-a-thousand.ts";
import type { Made } from "./group-of-a-thousand.ts";
import { addOf, mustJoin } from "./mixed-group.ts";
import type { MixedGroup } from "./mixed-group.ts";
import { addsOf } from "./fresh-groups.ts";
import * as coreCrypto from "./peers/core-crypto.ts";
import type { SenderKeyPeer } from "./peers/sender-key-peer.ts";
import * as tsMls from "./peers/ts-mls.ts";

const HUNDRED = 100;
const THOUSAND = 1000;
const RUNS = 5;
const HEAVY_RUNS = 3;
const FIRST_NEWCOMER = 20_000;
const FOUNDER = 30_000;
/** A Welcome without the tree has about this much that is hashed for every joiner. */
const GROUP_INFO_LENGTH = 350;

export async function addCases(
  mixed: MixedGroup,
  peers: readonly SenderKeyPeer[],
): Promise<readonly BenchCase[]> {
  const newcomers = {
    founder: mixed.group.founder,
    receiver: mixed.group.receiver,
    keyPackages: Array.from({ length: THOUSAND }, (_, i) =>
      makeKeyPackage(FIRST_NEWCOMER + i),
    ),
  };
  const adds = addsOf(newcomers).map((add, i) => ({
    ...add,
    identity: identityOf(FIRST_NEWCOMER + i),
  }));
  const messages = adds.map(({ keyPackage }) => keyPackage);
  return [
    hundredCase(mixed, adds),
    await thousandCase(adds, peers),
    sizesCase(messages),
    await joinCase(mixed, messages),
  ];
}

type Adds = ReturnType<typeof addsOf>;

function hundredCase(mixed: MixedGroup, all: Adds): BenchCase {
  const adds = all.slice(0, HUNDRED);
  const proposals = adds.map(({ keyPackage }) => addOf(keyPackage));
  const tsAdds = adds.map(({ keyPackage }) => tsMls.tsMlsAdd(keyPackage));
  const { founder } = mixed.group;
  return {
    case: "add 100 to 1,000, with their Welcome",
    unit: "ms",
    runs: RUNS,
    subjects: [
      {
        name: "halqa",
        run: () => welcomeAll(commit(founder, { proposals })),
      },
      {
        name: tsMls.NAME,
        run: () => tsMls.commitTsMls(mixed.tsMls.committer, tsAdds),
      },
      {
        name: coreCrypto.NAME,
        run: () =>
          mixed.coreCrypto.committer.commit(
            coreCrypto.requestOf(adds, "loses"),
          ),
      },
      { name: BARE, run: floorOf(addingOf(adds)) },
    ],
  };
}

async function thousandCase(
  adds: Adds,
  peers: readonly SenderKeyPeer[],
): Promise<BenchCase> {
  const proposals = adds.map(({ keyPackage }) => addOf(keyPackage));
  const tsAdds = adds.map(({ keyPackage }) => tsMls.tsMlsAdd(keyPackage));
  const founder = createFounder();
  const tsClient = await tsMls.createTsMlsClient(identityOf(FOUNDER));
  const tsFounder = await tsMls.foundTsMls(tsClient, env.random(16));
  return {
    case: "add 1,000 to 1, with their Welcome or keys",
    unit: "ms",
    runs: HEAVY_RUNS,
    subjects: [
      {
        name: "halqa",
        run: () => welcomeAll(commit(founder, { proposals })),
      },
      {
        name: tsMls.NAME,
        run: () => tsMls.commitTsMls(tsFounder, tsAdds),
      },
      coreCryptoThousand(adds),
      ...peers.map((peer) => ({
        name: peer.name,
        before: () => peer.forget(),
        run: () => peer.invite(),
      })),
      { name: BARE, run: floorOf(addingOf(adds)) },
    ],
  };
}

/** A new group each time. */
function coreCryptoThousand(adds: Adds): BenchSubject {
  let founder: Member | undefined;
  return {
    name: coreCrypto.NAME,
    before: async () => {
      const groupId = env.random(16);
      founder = await coreCrypto.createClient(identityOf(FOUNDER), groupId);
      await founder.create(groupId);
    },
    run: () => founder?.commit(coreCrypto.requestOf(adds, "wins")),
  };
}

function sizesCase(keyPackages: readonly Uint8Array[]): BenchCase {
  const proposals = keyPackages.map(addOf);
  const made = commit(createFounder(), { proposals });
  const [welcome] = welcomeAll(made);
  return {
    case: "add 1,000 to 1: bytes",
    unit: "B",
    subjects: [
      { name: "halqa: commit", value: made.message.length },
      { name: "halqa: Welcome for all", value: welcome?.length ?? 0 },
      { name: "halqa: tree, once", value: encodeTree(made.state).length },
      {
        name: "halqa: state written on a commit",
        value: encodeCommitPart(made.state).length,
      },
    ],
  };
}

async function joinCase(
  mixed: MixedGroup,
  keyPackages: readonly Uint8Array[],
): Promise<BenchCase> {
  const { founder } = mixed.group;
  const own = makeKeyPackage(FIRST_NEWCOMER);
  const made = commit(founder, {
    proposals: [{ kind: "add", keyPackage: own.keyPackage }],
  });
  const joiner = must(buildWelcome(made.state, env, { pending: made.pending }));
  const tree = encodeTree(made.state);
  const inside = joinBytesOf(made, leafOfNewest(made));
  const tsClient = await tsMls.createTsMlsClient(identityOf(FOUNDER));
  const tsMade = commit(founder, { proposals: [addOf(tsClient.keyPackage)] });
  const tsWelcome = joinBytesOf(tsMade, leafOfNewest(tsMade));
  const [welcome = new Uint8Array()] = joiner;
  return {
    case: "join 1,000 by Welcome",
    unit: "ms",
    runs: RUNS,
    subjects: [
      {
        name: "halqa",
        run: () => must(joinGroup(env, { welcome, own, tree })),
      },
      {
        name: "halqa, tree inside",
        run: () => must(joinGroup(env, { welcome: inside, own })),
      },
      {
        name: tsMls.NAME,
        run: () => tsMls.joinTsMls(tsClient, tsWelcome),
      },
      coreCryptoJoin(founder),
      { name: BARE, run: floorOf(joiningOf(keyPackages.length)) },
    ],
  };
}

/** A new client each time, added by ours. */
function coreCryptoJoin(founder: GroupState): BenchSubject {
  let joiner: Member | undefined;
  let welcome = new Uint8Array();
  return {
    name: coreCrypto.NAME,
    before: async () => {
      const { groupId } = founder.context;
      joiner = await coreCrypto.createClient(identityOf(FOUNDER), groupId);
      const made = commit(founder, {
        proposals: [addOf(await joiner.keyPackage())],
      });
      welcome = new Uint8Array(joinBytesOf(made, leafOfNewest(made)));
    },
    run: () => joiner && mustJoin(joiner, welcome),
  };
}

function createFounder(): GroupState {
  const groupId = env.random(16);
  return must(createGroup(env, { groupId, ...leafOptions(FOUNDER) }));
}

function welcomeAll({ state, pending }: Made): readonly Uint8Array[] {
  return must(buildWelcome(state, env, { pending }));
}

function leafOfNewest({ pending }: Made): number {
  return pending.joiners.at(-1)?.leafIndex ?? 0;
}

/** Two signatures of each KeyPackage, its hash, its sealed secrets; the new leaves in the tree; one commit. */
function addingOf(adds: Adds): Operations {
  const count = adds.length;
  const length = adds.reduce((sum, add) => sum + add.keyPackage.length, 0);
  return allOf(sealings(count), newEpoch(), framing(DEPTH), {
    verifications: 2 * count,
    signatures: 2,
    hashes: 3 * count,
    seals: 1,
    long: { count, length: GROUP_INFO_LENGTH },
    commit: { length, kind: "made" },
  });
}

/** Every leaf's signature, the tree hash, the parent hashes. */
function joiningOf(members: number): Operations {
  return allOf(opening(), pathKeys(1), newEpoch(), {
    verifications: members + 1,
    hashes: 3 * members,
    seals: 1,
  });
}
