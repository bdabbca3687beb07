import type { PollItem } from "@halqa/engine";

/** What is chosen after an option was pressed: one of all, any of them, or an order of preference. */
export function chooseOption(
  ballot: PollItem["ballot"],
  chosen: readonly number[],
  option: number,
): readonly number[] {
  if (ballot === "single") return [option];
  const rest = chosen.filter((one) => one !== option);
  if (rest.length < chosen.length) return rest;
  return ballot === "ranked"
    ? [...rest, option]
    : [...rest, option].toSorted((one, other) => one - other);
}
