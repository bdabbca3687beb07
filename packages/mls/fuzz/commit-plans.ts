/**
 * Which commits a history makes: a table of kinds with their weights. A plan says what is asked of the committer; what came
 * of it is checked against the group by commit-round.ts.
 */
import { pickWeighted } from "./dice.ts";
import { encodeHex } from "@halqa/bytes";
import { canOpenMlsCommit } from "./openmls-member.ts";
import { isOpen } from "./member.ts";
import type { Change, CommitRequest, Member } from "./member.ts";
import { createMemberNamed, createNewcomer, nameOf, present } from "./world.ts";
import type { World } from "./world.ts";

export interface CommitPlan {
  readonly label: string;
  readonly committer: Member;
  readonly request: CommitRequest;
  readonly joiners: readonly Member[];
}

interface Draft {
  readonly changes: Change[];
  readonly joiners: Member[];
  readonly forcePath?: boolean;
}

interface Kind {
  readonly name: string;
  readonly weight: number;
  /** Fills the draft; undefined when it does not apply now. */
  readonly draft: (
    world: World,
    committer: Member,
  ) => Promise<Draft | undefined>;
}

const LARGEST = 40;
const PSK_LENGTHS = [1, 16, 32, 64];

const kinds: readonly Kind[] = [
  { name: "add one", weight: 14, draft: (world) => addSome(world, 1) },
  {
    name: "add many",
    weight: 6,
    draft: (world) =>
      addSome(world, 2 + world.dice.int(Math.max(2, world.targetSize >> 1))),
  },
  {
    name: "remove one",
    weight: 9,
    draft: (world, committer) => removeSome(world, committer, 1),
  },
  {
    name: "remove many",
    weight: 5,
    draft: (world, committer) =>
      removeSome(world, committer, 2 + world.dice.int(3)),
  },
  { name: "remove a half", weight: 4, draft: removeHalf },
  { name: "update", weight: 12, draft: () => nothing(true) },
  { name: "empty", weight: 8, draft: () => nothing(false) },
  { name: "add and remove", weight: 6, draft: addAndRemove },
  { name: "repair", weight: 5, draft: repair },
  { name: "return", weight: 5, draft: comeBack },
  { name: "psk", weight: 5, draft: usePsk },
  { name: "context", weight: 5, draft: changeContext },
  { name: "custom", weight: 3, draft: customProposal },
];

/** A commit to make now, by anyone who is present. */
export async function planCommit(
  world: World,
  except?: Member,
): Promise<CommitPlan | undefined> {
  const { dice } = world;
  const able = present(world).filter(
    (member) =>
      member !== except && (isOpen(member) || isSafeForPeer(world, member)),
  );
  if (able.length === 0) return undefined;
  const committer = dice.pick(able);
  const wanted = kinds.map((kind) => ({
    ...kind,
    weight: adjusted(world, kind),
  }));
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const kind = pickWeighted(dice, wanted);
    const draft = await kind.draft(world, committer);
    if (draft === undefined) continue;
    const request = toRequest(world, draft);
    if (!isOpen(committer) && !canOpenMlsCommit(request)) continue;
    return { label: kind.name, committer, request, joiners: draft.joiners };
  }
  const { changes, joiners } = await nothing(true);
  const request = toRequest(world, { changes, joiners, forcePath: true });
  if (!isOpen(committer) && !canOpenMlsCommit(request)) return undefined;
  return { label: "update", committer, request, joiners: [] };
}

function toRequest(world: World, draft: Draft): CommitRequest {
  const { dice } = world;
  return {
    changes: draft.changes,
    references:
      world.createPeer !== undefined || dice.bool(0.8) ? "all" : "none",
    forcePath: draft.forcePath ?? dice.bool(0.4),
    wireFormat:
      world.createPeer !== undefined || dice.bool(0.25) ? "public" : "private",
    padding: dice.int(64),
    newSignatureKey: world.createPeer === undefined && dice.bool(0.1),
    fate: "wins",
  };
}

/** Pulls the size of the group towards the one that this history is about. */
function adjusted(world: World, { name, weight }: Kind): number {
  const size = world.members.length;
  const grows = name.startsWith("add") || name === "return";
  if (size < 3) return grows ? weight * 4 : weight;
  if (grows) return size < world.targetSize ? weight * 2 : weight / 2;
  return name.startsWith("remove") && size < world.targetSize
    ? weight / 2
    : weight;
}

/** The other implementation always commits what was proposed; it cannot when that concerns itself. */
function isSafeForPeer(world: World, member: Member): boolean {
  return !world.proposed.some(({ change }) => touches(change, member.identity));
}

function touches(
  change: { readonly kind: string; readonly identity?: string },
  identity: string,
): boolean {
  return change.kind === "remove" && change.identity === identity;
}

function nothing(forcePath: boolean): Promise<Draft> {
  return Promise.resolve({ changes: [], joiners: [], forcePath });
}

async function addSome(
  world: World,
  count: number,
): Promise<Draft | undefined> {
  const room = LARGEST - world.slots.length;
  if (room <= 0 && !world.slots.includes(undefined)) return undefined;
  const joiners: Member[] = [];
  for (let i = 0; i < Math.min(count, LARGEST - world.members.length); i += 1) {
    joiners.push(await createNewcomer(world));
  }
  return joiners.length === 0 ? undefined : addsOf(joiners);
}

async function addsOf(joiners: Member[]): Promise<Draft> {
  const changes: Change[] = [];
  for (const joiner of joiners) {
    const keyPackage = await joiner.keyPackage();
    changes.push({ kind: "add", identity: joiner.identity, keyPackage });
  }
  return { changes, joiners };
}

