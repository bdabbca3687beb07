/** Commits in a group of a thousand: removing one from a warm tree, the first update on a fresh one, catching up. */
import type { BenchCase, BenchSubject } from "@halqa/testkit";
import { createCommit, decodeMlsMessage } from "../src/index.ts";
import type { CommitOptions, GroupState } from "../src/index.ts";
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
import {
  commit,
  env,
  identityOf,
  must,
  receive,
  RECEIVER,
} from "./group-of-a-thousand.ts";
import { createCoreCryptoFresh, createTsMlsFresh } from "./fresh-groups.ts";
import type { FreshGroup } from "./fresh-groups.ts";
import { CATCH_UP, catchUpLeaf } from "./mixed-group.ts";
import type { MixedGroup } from "./mixed-group.ts";
import * as coreCrypto from "./peers/core-crypto.ts";
import type { SenderKeyPeer } from "./peers/sender-key-peer.ts";
import * as tsMls from "./peers/ts-mls.ts";

const RUNS = 9;
/** In the other half of the tree than whoever removes it, where it costs most. */
const REMOVED_BY_US = 777;
const REMOVED_BY_GUESTS = 100;

/**
 * Calls in one sample of what takes a few milliseconds or less. One alone, after another subject's work, meets cold caches
 * and takes up to twice as long, whatever it computes; it has a row of its own.
 */
const IN_A_ROW = 10;

function inARow(run: () => unknown): BenchSubject {
  return { name: "halqa", iterations: IN_A_ROW, run };
}

function lone(run: () => unknown): BenchSubject {
  return { name: "halqa, one after other work", run };
}

export async function commitCases(
  mixed: MixedGroup,
  peers: readonly SenderKeyPeer[],
): Promise<readonly BenchCase[]> {
  const fresh = await createCoreCryptoFresh();
  return [
    ...(await removeCases(mixed, peers)),
    ...(await updateCases(mixed, fresh)),
    catchUpCase(mixed),
  ];
}

async function removeCases(
  mixed: MixedGroup,
  peers: readonly SenderKeyPeer[],
): Promise<BenchCase[]> {
  const { founder, receiver } = mixed.group;
  const removal = {
    proposals: [{ kind: "remove" as const, removed: REMOVED_BY_US }],
  };
  const made = commit(founder, removal);
  const ts = await tsMls.commitTsMls(mixed.tsMls.committer, [tsRemove]);
  const cc = await coreCryptoRemove(mixed);
  const path = pathOf(founder, removal);
  const sizes = [
    { name: "halqa", value: made.message.length },
    { name: tsMls.NAME, value: ts.message.length },
    { name: coreCrypto.NAME, value: cc.bytes },
  ];
  for (const peer of peers) {
    await peer.forget();
    await peer.invite();
    sizes.push({ name: peer.name, value: await peer.rekey() });
  }
  return [
    {
      case: "remove 1 of 1,000, warm tree: commit",
      unit: "ms",
      runs: RUNS,
      subjects: [
        inARow(() => commit(founder, removal)),
        {
          name: tsMls.NAME,
          run: () => tsMls.commitTsMls(mixed.tsMls.committer, [tsRemove]),
        },
        cc.commit,
        ...peers.map((peer) => ({ name: peer.name, run: () => peer.rekey() })),
        lone(() => commit(founder, removal)),
        {
          name: BARE,
          iterations: IN_A_ROW,
          run: floorOf(
            allOf(
              pathKeys(path.nodes + 1),
              sealings(path.ciphertexts),
              newEpoch(),
              framing(DEPTH),
              {
                signatures: 2,
                hashes: 2 * DEPTH,
                commit: { length: made.message.length, kind: "made" },
              },
            ),
          ),
        },
      ],
    },
    {
      case: "remove 1 of 1,000, warm tree: receive",
      unit: "ms",
      runs: RUNS,
      subjects: [
        inARow(() => receive(receiver, made.message)),
        {
          name: tsMls.NAME,
          run: () => tsMls.receiveTsMls(mixed.tsMls.receiver, ts.message),
        },
        cc.receive,
        lone(() => receive(receiver, made.message)),
        {
          name: BARE,
          iterations: IN_A_ROW,
          run: floorOf(
            allOf(opening(), pathKeys(1), newEpoch(), framing(DEPTH), {
              verifications: 2,
              hashes: 4 * DEPTH,
              commit: { length: made.message.length, kind: "received" },
            }),
          ),
        },
      ],
    },
    { case: "remove 1 of 1,000, warm tree: bytes", unit: "B", subjects: sizes },
  ];
}

const tsRemove = {
  proposalType: "remove" as const,
  remove: { removed: REMOVED_BY_GUESTS },
};

interface CoreCryptoRemove {
  readonly bytes: number;
  readonly commit: BenchSubject;
  readonly receive: BenchSubject;
}

/** Made and refused where making is timed; made for good, somebody else each time, where receiving is. */
async function coreCryptoRemove({
  coreCrypto: pair,
}: MixedGroup): Promise<CoreCryptoRemove> {
  let next = REMOVED_BY_GUESTS;
  const removal = (fate: "wins" | "loses") =>
    coreCrypto.requestOf(
      [{ kind: "remove", identity: identityOf(next) }],
      fate,
    );
  const { message } = await pair.committer.commit(removal("loses"));
  let waiting = message;
  return {
    bytes: message.length,
    commit: {
      name: coreCrypto.NAME,
      run: () => pair.committer.commit(removal("loses")),
    },
    receive: {
      name: coreCrypto.NAME,
      before: async () => {
        waiting = (await pair.committer.commit(removal("wins"))).message;
        next += 1;
      },
      run: () => coreCrypto.take(pair.receiver, waiting),
    },
  };
}

