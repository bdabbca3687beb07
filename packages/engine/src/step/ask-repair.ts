/**
 * Asking to be let in again (docs/spec/repair.md, RP-2, RP-7): once of this device's own accord for each trouble, after a wait
 * drawn at random, and beyond that only when a person wants it.
 */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import type { DeviceAddress, LastGood } from "../circle/last-good.ts";
import { memberSeedOf } from "../circle/credential.ts";
import { hasKey } from "../circle/key-set.ts";
import {
  createRepairRequest,
  sealRepairRequest,
} from "../circle/repair-request.ts";
import { isKeyCopied } from "./copied-key.ts";
import type { CircleRecord, Root } from "./durable.ts";
import type { DeliveryBox } from "./mail.ts";
import type { Delivery } from "./mail.ts";
import {
  MAX_ASKS,
  MAX_REPAIR_COUNT,
  REPAIR_WAIT_MS,
  SHORTEST_REPAIR_WAIT_MS,
} from "./limits.ts";
import { addNote } from "./notes.ts";
import { inboxSeed } from "./inbox-owner.ts";
import type { JobContext } from "./job-context.ts";
import type { EngineState } from "./state.ts";
import { emit, update, withEntry } from "./turn.ts";
import type { Turn } from "./turn.ts";

const PREFIX = "repair-";

/** Whether the device asks of its own accord: once for what befell it, and not where a person has to be asked first. */
function isOwnAccord(
  { durable }: EngineState,
  { desk, repair }: CircleRecord,
): boolean {
  return (
    desk.place === "halted" &&
    !isKeyCopied(durable.root, repair) &&
    repair !== undefined &&
    repair.count === 0 &&
    (repair.cause === "halted" || repair.cause === "clone")
  );
}

/** RP-7: one commit can put many out of step; they do not all ask in one moment. */
export function pumpRepair(turn: Turn, record: CircleRecord): void {
  const { id } = record;
  const isWaiting = turn.state.repairs.has(id);
  if (!isOwnAccord(turn.state, record)) {
    if (isWaiting)
      update(turn, { repairs: withEntry(turn.state.repairs, id, undefined) });
    return;
  }
  if (isWaiting) return;
  update(turn, { repairs: withEntry(turn.state.repairs, id, true) });
  const [high = 0, low = 0] = turn.env.random(2);
  const share = (high * 256 + low) / 65_536;
  const span = REPAIR_WAIT_MS - SHORTEST_REPAIR_WAIT_MS;
  const afterMs = Math.round(SHORTEST_REPAIR_WAIT_MS + share * span);
  emit(turn, { type: "timer", id: `repair ${id}`, afterMs });
}

/** The wait is over. */
export function hearRepairTimer(turn: Turn, circle: string): void {
  const record = turn.state.durable.circles.get(circle);
  if (record !== undefined && isOwnAccord(turn.state, record))
    addNote(turn, { note: "ask-repair", circle });
}

/** Makes a request and puts it on its way to all stewards; the same record where there is nobody to ask. */
export function askRepair(
  { env, state }: JobContext,
  record: CircleRecord,
): CircleRecord {
  const { repair, desk } = record;
  if (repair === undefined) return record;
  const { lastGood, cause, asks } = repair;
  const made = createRepairRequest(env, {
    lastGood,
    cause,
    identitySeed: state.durable.root.identitySeed,
    inbox: { relayPub: desk.inbox.relay.relayPub, sendId: desk.inbox.sendId },
    invitePub: lastGood.invitePub,
    signers: signersOf(state.durable.root, record),
    now: Math.floor(env.now / 1_000),
  });
  const { own, sealingKey, bytes } = made;
  const name = encodeBase64url(sha256(bytes).slice(0, 9));
  const deliveries = deliveriesFor(lastGood, {
    name: `${PREFIX}${name}`,
    devices: stewardsOf(lastGood),
    seal: (device) =>
      sealRepairRequest(env, {
        circleId: lastGood.info.circleId,
        device,
        bytes,
      }),
  });
  const ask = { groupId: undefined, own, sealingKey };
  return {
    ...record,
    deliveries: [...withoutRepairs(record), ...deliveries],
    repair: {
      ...repair,
      asks: [ask, ...asks].slice(0, MAX_ASKS),
      count: Math.min(repair.count + 1, MAX_REPAIR_COUNT),
      delivery: name,
    },
  };
}

/** RP-2: the leaf's own key, and that of a request before, whose leaf may stand in its place by now. RP-32: out of a backup, the member's. */
function signersOf(
  { identitySeed }: Root,
  { repair }: CircleRecord,
): readonly Uint8Array[] {
  if (repair === undefined) return [];
  const { lastGood, asks, cause } = repair;
  const earlier = asks.map(({ own }) => own.signatureSeed);
  const first =
    cause === "restored"
      ? memberSeedOf(identitySeed, lastGood.info.circleId)
      : lastGood.signatureSeed;
  return [...earlier.slice(0, 1), first];
}

function stewardsOf(lastGood: LastGood): readonly DeviceAddress[] {
  const { devices, info } = lastGood;
  return devices.filter(({ memberKey }) => hasKey(info.stewards, memberKey));
}

/** Deliveries without those of requests for repair, which a newer one replaces. */
export function withoutRepairs({
  deliveries,
}: CircleRecord): readonly Delivery[] {
  return deliveries.filter(({ id }) => !id.startsWith(PREFIX));
}

/** As whose member a device writes to others. */
type SentFrom = Pick<LastGood, "info" | "logSeed">;

/** Boxes for devices of the circle, each to its first inbox at a relay of the circle. */
export function deliveriesFor(
  from: SentFrom,
  o: {
    readonly name: string;
    readonly devices: readonly DeviceAddress[];
    readonly seal: (device: DeviceAddress) => Uint8Array | undefined;
  },
): readonly Delivery[] {
  return from.info.relays.flatMap((relay, index) => {
    const boxes = o.devices.flatMap((device): readonly DeliveryBox[] => {
      const inbox = inboxOf(from, device);
      if (inbox === undefined || !equalBytes(inbox.relayPub, relay.relayPub))
        return [];
      const box = o.seal(device);
      if (box === undefined) return [];
      const { sendId } = inbox;
      return [{ sendId, box, memberSeed: inboxSeed(from.logSeed, sendId) }];
    });
    if (boxes.length === 0) return [];
    return [{ id: `${o.name}-${index}`, relay, parts: [], boxes }];
  });
}

function inboxOf({ info: { relays } }: SentFrom, { inboxes }: DeviceAddress) {
  return inboxes.find(({ relayPub }) =>
    relays.some((relay) => equalBytes(relay.relayPub, relayPub)),
  );
}
