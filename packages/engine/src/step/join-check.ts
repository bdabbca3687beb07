/**
 * The approval code on its way (docs/spec/invite.md, IN-60 to IN-63): a steward's nonce into the asker's inbox, the asker's into
 * the invite's. What each side learns is stored, and the code follows from it.
 */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { ed25519PublicKey, sha256 } from "@halqa/crypto";
import {
  commitmentOf,
  joinCodeOf,
  openCheck,
  openReveal,
  sealCheck,
  sealReveal,
} from "../circle/join-code.ts";
import { readJoinRequest } from "../circle/join-request.ts";
import { KEY_LENGTH } from "../circle/field.ts";
import type { CircleRecord, InviteRecord, RequestRecord } from "./durable.ts";
import type { Delivery } from "./mail.ts";
import type { StepEnv } from "./env.ts";
import { MAX_DELIVERIES } from "./limits.ts";

/** A steward's nonce goes out; one that went out before is void. Undefined when so much is on its way that it has to wait. */
export function beginCheck(
  env: StepEnv,
  record: CircleRecord,
  wanted: RequestRecord,
): CircleRecord | undefined {
  const { circle, deliveries } = record;
  if (circle === undefined || deliveries.length >= MAX_DELIVERIES)
    return undefined;
  const request = readJoinRequest(circle, env, wanted);
  if (!request.ok) return undefined;
  const nonce = env.random(KEY_LENGTH);
  const box = sealCheck(circle, env, { asker: request.value, nonce });
  if (!box.ok) return undefined;
  const { relay, inbox } = request.value;
  const delivery: Delivery = {
    id: `check-${encodeBase64url(nonce)}`,
    relay,
    parts: [],
    boxes: [{ sendId: inbox.sendId, box: box.value }],
  };
  const check = { nonce, revealed: undefined };
  return {
    ...record,
    requests: record.requests.map((one) =>
      one === wanted ? { ...one, check } : one,
    ),
    deliveries: [...deliveries, delivery],
  };
}

/** The asker's device hears a steward's nonce and shows its own; undefined when the box is none. */
export function takeCheck(
  env: StepEnv,
  record: CircleRecord,
  body: Uint8Array,
): { readonly record: CircleRecord; readonly isDone: boolean } | undefined {
  const { joining, deliveries } = record;
  const check = joining && openCheck(env, joining.joining, body);
  if (joining === undefined || check === undefined) return undefined;
  if (deliveries.length >= MAX_DELIVERIES) return { record, isDone: false };
  const [relay] = joining.joining.link.relays;
  const box = sealReveal(env, joining.joining, check);
  if (relay === undefined || !box.ok) return { record, isDone: true };
  const delivery: Delivery = {
    id: `reveal-${encodeBase64url(check.nonce)}`,
    relay,
    parts: [],
    boxes: [{ sendId: joining.joining.link.sendId, box: box.value }],
  };
  const others = deliveries.filter(({ id }) => id !== delivery.id);
  return {
    record: {
      ...record,
      joining: { ...joining, check },
      deliveries: [...others, delivery],
    },
    isDone: true,
  };
}

/** A steward's device hears the asker's nonce; undefined when the box is none. One that the request did not bind is dropped. */
export function takeReveal(
  record: CircleRecord,
  o: { readonly invite: InviteRecord; readonly body: Uint8Array },
): CircleRecord | undefined {
  const { circle, requests } = record;
  if (circle === undefined) return undefined;
  const reveal = openReveal(circle, {
    invite: o.invite.invite,
    box: o.body,
  });
  if (reveal === undefined) return undefined;
  const asked = requests.find(({ id }) => equalBytes(id, reveal.requestId));
  const isOurs = equalBytes(reveal.stewardKey, circle.memberKey);
  if (asked?.check === undefined || !isOurs) return record;
  if (!equalBytes(commitmentOf(reveal.nonce), asked.commitment)) return record;
  const check = { ...asked.check, revealed: reveal.nonce };
  return {
    ...record,
    requests: requests.map((one) => (one === asked ? { ...one, check } : one)),
  };
}

/** What the steward reads out, once the asker's nonce is here. */
export function codeOfRequest(
  record: CircleRecord,
  { check, id, memberKey, invitePub }: RequestRecord,
): string | undefined {
  const { circle } = record;
  if (circle === undefined || check?.revealed === undefined) return undefined;
  return joinCodeOf({
    invitePub,
    circleId: circle.info.circleId,
    stewardKey: circle.memberKey,
    joinerKey: memberKey,
    requestId: id,
    joinerNonce: check.revealed,
    stewardNonce: check.nonce,
  });
}

/** What the asker reads out, once a steward's nonce is here. */
export function codeOfJoining(
  { mls }: StepEnv,
  { joining }: CircleRecord,
): string | undefined {
  if (joining?.check === undefined) return undefined;
  const { link, memberKey, nonce, own } = joining.joining;
  return joinCodeOf({
    invitePub: ed25519PublicKey(link.inviteSeed),
    circleId: link.circleId,
    stewardKey: joining.check.stewardKey,
    joinerKey: memberKey,
    requestId: sha256(mls.encodeKeyPackage(own.keyPackage)),
    joinerNonce: nonce,
    stewardNonce: joining.check.nonce,
  });
}
