/** X25519 public keys that agree with nobody: points of low order, with the ignored top bit clear and set. */
import { fromHex } from "./vectors.ts";

const LOW_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

export const weakPoints: readonly Uint8Array[] = LOW_ORDER.flatMap((hex) => {
  const point = fromHex(hex);
  const twin = point.slice();
  twin[31] = (twin[31] ?? 0) | 0x80;
  return [point, twin];
});
