/**
 * A circle of a thousand: somebody comes in, somebody is removed, a device was off for a hundred commits. The steward and those
 * who are measured are whole devices; of the others there are keys in the tree and inboxes at the relay, as of people who are off.
 */
import { createSystemRandom, ed25519PublicKey, sha256 } from "@halqa/crypto";
import * as mls from "@halqa/mls";
import { inboxIdOf } from "@halqa/protocol";
import type { BenchCase } from "@halqa/testkit";
import { decodeInviteLink } from "../src/circle/invite-link.ts";
import { createJoinRequest } from "../src/circle/join-request.ts";
import type { DefaultRelay } from "../src/index.ts";
import {
  approveAll,
  ask,
  found,
  invite,
  must,
  untilMember,
  untilRead,
  viewWhere,
} from "./acts.ts";
import { newFolder, startDevice } from "./device.ts";
import type { Device } from "./device.ts";
import { openWire } from "./wire.ts";

/** As many requests as wait for a decision at one time. */
const AT_ONCE = 48;
const JOINS = 3;
const REMOVALS = 5;
const random = createSystemRandom();

interface Cost {
  readonly ms: number;
  readonly sent: number;
  readonly received: number;
  readonly stored: number;
}

export async function crowdCases(
  relay: DefaultRelay,
  { members, commits }: { readonly members: number; readonly commits: number },
): Promise<readonly BenchCase[]> {
  const steward = await startDevice(newFolder(), relay);
  const circle = await found(steward, "steward");
  const link = await invite(steward, circle, 1_000);
  await fill(relay, steward, { circle, link, members: members - JOINS - 1 });
  const joined: { readonly folder: string; readonly cost: Cost }[] = [];
  let newest: Device | undefined;
  for (let n = 0; n < JOINS; n++) {
    const folder = newFolder();
    const joiner = await startDevice(folder, relay);
    const name = `joiner ${n}`;
    await ask({ steward, joiner }, circle, { link, name });
    const cost = await costOf(joiner, async () => {
      await approveAll(steward, circle);
      await untilMember(joiner, circle);
    });
    joined.push({ folder, cost });
    await untilRead(joiner, circle);
    if (n < JOINS - 1) await joiner.engine.stop();
    else newest = joiner;
  }
  if (newest === undefined) throw new Error("somebody came");
  const removals = await remove(steward, newest, circle);
  await newest.engine.stop();
  for (let n = 0; n < commits; n++) await rename(steward, circle, `name ${n}`);
  const missed: Cost[] = [];
  for (const { folder } of joined.slice(-1)) {
    const late = await startDevice(folder, relay);
    missed.push(await costOf(late, () => untilRead(late, circle)));
    await late.engine.stop();
  }
  await steward.engine.stop();
  const many = members.toLocaleString("en");
  return [
    ...casesOf(
      `join ${many}, from the steward's yes on: the joiner`,
      joined.map(({ cost }) => cost),
    ),
    ...casesOf(
      `remove 1 of ${many}: the steward, until it is out`,
      removals.map(({ own }) => own),
    ),
    ...casesOf(
      `remove 1 of ${many}: another member, until it is out`,
      removals.map(({ other }) => other),
    ),
    ...casesOf(`catch up over ${commits} commits, ${many} members`, missed),
  ];
}

function casesOf(name: string, costs: readonly Cost[]): readonly BenchCase[] {
  const kb = (pick: (cost: Cost) => number): readonly number[] =>
    costs.map((cost) => pick(cost) / 1_024);
  return [
    {
      case: name,
      unit: "ms",
      subjects: [{ name: "Node, SQLite", values: costs.map(({ ms }) => ms) }],
    },
    {
      case: name,
      unit: "KB",
      subjects: [
        { name: "sent", values: kb(({ sent }) => sent) },
        { name: "received", values: kb(({ received }) => received) },
        { name: "given to the store", values: kb(({ stored }) => stored) },
      ],
    },
  ];
}

async function costOf(
  { traffic, stored }: Device,
  work: () => Promise<unknown>,
): Promise<Cost> {
  const before = { ...traffic, stored: stored.octets };
  const start = performance.now();
  await work();
  return {
    ms: performance.now() - start,
    sent: traffic.sent - before.sent,
    received: traffic.received - before.received,
    stored: stored.octets - before.stored,
  };
}

async function fill(
  relay: DefaultRelay,
  steward: Device,
  o: {
    readonly circle: string;
    readonly link: string;
    readonly members: number;
  },
): Promise<void> {
  const { circle, members } = o;
  const link = decodeInviteLink(o.link);
  if (!link.ok) throw new Error("an invite was made");
  const wire = await openWire(relay.url);
  const query = { query: "circle", circle } as const;
  for (let n = 0; n < members; n += AT_ONCE) {
    const count = Math.min(AT_ONCE, members - n);
    for (let at = 0; at < count; at++) {
      const seed = random(32);
      const sendId = random(32);
      const ownerPub = ed25519PublicKey(seed);
      const id = inboxIdOf(sha256, ownerPub);
      await wire.ask({
        type: "create-inbox",
        ownerPub,
        sendId,
        signature: wire.sign({
          operation: "create-inbox",
          id,
          seed,
          args: sendId,
        }),
        access: undefined,
      });
      const { box } = createJoinRequest(
        { mls, random },
        {
          link: link.value,
          identitySeed: random(32),
          memberName: `member ${n + at}`,
          relay: { ...relay, access: undefined },
          sendId,
          now: Math.floor(Date.now() / 1_000),
        },
      );
      const { sendId: to } = link.value;
      await wire.ask({ type: "inbox-send", sendId: to, body: box });
    }
    await viewWhere(steward, query, ({ requests }) => requests.length >= count);
    await approveAll(steward, circle);
    await viewWhere(
      steward,
      query,
      ({ requests, summary }) =>
        requests.length === 0 && summary.members > n + count,
    );
  }
  wire.close();
}

async function remove(
  steward: Device,
  other: Device,
  circle: string,
): Promise<readonly { readonly own: Cost; readonly other: Cost }[]> {
  const costs: { readonly own: Cost; readonly other: Cost }[] = [];
  const query = { query: "circle", circle } as const;
  for (let n = 0; n < REMOVALS; n++) {
    const { members } = await viewWhere(steward, query, () => true);
    const member = members.find(({ name }) => name === `member ${n * 7}`);
    if (member === undefined) throw new Error("the member is there");
    const left = members.length - 1;
    const isOut = (device: Device): Promise<unknown> =>
      viewWhere(device, query, ({ summary }) => summary.members === left);
    const followed = costOf(other, () => isOut(other));
    const own = await costOf(steward, async () => {
      const command = "remove-member";
      await must(steward, { command, circle, member: member.member });
      await isOut(steward);
    });
    costs.push({ own, other: await followed });
  }
  return costs;
}

async function rename(
  steward: Device,
  circle: string,
  name: string,
): Promise<void> {
  await must(steward, { command: "rename-circle", circle, name });
  await viewWhere(
    steward,
    { query: "app" },
    ({ circles }) => circles[0]?.name === name,
  );
}
