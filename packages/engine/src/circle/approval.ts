/**
 * A member's word for an act that needs many (docs/spec/circle.md, CI-120, CI-121; rule A3): a signature of one of its devices over circle,
 * policy version, act and subject. It travels inside the commit that it allows; it counts once for each member, whichever of
 * its devices gave it, and for no other act, subject or policy.
 */
import { encode, readBytes, readU32, writeU32, writeU8 } from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { ed25519Sign, ed25519Verify } from "@halqa/crypto";
import type { MlsPort, RatchetTree } from "../ports/mls.ts";
import type { Circle } from "./circle.ts";
import type { CircleInfo } from "./circle-info.ts";
import { labeledBytes } from "./derive-key.ts";
import { SIGNATURE_LENGTH, writeFixed, writeKey } from "./field.ts";
import { factsOf } from "./leaf-facts.ts";

export interface Approval {
  /** The device that signed, in the tree of the epoch that the commit ends. */
  readonly leaf: number;
  readonly signature: Uint8Array;
}

/** What members can allow by their word. The octet is signed. */
export interface ApprovedAct {
  readonly act: "promote";
  /** Whom it is about. */
  readonly subject: Uint8Array;
}

const ACT_OCTETS: Readonly<Record<ApprovedAct["act"], number>> = { promote: 1 };

export function writeApproval(w: Writer, approval: Approval): void {
  writeU32(w, approval.leaf);
  writeFixed(w, approval.signature, SIGNATURE_LENGTH);
}

export function readApproval(r: Reader): Approval {
  return { leaf: readU32(r), signature: readBytes(r, SIGNATURE_LENGTH) };
}

/** The word of this device, for the circle's policy as it is. */
export function signApproval(
  { mls, info }: Pick<Circle, "mls" | "info">,
  act: ApprovedAct,
): Approval {
  const { leafIndex, signatureSeed } = mls.own;
  return {
    leaf: leafIndex,
    signature: ed25519Sign(signatureSeed, approvalText(info, act)),
  };
}

/** Whose word it is, if the device at the leaf gave it for this act and policy. */
export function approverOf(
  mls: Pick<MlsPort, "leafAt">,
  tree: RatchetTree,
  o: {
    readonly info: Pick<CircleInfo, "circleId" | "policyVersion">;
    readonly act: ApprovedAct;
    readonly approval: Approval;
  },
): Uint8Array | undefined {
  const { leaf, signature } = o.approval;
  const node = mls.leafAt(tree, leaf);
  const facts = node && factsOf(node);
  if (node === undefined || facts === undefined) return undefined;
  const text = approvalText(o.info, o.act);
  return ed25519Verify(node.signatureKey, text, signature)
    ? facts.credential.memberKey
    : undefined;
}

/** Members whose word is needed: more than half, and never one alone. */
export function majorityOf(members: number): number {
  return Math.max(2, Math.floor(members / 2) + 1);
}

function approvalText(
  { circleId, policyVersion }: Pick<CircleInfo, "circleId" | "policyVersion">,
  { act, subject }: ApprovedAct,
): Uint8Array {
  const rest = encode((w) => {
    writeU32(w, policyVersion);
    writeU8(w, ACT_OCTETS[act]);
    writeKey(w, subject);
  });
  return labeledBytes("approval", circleId, rest);
}
