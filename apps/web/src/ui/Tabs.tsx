import type { ReactNode } from "react";
import style from "./Tabs.module.css";

export interface Tab {
  readonly href: string;
  readonly label: string;
  readonly sign: ReactNode;
  readonly isCurrent: boolean;
}

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
}

/** The places of the app, at the bottom, where the thumb is. */
export function Tabs({ label, tabs }: TabsProps) {
  return (
    <nav className={style.tabs} aria-label={label}>
      {tabs.map((tab) => (
        <a
          key={tab.href}
          href={tab.href}
          className={style.tab}
          aria-current={tab.isCurrent ? "page" : undefined}
        >
          {tab.sign}
          <span>{tab.label}</span>
        </a>
      ))}
    </nav>
  );
}
