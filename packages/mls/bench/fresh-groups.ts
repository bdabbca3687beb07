/** Fresh groups of a thousand for each implementation: all added in one commit by the founder, no update yet. */
import { encodeMlsMessage } from "../src/index.ts";
import type { ClientState } from "ts-mls";
import type { Change, Member } from "../fuzz/member.ts";
import {
  createFreshGroup,
  env,
  identityOf,
  MEMBERS,
} from "./group-of-a-thousand.ts";
import type { Group } from "./group-of-a-thousand.ts";
import { mustJoin } from "./mixed-group.ts";
import type { Pair } from "./mixed-group.ts";
import * as coreCrypto from "./peers/core-crypto.ts";
import * as tsMls from "./peers/ts-mls.ts";

export interface FreshGroup {
  readonly group: Group;
  readonly coreCrypto: {
    readonly committer: Member;
    readonly receivers: readonly Member[];
  };
}

const RECEIVERS = 3;
const FIRST = 6000;

/** Ours and, apart from it, one that OpenMLS founded with the same members' KeyPackages and a few receivers of its own. */
export async function createCoreCryptoFresh(): Promise<FreshGroup> {
  const group = createFreshGroup(env.random(16));
  const groupId = env.random(16);
  const committer = await coreCrypto.createClient(identityOf(FIRST), groupId);
  await committer.create(groupId);
  const receivers: Member[] = [];
  const changes = addsOf(group).slice(0, MEMBERS - 1 - RECEIVERS);
  for (let i = 1; i <= RECEIVERS; i += 1) {
    const receiver = await coreCrypto.createClient(
      identityOf(FIRST + i),
      groupId,
    );
    const { identity } = receiver;
    changes.push({
      kind: "add",
      identity,
      keyPackage: await receiver.keyPackage(),
    });
    receivers.push(receiver);
  }
  const made = await committer.commit(coreCrypto.requestOf(changes, "wins"));
  for (const receiver of receivers) {
    await mustJoin(
      receiver,
      await coreCrypto.welcomeOf(made, receiver.identity),
    );
  }
  return { group, coreCrypto: { committer, receivers } };
}

/** The same for ts-mls. */
export async function createTsMlsFresh(
  group: Group,
): Promise<Pair<ClientState>> {
  const [founder, joiner] = [
    await tsMls.createTsMlsClient(identityOf(FIRST)),
    await tsMls.createTsMlsClient(identityOf(FIRST + 1)),
  ];
  const alone = await tsMls.foundTsMls(founder, env.random(16));
  const others = addsOf(group).slice(0, MEMBERS - 2);
  const { state, welcome } = await tsMls.commitTsMls(
    alone,
    [...others.map(({ keyPackage }) => keyPackage), joiner.keyPackage].map(
      tsMls.tsMlsAdd,
    ),
  );
  if (welcome === undefined) throw new Error("no Welcome");
  return { committer: state, receiver: await tsMls.joinTsMls(joiner, welcome) };
}

/** The KeyPackages of our members, as anyone adds them. */
export function addsOf({
  keyPackages,
}: Group): (Change & { readonly kind: "add" })[] {
  return keyPackages.flatMap((own, number) =>
    own === undefined
      ? []
      : [
          {
            kind: "add" as const,
            identity: identityOf(number),
            keyPackage: encodeMlsMessage({
              kind: "key-package",
              keyPackage: own.keyPackage,
            }),
          },
        ],
  );
}
