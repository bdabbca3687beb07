import type { AppView } from "@halqa/engine";
import { useLingui } from "@lingui/react/macro";
import { useEffect } from "react";
import { formatNumber } from "../ui/format-number.ts";
import { useLocale } from "../ui/use-locale.ts";

/** Never a name: titles stay in histories and on lists of windows. */
export function PageTitle() {
  const { t } = useLingui();
  const title = t`Halqa`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  return null;
}

/** How many circles hold something new: on the app's sign where there is one, and in the title (AP-92). Stands after the title. */
export function UnreadCount({ view }: { readonly view: AppView }) {
  const { t } = useLingui();
  const locale = useLocale();
  const title = t`Halqa`;
  const count = view.circles.filter(({ unread }) => unread > 0).length;
  useEffect(() => {
    if (count === 0) return undefined;
    document.title = `(${formatNumber(count, locale)}) ${title}`;
    showBadge(count);
    return () => {
      document.title = title;
      showBadge(0);
    };
  }, [count, locale, title]);
  return null;
}

/** Where there is no sign to put it on, there is none. */
function showBadge(count: number): void {
  if (!("setAppBadge" in navigator)) return;
  navigator.setAppBadge(count).catch(() => undefined);
}
