// The id under which an entry's content stands in the list (CT-30).

import { concatBytes, encodeUtf8 } from "@halqa/bytes";
import { ID_BYTES } from "./limits.ts";

const LABEL = encodeUtf8("halqa/v1/item-id\0");

/**
 * The id of what `memberKey` sent under `messageId`. Whoever sees a message can send another under the same message
 * id, and could so take the place of one that has to be sent again; under this id only its author can.
 */
export function itemIdOf(
  sha256: (bytes: Uint8Array) => Uint8Array,
  memberKey: Uint8Array,
  messageId: Uint8Array,
): Uint8Array {
  return sha256(concatBytes(LABEL, memberKey, messageId)).slice(0, ID_BYTES);
}
