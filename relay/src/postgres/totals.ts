import type { Session } from "./session.ts";

export type TotalName = "logs" | "inboxes" | "parts";

/** Counts more of something, unless there would be more than `most`; the row is locked until the transaction's end. */
export async function addToTotal(
  session: Session,
  name: TotalName,
  { by, most }: { readonly by: number; readonly most: number },
): Promise<boolean> {
  const rows = await session.query(
    "UPDATE halqa_totals SET n = n + $2 WHERE name = $1 AND n + $2 <= $3 RETURNING 1 AS one",
    [name, by, most],
  );
  return rows.length > 0;
}

export async function takeFromTotal(
  session: Session,
  name: TotalName,
  by: number,
): Promise<void> {
  await session.query("UPDATE halqa_totals SET n = n - $2 WHERE name = $1", [
    name,
    by,
  ]);
}
