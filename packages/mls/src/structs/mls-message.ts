/** MLSMessage (RFC 9420, 6): the outermost form of everything that travels. */
import { decode, encode, failReader, readU16, writeU16 } from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { readGroupInfo, writeGroupInfo } from "./group-info.ts";
import type { GroupInfo } from "./group-info.ts";
import { readKeyPackage, writeKeyPackage } from "./key-package.ts";
import type { KeyPackage } from "./key-package.ts";
import { readPrivateMessage, writePrivateMessage } from "./private-message.ts";
import type { PrivateMessage } from "./private-message.ts";
import {
  MLS10,
  readProtocolVersion,
  writeProtocolVersion,
} from "./protocol-version.ts";
import { readPublicMessage, writePublicMessage } from "./public-message.ts";
import type { PublicMessage } from "./public-message.ts";
import { readWelcome, writeWelcome } from "./welcome.ts";
import type { Welcome } from "./welcome.ts";

export type MlsMessage =
  | { readonly kind: "public"; readonly message: PublicMessage }
  | { readonly kind: "private"; readonly message: PrivateMessage }
  | { readonly kind: "welcome"; readonly welcome: Welcome }
  | { readonly kind: "group-info"; readonly groupInfo: GroupInfo }
  | { readonly kind: "key-package"; readonly keyPackage: KeyPackage };

const WIRE_FORMATS = {
  public: 1,
  private: 2,
  welcome: 3,
  "group-info": 4,
  "key-package": 5,
} as const;

/** Never throws; what it accepts, `encodeMlsMessage` gives back byte for byte. */
export function decodeMlsMessage(
  bytes: Uint8Array,
): Result<MlsMessage, DecodeError> {
  return decode(bytes, readMlsMessage);
}

export function encodeMlsMessage(x: MlsMessage): Uint8Array {
  return encode((w) => writeMlsMessage(w, x));
}

function readMlsMessage(r: Reader): MlsMessage {
  readProtocolVersion(r);
  switch (readU16(r)) {
    case WIRE_FORMATS.public:
      return { kind: "public", message: readPublicMessage(r) };
    case WIRE_FORMATS.private:
      return { kind: "private", message: readPrivateMessage(r) };
    case WIRE_FORMATS.welcome:
      return { kind: "welcome", welcome: readWelcome(r) };
    case WIRE_FORMATS["group-info"]:
      return { kind: "group-info", groupInfo: readGroupInfo(r) };
    case WIRE_FORMATS["key-package"]:
      return { kind: "key-package", keyPackage: readKeyPackage(r) };
    default:
      failReader(r, "invalid");
      return { kind: "private", message: readPrivateMessage(r) };
  }
}

function writeMlsMessage(w: Writer, x: MlsMessage): void {
  writeProtocolVersion(w, MLS10);
  writeU16(w, WIRE_FORMATS[x.kind]);
  switch (x.kind) {
    case "public":
      return writePublicMessage(w, x.message);
    case "private":
      return writePrivateMessage(w, x.message);
    case "welcome":
      return writeWelcome(w, x.welcome);
    case "group-info":
      return writeGroupInfo(w, x.groupInfo);
    case "key-package":
      return writeKeyPackage(w, x.keyPackage);
  }
}
