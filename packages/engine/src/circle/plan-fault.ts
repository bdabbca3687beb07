/** Why an act of a steward cannot be planned (docs/spec/circle.md, CI-53). */
export type PlanFault =
  | { readonly kind: "not-a-steward" | "paused" | "closed" }
  /** A circle of two knows no such act. */
  | { readonly kind: "direct" }
  /** Not as many members gave their word as are needed. */
  | { readonly kind: "not-approved" }
  /** The circle is as wished already. */
  | { readonly kind: "done" }
  | { readonly kind: "unknown-invite" | "overspent" }
  | { readonly kind: "unknown-member" | "last-steward" | "own" }
  /** More than a circle or a commit holds. */
  | { readonly kind: "too-many" | "too-large" }
  /** What the others would refuse, with the reason. */
  | { readonly kind: "refused"; readonly detail: string };
