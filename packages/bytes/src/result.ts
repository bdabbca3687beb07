// An outcome is a value: whatever bytes, peers or users can bring about is answered
// with a Result and never thrown. Bugs of our own throw InvariantError instead.
// docs/spec/bytes.md, "Outcomes".

export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** The outcome that carries what was asked for. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** The outcome that says why not; `error` is a plain object with a `kind`. */
export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}
