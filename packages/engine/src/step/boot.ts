/** Reading back what was stored (docs/spec/engine.md, EN-16): the root, then each circle, then what their lists name. */
import { assertInvariant } from "@halqa/bytes";
import type { DecodeError, Result } from "@halqa/bytes";
import type { CircleEnv } from "../circle/circle.ts";
import { decodeCircle } from "../circle/circle-codec.ts";
import type { RecordRef, Write } from "../ports/store.ts";
import { decodeDraft } from "./draft.ts";
import type { CircleRecord, Durable } from "./durable.ts";
import { refKey } from "./job.ts";
import { MAX_DELTAS } from "./limits.ts";
import { emptyRepairDesk } from "./repair-record.ts";
import {
  CIRCLE_STORES,
  circleRef,
  commitPartRef,
  deliveryRef,
  deltaRef,
  linkingRef,
  messagePartRef,
  outboxItemRef,
  rootRef,
} from "./records.ts";
import {
  decodeDelivery,
  decodeDeliveryList,
  decodeIntents,
  decodeInvites,
  decodePlanned,
  decodeRequests,
  decodeSettled,
} from "./stored-acts.ts";
import { presenceListed, restorePresence } from "./presence/presence-boot.ts";
import { decodeDesk, decodeRoot, encodeRoot } from "./stored-desk.ts";
import { decodeJoiningRecord } from "./stored-joining.ts";
import { decodeEnteringRecord, decodeLinking } from "./stored-linking.ts";
import {
  decodeRebuild,
  decodeRepair,
  decodeRepairDesk,
} from "./stored-repair.ts";
import { decodeOutboxItem, decodeOutboxList } from "./stored-outbox.ts";
import { decodeMoves } from "./side/stored-moves.ts";
import { decodePetitions, decodeProposed } from "./stored-upkeep.ts";
import { decodeVerified } from "./stored-verified.ts";
import { decodeFiles } from "./files/stored-file.ts";
import { none } from "./writes.ts";
import type { JobContext, JobStep } from "./job-context.ts";
import type { BootStage, Loaded } from "./job-stage.ts";

const SEED_LENGTH = 32;

export function runBoot(
  stage: BootStage,
  context: JobContext,
  loaded: Loaded,
): JobStep {
  switch (stage.at) {
    case "start":
      return read([rootRef], { at: "root" });
    case "root":
      return readRoot(context, loaded);
    case "circles": {
      const { root } = stage;
      const refs = root.circles.flatMap((id) => listedRefs(id, loaded));
      return read(refs, { at: "lists", root, first: loaded });
    }
    case "lists": {
      const { root, first } = stage;
      const all = new Map([...first, ...loaded]);
      const circles = root.circles.map((id): [string, CircleRecord] => [
        id,
        restore(context.env, id, all),
      ]);
      const linkingBytes = all.get(refKey(linkingRef));
      const linking = linkingBytes && whole(decodeLinking(linkingBytes));
      return booted({ root, linking, circles: new Map(circles) }, []);
    }
  }
}

function read(refs: readonly RecordRef[], stage: BootStage): JobStep {
  return { step: "read", refs, job: { job: "boot", stage } };
}

function booted(durable: Durable, writes: readonly Write[]): JobStep {
  return { step: "done", durable, writes, after: [{ after: "booted" }] };
}

function readRoot({ env, state }: JobContext, loaded: Loaded): JobStep {
  const bytes = loaded.get(refKey(rootRef));
  if (bytes !== undefined) {
    const root = whole(decodeRoot(bytes));
    const refs = root.circles.flatMap((id) => [
      ...CIRCLE_STORES.map((store) => circleRef(store, id)),
      commitPartRef(id),
      messagePartRef(id),
    ]);
    return read([linkingRef, ...refs], { at: "circles", root });
  }
  // The first run on this device: the person begins to exist.
  const identitySeed = env.random(SEED_LENGTH);
  const root = { ...state.durable.root, identitySeed };
  return booted({ root, linking: undefined, circles: new Map() }, [
    { ref: rootRef, value: encodeRoot(root) },
  ]);
}

