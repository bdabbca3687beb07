// LabeledExtract and LabeledExpand of RFC 9180, 4: HKDF bound to a version, a suite and a purpose. The labels are the
// RFC's; this project's own stand in labels.ts. docs/spec/crypto.md, "Hybrid public-key encryption".

import { concatBytes, encodeUtf8 } from "@halqa/bytes";
import { hkdfExpand, hkdfExtract } from "./hkdf.ts";

export const NO_SALT: Uint8Array = new Uint8Array();

type HpkeLabel =
  | "base_nonce"
  | "dkp_prk"
  | "eae_prk"
  | "exp"
  | "info_hash"
  | "key"
  | "psk_id_hash"
  | "sec"
  | "secret"
  | "shared_secret"
  | "sk";

const VERSION = encodeUtf8("HPKE-v1");
const labelBytes = new Map<HpkeLabel, Uint8Array>();

/** LabeledExtract(salt, label, ikm) in the suite named by `suiteId`. */
export function labeledExtract(
  suiteId: Uint8Array,
  salt: Uint8Array,
  input: { readonly label: HpkeLabel; readonly ikm: Uint8Array },
): Uint8Array {
  const ikm = concatBytes(
    VERSION,
    suiteId,
    encodeLabel(input.label),
    input.ikm,
  );
  return hkdfExtract(salt, ikm);
}

/** LabeledExpand(prk, label, info, length) in the suite named by `suiteId`. */
export function labeledExpand(
  suiteId: Uint8Array,
  prk: Uint8Array,
  input: {
    readonly label: HpkeLabel;
    readonly info: Uint8Array;
    readonly length: number;
  },
): Uint8Array {
  const { label, info, length } = input;
  const lengthBytes = Uint8Array.of(length >> 8, length & 0xff);
  const labeled = concatBytes(
    lengthBytes,
    VERSION,
    suiteId,
    encodeLabel(label),
    info,
  );
  return hkdfExpand(prk, labeled, length);
}

function encodeLabel(label: HpkeLabel): Uint8Array {
  let bytes = labelBytes.get(label);
  if (bytes === undefined) {
    bytes = encodeUtf8(label);
    labelBytes.set(label, bytes);
  }
  return bytes;
}