async function updateCases(
  mixed: MixedGroup,
  fresh: FreshGroup,
): Promise<BenchCase[]> {
  const { founder, receiver } = fresh.group;
  const ts = await createTsMlsFresh(fresh.group);
  const update = { forcePath: true };
  const made = commit(founder, update);
  const tsMade = await tsMls.commitTsMls(ts.committer, []);
  const cc = coreCrypto.requestOf([], "loses");
  const ccMade = await fresh.coreCrypto.committer.commit(cc);
  const path = pathOf(founder, update);
  return [
    {
      case: "update, fresh tree of 1,000: commit",
      unit: "ms",
      runs: RUNS,
      subjects: [
        { name: "halqa", run: () => commit(founder, update) },
        { name: tsMls.NAME, run: () => tsMls.commitTsMls(ts.committer, []) },
        {
          name: coreCrypto.NAME,
          run: () => fresh.coreCrypto.committer.commit(cc),
        },
        {
          name: BARE,
          run: floorOf(
            allOf(
              pathKeys(path.nodes + 1),
              sealings(path.ciphertexts),
              newEpoch(),
              framing(DEPTH),
              {
                signatures: 2,
                commit: { length: made.message.length, kind: "made" },
              },
            ),
          ),
        },
      ],
    },
    {
      case: "update, fresh tree of 1,000: receive",
      unit: "ms",
      runs: RUNS,
      subjects: [
        inARow(() => receive(receiver, made.message)),
        {
          name: tsMls.NAME,
          run: () => tsMls.receiveTsMls(ts.receiver, tsMade.message),
        },
        {
          name: coreCrypto.NAME,
          value: await timeReceivers(fresh, ccMade.message),
        },
        lone(() => receive(receiver, made.message)),
        {
          name: BARE,
          iterations: IN_A_ROW,
          run: floorOf(
            allOf(opening(), pathKeys(1), newEpoch(), framing(DEPTH), {
              verifications: 2,
              hashes: 3 * DEPTH,
              commit: { length: made.message.length, kind: "received" },
            }),
          ),
        },
      ],
    },
    {
      case: "update, fresh tree of 1,000: bytes",
      unit: "B",
      subjects: [
        { name: "halqa", value: made.message.length },
        { name: tsMls.NAME, value: tsMade.message.length },
        { name: coreCrypto.NAME, value: ccMade.message.length },
      ],
    },
  ];
}

/** Each of its receivers can process the commit once: the median of those. */
async function timeReceivers(
  { coreCrypto: { receivers } }: FreshGroup,
  message: Uint8Array,
): Promise<number> {
  const times: number[] = [];
  for (const receiver of receivers) {
    const start = performance.now();
    await coreCrypto.take(receiver, message);
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}

function catchUpCase({ catchUp }: MixedGroup): BenchCase {
  const { halqa, tsMls: state, messages, coreCryptoMs } = catchUp;
  return {
    case: `catch up over ${CATCH_UP} commits, 1,000 members`,
    unit: "ms",
    runs: 2,
    subjects: [
      {
        name: "halqa",
        run: () =>
          messages.reduce((now, message) => receive(now, message), halqa),
      },
      {
        name: tsMls.NAME,
        run: async () => {
          let now = state;
          for (const message of messages)
            now = await tsMls.receiveTsMls(now, message);
        },
      },
      { name: coreCrypto.NAME, value: coreCryptoMs },
      { name: BARE, run: catchUpFloor(catchUp) },
    ],
  };
}

function catchUpFloor({ messages }: MixedGroup["catchUp"]): () => void {
  const floors = messages.map((message, i) =>
    floorOf(
      allOf(
        opening(),
        pathKeys(sharedNodes(catchUpLeaf(i), RECEIVER)),
        newEpoch(),
        {
          verifications: 2,
          macs: 1,
          hashes: 3 * DEPTH,
          commit: { length: message.length, kind: "received-public" },
        },
      ),
    ),
  );
  return () => {
    for (const floor of floors) floor();
  };
}

/** The nodes above both of two leaves: the second derives the keys of those from a path of the first. */
function sharedNodes(sender: number, receiver: number): number {
  const levelOfMeeting = 32 - Math.clz32(sender ^ receiver);
  return DEPTH + 1 - levelOfMeeting;
}

/** The shape of the path of such a commit. */
function pathOf(
  state: GroupState,
  options: CommitOptions,
): {
  readonly nodes: number;
  readonly ciphertexts: number;
} {
  const { message } = must(
    createCommit(state, env, { ...options, wireFormat: "public" }),
  );
  const decoded = must(decodeMlsMessage(message));
  const content =
    decoded.kind === "public" ? decoded.message.content.content : undefined;
  const nodes =
    content?.kind === "commit" ? (content.commit.path?.nodes ?? []) : [];
  return {
    nodes: nodes.length,
    ciphertexts: nodes.reduce(
      (sum, { encryptedPathSecret }) => sum + encryptedPathSecret.length,
      0,
    ),
  };
}
