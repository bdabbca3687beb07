interface StoredBody {
  readonly seq: number;
  readonly body: Uint8Array;
}

/** As many as fit, one at least. */
export function takePage(
  bodies: readonly StoredBody[],
  maxBytes: number,
): readonly StoredBody[] {
  const page: StoredBody[] = [];
  let bytes = 0;
  for (const stored of bodies) {
    bytes += stored.body.length;
    if (page.length > 0 && bytes > maxBytes) break;
    page.push(stored);
  }
  return page;
}
