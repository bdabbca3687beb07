/**
 * What a history knows about its group from the outside: who is in which leaf by the RFC's rules, who left, who is
 * offline, what was sent and to whom it is still due. It is the yardstick that the members' states are held against.
 */
import { encodeHex } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import type { SeededRandom } from "@halqa/testkit";
import { pickWeighted } from "./dice.ts";
import { createHalqaMember } from "./halqa-member.ts";
import { isOpen } from "./member.ts";
import type { ByReference, Member, OpenMember } from "./member.ts";
import type { Known } from "./knowledge.ts";

/** A broken promise of the engine; everything else that throws is reported the same way. */
export class HistoryFault extends Error {}

export interface SentText {
  readonly sender: string;
  readonly epoch: bigint;
  readonly data: Uint8Array;
  readonly message: Uint8Array;
  /** Members of that epoch who have not been given it. */
  readonly due: Set<Member>;
  /** The epoch that began with the removal of the sender; from then on it counts no more. */
  revokedBy: bigint | undefined;
}

/** What a member that is offline finds when it comes back. */
export interface Queued {
  readonly message: Uint8Array;
  readonly text: SentText | undefined;
}

/** A proposal that everyone has seen in this epoch. */
export interface Proposed {
  readonly author: string;
  readonly change: ByReference;
  readonly joiner: Member | undefined;
}

/** A member that was removed, with everything it ever knew. */
export interface Departed {
  readonly member: Member;
  readonly known: Known | undefined;
}

export interface World {
  readonly dice: SeededRandom;
  readonly groupId: Uint8Array;
  readonly now: bigint;
  readonly targetSize: number;
  readonly createPeer: PeerFactory | undefined;
  readonly trace: string[];
  /** In the group; some of them offline. */
  members: Member[];
  readonly offline: Map<Member, Queued[]>;
  readonly departed: Departed[];
  /** Identity by leaf. */
  slots: (string | undefined)[];
  epoch: bigint;
  texts: SentText[];
  proposed: Proposed[];
  readonly psks: Map<string, Uint8Array>;
  readonly resumption: Map<bigint, Uint8Array>;
  /** Secrets of every epoch so far, as told by a witness. */
  readonly secretsByEpoch: Map<bigint, ReadonlySet<string>>;
  nextNumber: number;
  nextFork: number;
}

/** Makes members of another implementation. */
export type PeerFactory = (
  identity: string,
  groupId: Uint8Array,
) => Promise<Member>;

export interface WorldOptions {
  readonly seed: number;
  readonly now: bigint;
  /** When given, about half of the members are made by it. */
  readonly createPeer?: PeerFactory;
}

const SIZES = [
  { weight: 3, value: 2 },
  { weight: 5, value: 3 },
  { weight: 8, value: 4 },
  { weight: 10, value: 5 },
  { weight: 12, value: 6 },
  { weight: 8, value: 7 },
  { weight: 6, value: 9 },
  { weight: 4, value: 12 },
  { weight: 2, value: 17 },
  { weight: 1, value: 40 },
];
const LARGEST_MIXED = 10;

export function createWorld({ seed, now, createPeer }: WorldOptions): World {
  const dice = createSeededRandom(seed);
  const size = pickWeighted(dice, SIZES).value;
  return {
    dice,
    groupId: dice.bytes(1 + dice.int(32)),
    now,
    targetSize: createPeer === undefined ? size : Math.min(size, LARGEST_MIXED),
    createPeer,
    trace: [],
    members: [],
    offline: new Map(),
    departed: [],
    slots: [],
    epoch: 0n,
    texts: [],
    proposed: [],
    psks: new Map(),
    resumption: new Map(),
    secretsByEpoch: new Map(),
    nextNumber: 0,
    nextFork: 0,
  };
}

/** A newcomer, of our own implementation or, in a mixed group, as often of the other. */
export function createNewcomer(world: World): Promise<Member> {
  const number = world.nextNumber;
  world.nextNumber += 1;
  const user = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  return createMemberNamed(world, {
    identity: `${user}:${world.dice.int(16).toString(16)}@halqa.example`,
    // The first one is ours: somebody has to watch.
    ours:
      number === 0 || world.createPeer === undefined || world.dice.bool(0.5),
  });
}

/** A member with fresh keys under an identity, which may be one that was in the group before. */
export async function createMemberNamed(
  world: World,
  { identity, ours }: { readonly identity: string; readonly ours: boolean },
): Promise<Member> {
  const { createPeer, groupId } = world;
  return ours || createPeer === undefined
    ? createOwn(world, identity)
    : createPeer(identity, groupId);
}

function createOwn(world: World, identity: string): Member {
  world.nextFork += 1;
  return createHalqaMember({
    identity,
    groupId: world.groupId,
    // A stream of its own: what one member draws must not move the choices of the history.
    dice: world.dice.fork(`member ${world.nextFork}`),
    now: world.now,
    pskFor: (id) =>
      id.kind === "external"
        ? world.psks.get(encodeHex(id.pskId))
        : world.resumption.get(id.pskEpoch),
  });
}

/** Members that receive at once. */
export function present(world: World): readonly Member[] {
  return world.members.filter((member) => !world.offline.has(member));
}

/** Present members whose state can be looked at; a history always keeps one. */
export function witnesses(world: World): readonly OpenMember[] {
  return present(world).filter(isOpen);
}

export function witness(world: World): OpenMember {
  const [first] = witnesses(world);
  if (first === undefined) throw new HistoryFault("nobody is left to look at");
  return first;
}

/** A short name for traces: m12. */
export function nameOf(identity: string): string {
  return `m${Number(identity.slice(24, 36))}`;
}

export function namesOf(members: readonly Member[]): string {
  return members
    .map(
      ({ identity, kind }) =>
        nameOf(identity) + (kind === "openmls" ? "*" : ""),
    )
    .join(" ");
}

export function note(world: World, line: string): void {
  world.trace.push(line);
}

export function demand(condition: boolean, fault: string): asserts condition {
  if (!condition) throw new HistoryFault(fault);
}
