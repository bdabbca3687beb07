/** The key and nonce that seal the GroupInfo in a Welcome (RFC 9420, 12.4.3.1); one GroupInfo for each commit, ever (ML-69). */
import { expandWithLabel } from "../labeled.ts";
import { welcomeSecret } from "../schedule/key-schedule.ts";
import type { Suite } from "../suite.ts";

export function welcomeKeys(
  suite: Suite,
  o: { readonly joinerSecret: Uint8Array; readonly pskSecret: Uint8Array },
): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  const secret = welcomeSecret(suite, o.joinerSecret, o.pskSecret);
  const expand = (label: string, length: number): Uint8Array =>
    expandWithLabel(suite, {
      secret,
      label,
      context: new Uint8Array(),
      length,
    });
  return {
    key: expand("key", suite.aead.keyLength),
    nonce: expand("nonce", suite.aead.nonceLength),
  };
}
