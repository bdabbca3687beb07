import style from "./Sign.module.css";

export type SignKind = "waiting" | "passed" | "note" | "failed";

const PATHS: Record<SignKind, string> = {
  waiting: "M7 12h.01M12 12h.01M17 12h.01",
  passed: "M6 12.5l4 4 8-9",
  note: "M12 6.5v7M12 17.5h.01",
  failed: "M7.5 7.5l9 9M16.5 7.5l-9 9",
};

/** A drawn sign for a state. Decoration: the state has to stand in words beside it. */
export function Sign({ kind }: { readonly kind: SignKind }) {
  return (
    <svg viewBox="0 0 24 24" className={style.sign} aria-hidden="true">
      <path d={PATHS[kind]} />
    </svg>
  );
}
