// Hands a file to the person, as the browser saves files.

/** How long the browser may take to begin with it; its address is worthless afterwards. */
const HOLD_MS = 60_000;

export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), HOLD_MS);
}

/** A name with the day and nothing that says whose it is or of what. */
export function fileName(kind: "backup" | "words", now: Date): string {
  const day = now.toISOString().slice(0, 10);
  return kind === "backup" ? `backup-${day}.bin` : `words-${day}.html`;
}
