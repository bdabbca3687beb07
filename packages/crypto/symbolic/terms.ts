/**
 * What was computed from what, in a symbolic world: a list of terms, from which follows who could know what. Nothing is kept
 * where nobody listens.
 */

export type Term =
  /** Whoever knows the key, and the data where it is a secret itself, knows `out`. HKDF is made of these. */
  | {
      readonly kind: "mac";
      readonly key: Uint8Array;
      readonly data: Uint8Array;
      readonly out: Uint8Array;
    }
  /** Whoever knows the key reads the plaintext in `out`. */
  | {
      readonly kind: "seal";
      readonly key: Uint8Array;
      readonly plaintext: Uint8Array;
      readonly out: Uint8Array;
    }
  | {
      readonly kind: "pair";
      readonly secretKey: Uint8Array;
      readonly out: Uint8Array;
    }
  /** Whoever knows the secret half of either public key knows `out`. */
  | {
      readonly kind: "exchange";
      readonly own: Uint8Array;
      readonly other: Uint8Array;
      readonly out: Uint8Array;
    };

type Listener = (term: Term) => void;

let listener: Listener | undefined;

/** Hands every term from now on to this listener, or to nobody. */
export function listenToTerms(next: Listener | undefined): void {
  listener = next;
}

export function recordTerm(term: Term): void {
  listener?.(term);
}
