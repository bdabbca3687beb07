// The access secret of a closed relay (docs/spec/relay.md, RL-12; docs/spec/http.md, HT-26).

import { randomBytes } from "node:crypto";
import { encodeBase64url } from "@halqa/bytes";

const LENGTH = 32;

/** A new secret, in the form of the setting HALQA_ACCESS. */
export function createAccessSecret(): string {
  return encodeBase64url(new Uint8Array(randomBytes(LENGTH)));
}
