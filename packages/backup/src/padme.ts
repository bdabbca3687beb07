// Padmé: which size a file takes, so that its length tells little of what is in it (docs/spec/backup.md, BK-9). Of the lengths that
// need as many bits, only those whose lower bits are zero are used; at most an eighth is added.

/** The step for this many bytes. */
export function padmeSize(length: number): number {
  if (length < 2) return length;
  const bits = Math.floor(Math.log2(length));
  const kept = Math.floor(Math.log2(bits)) + 1;
  const step = 2 ** (bits - kept);
  return Math.ceil(length / step) * step;
}
