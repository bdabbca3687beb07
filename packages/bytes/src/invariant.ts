// A broken rule of our own: a bug, never bad input. It is caught nowhere but at the
// outermost boundary. The message must name no secret: it can reach a log.

export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Throws InvariantError unless `condition` holds. Never used on outside input. */
export function assertInvariant(
  condition: unknown,
  message: string,
): asserts condition {
  if (!condition) throw new InvariantError(message);
}
