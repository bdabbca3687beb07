/** Six digits that two people read to each other, out of a hash of what both devices know. */

const DIGITS = 6;

/** 48 bits of the hash: what is left over by the remainder favours no code by more than one in 2^28. */
export function sixDigitsOf(hash: Uint8Array): string {
  const number = hash
    .subarray(0, 6)
    .reduce((sum, octet) => sum * 256 + octet, 0);
  return (number % 10 ** DIGITS).toString().padStart(DIGITS, "0");
}