/** Members that this commit may remove: nobody whose leaf a cached proposal changes, and never the last witness. */
function removable(world: World, committer: Member): Member[] {
  const spoken = new Set(
    world.proposed.flatMap(({ author, change }) => {
      if (change.kind === "update") return [author];
      return change.kind === "remove" ? [change.identity] : [];
    }),
  );
  const keep = present(world).find((member) => isOpen(member));
  return world.members.filter(
    (member) =>
      member !== committer &&
      !spoken.has(member.identity) &&
      (isOpen(committer) || member !== keep),
  );
}

function removeSome(
  world: World,
  committer: Member,
  count: number,
): Promise<Draft | undefined> {
  const gone = world.dice.shuffle(removable(world, committer)).slice(0, count);
  return Promise.resolve(removesOf(gone));
}

function removesOf(gone: readonly Member[]): Draft | undefined {
  if (gone.length === 0) return undefined;
  return {
    changes: gone.map(({ identity }) => ({ kind: "remove", identity })),
    joiners: [],
  };
}

/** Blanks one side of the tree, or of a subtree: the shape in which resolutions and filtered paths matter most. */
function removeHalf(
  world: World,
  committer: Member,
): Promise<Draft | undefined> {
  const { dice, slots } = world;
  const own = slots.indexOf(committer.identity);
  let [from, to] = [0, 2 ** Math.ceil(Math.log2(slots.length))];
  do {
    const middle = (from + to) / 2;
    if (own < middle) {
      if (dice.bool(0.7))
        return Promise.resolve(removeRange(world, committer, [middle, to]));
      to = middle;
    } else {
      if (dice.bool(0.7))
        return Promise.resolve(removeRange(world, committer, [from, middle]));
      from = middle;
    }
  } while (to - from > 2);
  return Promise.resolve(undefined);
}

function removeRange(
  world: World,
  committer: Member,
  [from, to]: [number, number],
): Draft | undefined {
  const there = new Set(world.slots.slice(from, to));
  return removesOf(
    removable(world, committer).filter(({ identity }) => there.has(identity)),
  );
}

/** The newcomer falls into the leaf that the same commit made blank, when it is the first blank one. */
async function addAndRemove(
  world: World,
  committer: Member,
): Promise<Draft | undefined> {
  const removes = await removeSome(world, committer, 1 + world.dice.int(2));
  const adds = await addSome(world, 1 + world.dice.int(2));
  return removes === undefined || adds === undefined
    ? undefined
    : merged(removes, adds);
}

/** Removes a member and adds the same identity with a new KeyPackage, in one commit. */
async function repair(
  world: World,
  committer: Member,
): Promise<Draft | undefined> {
  const [broken] = world.dice.shuffle(removable(world, committer));
  if (broken === undefined) return undefined;
  const removes = removesOf([broken]);
  const adds = await addsOf([
    await createMemberNamed(world, {
      identity: broken.identity,
      ours: broken.kind === "halqa",
    }),
  ]);
  return removes === undefined ? undefined : merged(removes, adds);
}

/** Someone who was removed is added again, with fresh keys under the old identity. */
async function comeBack(world: World): Promise<Draft | undefined> {
  const absent = world.departed.filter(
    ({ member }) =>
      !world.slots.includes(member.identity) &&
      !world.proposed.some(
        ({ joiner }) => joiner?.identity === member.identity,
      ),
  );
  if (absent.length === 0 || world.members.length >= LARGEST) return undefined;
  const { member } = world.dice.pick(absent);
  return addsOf([
    await createMemberNamed(world, {
      identity: member.identity,
      ours: member.kind === "halqa",
    }),
  ]);
}

function merged(one: Draft, other: Draft): Draft {
  return {
    changes: [...one.changes, ...other.changes],
    joiners: [...one.joiners, ...other.joiners],
  };
}

function usePsk(world: World): Promise<Draft | undefined> {
  const { dice } = world;
  if (world.createPeer !== undefined) return Promise.resolve(undefined);
  const changes: Change[] = Array.from({ length: 1 + dice.int(3) }, () => {
    const known = [...world.resumption.keys()].slice(-3);
    if (known.length > 0 && dice.bool(0.4)) {
      return {
        kind: "psk",
        psk: {
          kind: "resumption",
          id: new Uint8Array(),
          epoch: dice.pick(known),
        },
      };
    }
    const id = dice.bytes(1 + dice.int(8));
    world.psks.set(encodeHex(id), dice.bytes(dice.pick(PSK_LENGTHS)));
    return { kind: "psk", psk: { kind: "external", id, epoch: 0n } };
  });
  return Promise.resolve({ changes, joiners: [] });
}

function changeContext(world: World): Promise<Draft | undefined> {
  const taken = world.proposed.some(({ change }) => change.kind === "context");
  if (taken || world.createPeer !== undefined)
    return Promise.resolve(undefined);
  const data = world.dice.bytes(world.dice.int(64));
  return Promise.resolve({ changes: [{ kind: "context", data }], joiners: [] });
}

function customProposal(world: World): Promise<Draft | undefined> {
  if (world.createPeer !== undefined) return Promise.resolve(undefined);
  const data = world.dice.bytes(world.dice.int(64));
  return Promise.resolve({ changes: [{ kind: "custom", data }], joiners: [] });
}

/** `add m4, remove m2` for traces. */
export function describeChanges(changes: readonly Change[]): string {
  return changes
    .map((change) =>
      "identity" in change
        ? `${change.kind} ${nameOf(change.identity)}`
        : change.kind,
    )
    .join(", ");
}
