// Times for people, in UTC.

export function minute(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}

export function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
