/** What people were promised and what they wanted, kept outside of all engines: the checks compare the world with it. */

export interface Said {
  readonly circle: string;
  readonly text: string;
  readonly id: string;
  /** Who said it, by the number of the device. */
  readonly by: number;
  /** When it was granted. */
  readonly at: number;
}

export interface CircleLedger {
  /** Whose membership somebody who may do so asked for, by member key. */
  readonly mayBeIn: Set<string>;
  /** Whose leaving somebody asked for. */
  readonly mayBeOut: Set<string>;
  /** Who may be a steward. */
  readonly maySteward: Set<string>;
  /** The owner of a member key. */
  readonly owners: Map<string, number>;
  /** Whoever has the link of some invite comes in. */
  isOpen: boolean;
  name: string;
}

export interface Ledger {
  readonly circles: Map<string, CircleLedger>;
  readonly said: Said[];
  /** Texts whose command was never answered: they may be there or not. */
  readonly maybeSaid: Set<string>;
  /** Items that somebody changed, hid or deleted. */
  readonly touched: Set<string>;
  readonly links: { readonly circle: string; readonly link: string }[];
  count: number;
}

export function createLedger(): Ledger {
  return {
    circles: new Map(),
    said: [],
    maybeSaid: new Set(),
    touched: new Set(),
    links: [],
    count: 0,
  };
}

export function circleLedger(ledger: Ledger, circle: string): CircleLedger {
  const known = ledger.circles.get(circle);
  if (known !== undefined) return known;
  const made: CircleLedger = {
    mayBeIn: new Set(),
    mayBeOut: new Set(),
    maySteward: new Set(),
    owners: new Map(),
    isOpen: false,
    name: "",
  };
  ledger.circles.set(circle, made);
  return made;
}
