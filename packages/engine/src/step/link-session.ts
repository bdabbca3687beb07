/** A linking session and what is said in it (docs/spec/linking.md, LK-10 to LK-16): what both devices know, the next message, and the end. */
import { encodeBase64url } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { linkSessionOf } from "../circle/device-link.ts";
import type { LinkFacts } from "../circle/device-link.ts";
import { sealLinkMessage } from "../circle/link-box.ts";
import type { LinkMessageKind } from "../circle/link-box.ts";
import type { Delivery } from "./mail.ts";
import type { StepEnv } from "./env.ts";
import type { Note } from "./job.ts";
import { activeLinking } from "./linking-record.ts";
import type {
  EndedLinking,
  ExistingDevice,
  LinkEnd,
  Linking,
  NewDevice,
} from "./linking-record.ts";
import { none } from "./writes.ts";

export type ActiveLinking = NewDevice | ExistingDevice;

/** What both know once both nonces are there. */
export function factsOf(session: ActiveLinking): LinkFacts | undefined {
  const { link, nonce, peerNonce } = session;
  if (peerNonce === undefined) return undefined;
  const id = linkSessionOf(link);
  if (session.role === "new") {
    const { peer } = session;
    if (peer === undefined) return undefined;
    return { session: id, ...peer, newNonce: nonce, oldNonce: peerNonce };
  }
  const { sendId } = session.inbox;
  const sealingKey = session.sealing.publicKey;
  const nonces = { newNonce: peerNonce, oldNonce: nonce };
  return { session: id, sendId, sealingKey, ...nonces };
}

/** The session with one more message on its way; as it is where the other device is not known yet. */
export function say<S extends ActiveLinking>(
  { random }: Pick<StepEnv, "random">,
  session: S,
  o: { readonly kind: LinkMessageKind; readonly body?: Uint8Array },
): S {
  const facts = factsOf(session);
  const peer = session.role === "new" ? session.peer : session.link;
  if (facts === undefined || peer === undefined) return session;
  const box = sealLinkMessage({
    session: facts.session,
    publicKey: peer.sealingKey,
    random,
    facts,
    from: session.role,
    message: {
      kind: o.kind,
      number: session.sent,
      body: o.body ?? new Uint8Array(),
    },
  });
  if (box === undefined) return session;
  const out = [...session.out, boxTo(session, { sendId: peer.sendId, box })];
  return { ...session, sent: session.sent + 1, out };
}

export function boxTo(
  { link }: Pick<ActiveLinking, "link">,
  o: { readonly sendId: Uint8Array; readonly box: Uint8Array },
): Delivery {
  const name = encodeBase64url(sha256(o.box).slice(0, 9));
  return { id: `link-${name}`, relay: link.relay, parts: none, boxes: [o] };
}

/** What a relay or a clock says of the session. */
export function rememberLinking(
  linking: Linking | undefined,
  note: Note,
  now: number,
): Linking | undefined {
  if (linking === undefined) return linking;
  if (note.note === "delivered") {
    const out = linking.out.filter(({ id }) => id !== note.delivery);
    return out.length === linking.out.length ? linking : { ...linking, out };
  }
  const session = activeLinking(linking);
  const isEnded =
    note.note === "linking-over" &&
    session !== undefined &&
    isOver(session, now);
  return isEnded ? endOf(session, "expired") : linking;
}

/** Its keys and nonces go; what is on its way still leaves. */
export function endOf(session: ActiveLinking, end: LinkEnd): EndedLinking {
  const { role, count, out } = session;
  return { role, end, count, out };
}

/** As `endOf`, and the other device is told. */
export function abort(
  env: Pick<StepEnv, "random">,
  session: ActiveLinking,
  end: LinkEnd,
): EndedLinking {
  return endOf(say(env, session, { kind: "cancel" }), end);
}

/** LK-16: by this device's clock; one that was set back by more than a session lasts ends it as well. */
export function isOver({ until }: ActiveLinking, now: number): boolean {
  return now >= until || until - now > LONGEST_SESSION_MS;
}

/** How long a link can be answered and its digits be compared. */
export const LINK_MS = 600_000;

/** How long what was agreed on may take: one of the two may be off in between. */
export const LONGEST_SESSION_MS = 86_400_000;
