/** HPKECiphertext (RFC 9420, 7.6): what EncryptWithLabel yields, on the wire. */
import { readVector, writeVector } from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";

export interface HpkeCiphertext {
  readonly kemOutput: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export function readHpkeCiphertext(r: Reader): HpkeCiphertext {
  return { kemOutput: readVector(r), ciphertext: readVector(r) };
}

export function writeHpkeCiphertext(w: Writer, x: HpkeCiphertext): void {
  writeVector(w, x.kemOutput);
  writeVector(w, x.ciphertext);
}
