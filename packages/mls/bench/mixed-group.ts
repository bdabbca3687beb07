/**
 * One warm group of a thousand in which every MLS implementation of the bench has two members, one that commits and one that
 * receives; and a hundred updates by others to catch up on.
 */
import { decodeMlsMessage } from "../src/index.ts";
import type { GroupState, Proposal } from "../src/index.ts";
import type { Member } from "../fuzz/member.ts";
import type { ClientState } from "ts-mls";
import {
  commit,
  commitAs,
  createFreshGroup,
  env,
  identityOf,
  joinBytes,
  must,
  receive,
  warmUp,
} from "./group-of-a-thousand.ts";
import type { Group } from "./group-of-a-thousand.ts";
import * as coreCrypto from "./peers/core-crypto.ts";
import * as tsMls from "./peers/ts-mls.ts";

export interface Pair<T> {
  readonly committer: T;
  readonly receiver: T;
}

export interface MixedGroup {
  readonly group: Group;
  readonly tsMls: Pair<ClientState>;
  readonly coreCrypto: Pair<Member>;
  readonly catchUp: {
    readonly messages: readonly Uint8Array[];
    /** Where the receivers stand before; the receiver of core-crypto took this long, once. */
    readonly halqa: GroupState;
    readonly tsMls: ClientState;
    readonly coreCryptoMs: number;
  };
}

export const CATCH_UP = 100;
const FIRST_GUEST = 5000;

export async function createMixedGroup(): Promise<MixedGroup> {
  const groupId = env.random(16);
  const warm = warmUp(createFreshGroup(groupId), "private");
  const x = identityOf(FIRST_GUEST);
  const y = identityOf(FIRST_GUEST + 1);
  const p = identityOf(FIRST_GUEST + 2);
  const q = identityOf(FIRST_GUEST + 3);
  const tsClients = [
    await tsMls.createTsMlsClient(x),
    await tsMls.createTsMlsClient(y),
  ] as const;
  const ccClients = [
    await coreCrypto.createClient(p, groupId),
    await coreCrypto.createClient(q, groupId),
  ] as const;
  const made = commit(warm.founder, {
    wireFormat: "public",
    proposals: [
      addOf(tsClients[0].keyPackage),
      addOf(tsClients[1].keyPackage),
      addOf(await ccClients[0].keyPackage()),
      addOf(await ccClients[1].keyPackage()),
    ],
  });
  const welcome = joinBytes(made);
  for (const client of ccClients) await mustJoin(client, welcome);
  return settle({
    group: {
      ...warm,
      founder: made.state,
      receiver: receive(warm.receiver, made.message),
    },
    tsMls: {
      committer: await tsMls.joinTsMls(tsClients[0], welcome),
      receiver: await tsMls.joinTsMls(tsClients[1], welcome),
    },
    coreCrypto: { committer: ccClients[0], receiver: ccClients[1] },
  });
}

/** The Add proposal for a KeyPackage of anyone. */
export function addOf(keyPackage: Uint8Array): Proposal {
  const decoded = must(decodeMlsMessage(keyPackage));
  if (decoded.kind !== "key-package") throw new Error("no KeyPackage");
  return { kind: "add", keyPackage: decoded.keyPackage };
}

export async function mustJoin(
  client: Member,
  welcome: Uint8Array,
): Promise<void> {
  const fault = await client.join({ welcome, tree: undefined });
  if (fault !== undefined) throw new Error(fault);
}

type Guests = Omit<MixedGroup, "catchUp">;

/** The guests update, so that their leaves are merged as well; then come the hundred commits. */
async function settle(joined: Guests): Promise<MixedGroup> {
  let now = joined;
  const ts = await tsMls.commitTsMls(now.tsMls.committer, []);
  now = await afterCommit(now, ts.message, { committer: ts.state });
  const update = await now.coreCrypto.committer.commit(
    coreCrypto.requestOf([], "wins"),
  );
  await coreCrypto.take(now.coreCrypto.receiver, update.message);
  now = {
    ...followedByOurs(now, update.message),
    tsMls: await followedByTsMls(now.tsMls, update.message),
  };
  const start = { halqa: now.group.receiver, tsMls: now.tsMls.receiver };
  const messages: Uint8Array[] = [];
  let coreCryptoMs = 0;
  for (let i = 0; i < CATCH_UP; i += 1) {
    const { message } = commitAs(now.group, catchUpLeaf(i), "public");
    messages.push(message);
    await coreCrypto.take(now.coreCrypto.committer, message);
    const before = performance.now();
    await coreCrypto.take(now.coreCrypto.receiver, message);
    coreCryptoMs += performance.now() - before;
    now = followedByOurs(now, message);
  }
  return { ...now, catchUp: { ...start, messages, coreCryptoMs } };
}

/** Those that have not updated since they were added, all over the tree; nobody plays the two that are measured. */
export function catchUpLeaf(i: number): number {
  return 3 + 2 * ((i * 37) % 490);
}

async function afterCommit(
  group: Guests,
  message: Uint8Array,
  { committer }: { readonly committer: ClientState },
): Promise<Guests> {
  await coreCrypto.take(group.coreCrypto.committer, message);
  await coreCrypto.take(group.coreCrypto.receiver, message);
  const receiver = await tsMls.receiveTsMls(group.tsMls.receiver, message);
  return { ...followedByOurs(group, message), tsMls: { committer, receiver } };
}

function followedByOurs(group: Guests, message: Uint8Array): Guests {
  const { founder, receiver } = group.group;
  return {
    ...group,
    group: {
      ...group.group,
      founder: receive(founder, message),
      receiver: receive(receiver, message),
    },
  };
}

async function followedByTsMls(
  { committer, receiver }: Pair<ClientState>,
  message: Uint8Array,
): Promise<Pair<ClientState>> {
  return {
    committer: await tsMls.receiveTsMls(committer, message),
    receiver: await tsMls.receiveTsMls(receiver, message),
  };
}
