// The list is one stop for the Tab key; inside, the arrows go from item to item, and Tab goes through what is in the one
// that has the focus (docs/spec/app.md, AP-20). Kept in the elements themselves: rows that did not change are not drawn
// again for it.

import type { KeyboardEvent } from "react";

const ITEM = "[data-item]";
const CONTROLS = "a, button:not([data-hover]), input, summary";

/** Takes everything inside items out of the way of the Tab key, but for the item that has the focus. */
export function closeItems(list: HTMLElement): void {
  const active = document.activeElement?.closest<HTMLElement>(ITEM);
  for (const control of list.querySelectorAll<HTMLElement>(
    `:is(${ITEM}) :is(${CONTROLS})`,
  )) {
    control.tabIndex = control.closest(ITEM) === active ? 0 : -1;
  }
}

/** Moves the focus among items, opens the menu of the one that has it, and leads back to the box. */
export function moveFocus(
  event: KeyboardEvent<HTMLElement>,
  openMenu: (id: string) => void,
): void {
  const list = event.currentTarget;
  const own = event.target instanceof HTMLElement ? event.target : null;
  const item = own?.closest<HTMLElement>(ITEM);
  if (event.key === "Escape") {
    leave(own, item);
    return;
  }
  // A key on a control inside an item belongs to that control.
  if (own !== list && own !== item) return;
  if (item && isMenuKey(event)) {
    event.preventDefault();
    enter(item, openMenu);
    return;
  }
  const target = targetOf(event.key, list, item);
  if (target === undefined) return;
  event.preventDefault();
  target.focus();
  closeItems(list);
  target.scrollIntoView({ block: "nearest" });
}

/** Out of a control to its item, out of an item to the box. */
function leave(
  own: HTMLElement | null,
  item: HTMLElement | null | undefined,
): void {
  if (item && own !== item) item.focus();
  else document.querySelector<HTMLElement>("[data-composer]")?.focus();
}

/** Into what can be answered, else to the menu. */
function enter(item: HTMLElement, openMenu: (id: string) => void): void {
  const input =
    item.querySelector<HTMLElement>("input:checked:enabled") ??
    item.querySelector<HTMLElement>("input:enabled");
  if (input) input.focus();
  else openMenu(item.dataset["item"] ?? "");
}

function isMenuKey({ key, shiftKey }: KeyboardEvent): boolean {
  return (
    ["Enter", " ", "ContextMenu"].includes(key) || (key === "F10" && shiftKey)
  );
}

function targetOf(
  key: string,
  list: HTMLElement,
  item: HTMLElement | null | undefined,
): HTMLElement | undefined {
  const items = [...list.querySelectorAll<HTMLElement>(ITEM)];
  const index = item ? items.indexOf(item) : items.length;
  switch (key) {
    case "ArrowUp":
      return items[index - 1];
    case "ArrowDown":
      return items[index + 1];
    case "Home":
      return items[0];
    case "End":
      return items.at(-1);
    default:
      return undefined;
  }
}