/** What a circle's lists name. How many changes to its keys there are nobody noted down: they end where one is missing. */
function listedRefs(id: string, loaded: Loaded): readonly RecordRef[] {
  const outbox = loaded.get(refKey(circleRef("outbox", id)));
  const deliveries = loaded.get(refKey(circleRef("deliveries", id)));
  const hasKeys = loaded.get(refKey(commitPartRef(id))) !== undefined;
  return [
    ...(outbox === undefined ? none : whole(decodeOutboxList(outbox))).map(
      (messageId) => outboxItemRef(id, messageId),
    ),
    ...(deliveries === undefined
      ? none
      : whole(decodeDeliveryList(deliveries))
    ).map((delivery) => deliveryRef(id, delivery)),
    ...(hasKeys
      ? Array.from({ length: MAX_DELTAS }, (_, index) => deltaRef(id, index))
      : none),
    ...presenceListed(id, (ref) => loaded.get(refKey(ref)), whole),
  ];
}

function restore(env: CircleEnv, id: string, loaded: Loaded): CircleRecord {
  const at = (ref: RecordRef): Uint8Array | undefined =>
    loaded.get(refKey(ref));
  const part = <T>(
    ref: RecordRef,
    decode: (bytes: Uint8Array) => Result<T, DecodeError>,
  ): T | undefined => {
    const bytes = at(ref);
    return bytes && whole(decode(bytes));
  };
  const desk = part(circleRef("desk", id), decodeDesk);
  assertInvariant(desk !== undefined, "every circle of the root has a desk");
  const keys = restoreKeys(env, id, at);
  return {
    id,
    desk,
    ...keys,
    joining: part(circleRef("joining", id), (b) => decodeJoiningRecord(env, b)),
    entering: part(circleRef("entering", id), (b) =>
      decodeEnteringRecord(env, b),
    ),
    repair: part(circleRef("repair", id), (b) => decodeRepair(env, b)),
    rebuild: part(circleRef("rebuild", id), decodeRebuild),
    repairDesk:
      part(circleRef("repair-desk", id), decodeRepairDesk) ?? emptyRepairDesk,
    draft: part(circleRef("draft", id), decodeDraft),
    outbox: (part(circleRef("outbox", id), decodeOutboxList) ?? none).map(
      (messageId) =>
        listed(
          part(outboxItemRef(id, messageId), (bytes) =>
            decodeOutboxItem(bytes, keys.circle?.epochKeys ?? none),
          ),
        ),
    ),
    intents: part(circleRef("intents", id), decodeIntents) ?? none,
    planned: part(circleRef("planned", id), (b) => decodePlanned(env, b)),
    proposed: part(circleRef("proposed", id), decodeProposed),
    petitions: part(circleRef("petitions", id), decodePetitions) ?? none,
    moves: part(circleRef("moves", id), decodeMoves) ?? none,
    verified: part(circleRef("verified", id), decodeVerified) ?? none,
    ...restorePresence(id, at, whole),
    invites: part(circleRef("invites", id), decodeInvites) ?? none,
    requests: part(circleRef("requests", id), decodeRequests) ?? none,
    settled: part(circleRef("settled", id), decodeSettled) ?? none,
    deliveries: (
      part(circleRef("deliveries", id), decodeDeliveryList) ?? none
    ).map((one) => listed(part(deliveryRef(id, one), decodeDelivery))),
    files: part(circleRef("files", id), decodeFiles) ?? none,
  };
}

function restoreKeys(
  env: CircleEnv,
  id: string,
  at: (ref: RecordRef) => Uint8Array | undefined,
): Pick<CircleRecord, "circle" | "deltas"> {
  const commitPart = at(commitPartRef(id));
  const messagePart = at(messagePartRef(id));
  if (commitPart === undefined || messagePart === undefined)
    return { circle: undefined, deltas: 0 };
  const deltas: Uint8Array[] = [];
  for (let index = 0; index < MAX_DELTAS; index++) {
    const delta = at(deltaRef(id, index));
    if (delta === undefined) break;
    deltas.push(delta);
  }
  const circle = whole(decodeCircle(env, { commitPart, messagePart, deltas }));
  return { circle, deltas: deltas.length };
}

function listed<T>(value: T | undefined): T {
  assertInvariant(value !== undefined, "what a list names is stored with it");
  return value;
}

/** EN-17: a store gives back what was written or nothing. To go on with a part of it could use a key twice. */
function whole<T>(result: Result<T, DecodeError>): T {
  assertInvariant(
    result.ok,
    `a record is whole: ${result.ok ? "" : result.error.kind}`,
  );
  return result.value;
}
