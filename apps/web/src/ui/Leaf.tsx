import type { ReactNode } from "react";
import style from "./Leaf.module.css";

/** `now` for what matters, `warn` for what needs a look, `past` for what is over. */
export type LeafTone = "now" | "warn" | "past" | "plain";

interface LeafProps {
  readonly tone?: LeafTone;
  /** The big thing at the start: a day, a number, a ring. */
  readonly mark?: ReactNode;
  readonly title: ReactNode;
  readonly titleLevel?: 2 | 3;
  /** Lines of where and when. */
  readonly lines?: ReactNode;
  /** Buttons, fields, and the quiet line that says who sees what. */
  readonly children?: ReactNode;
}

/** A sheet with a thick upper edge: whatever people act on together. */
export function Leaf({
  tone = "now",
  mark,
  title,
  titleLevel = 2,
  lines,
  children,
}: LeafProps) {
  const Heading = titleLevel === 2 ? "h2" : "h3";
  return (
    <div className={`${style.leaf} ${style[tone]}`}>
      <div className={mark ? style.marked : style.unmarked}>
        {mark}
        <div className={style.words}>
          <Heading className={style.title}>
            <span dir="auto">{title}</span>
          </Heading>
          {lines && <div className={style.lines}>{lines}</div>}
        </div>
      </div>
      {children && <div className={style.acts}>{children}</div>}
    </div>
  );
}

interface DayProps {
  readonly weekday: string;
  readonly day: string;
  readonly month: string;
}

/** The day of a meeting as a calendar leaf has it. */
export function Day({ weekday, day, month }: DayProps) {
  return (
    <p className={style.day}>
      <span>{weekday}</span> <b>{day}</b> <span>{month}</span>
    </p>
  );
}

/** The line that says who sees what. */
export function QuietLine({ children }: { readonly children: ReactNode }) {
  return <p className={style.quiet}>{children}</p>;
}
