import { useEffect, useSyncExternalStore } from "react";
import { useLocation } from "wouter";
import { PATHS } from "./paths.ts";
import type { AppPorts } from "./ports.ts";

/** The invite's link, and the join page as soon as there is one. */
export function useInviteLink({ invite }: AppPorts): string | undefined {
  const link = useSyncExternalStore(invite.subscribe, invite.current);
  const [, navigate] = useLocation();
  useEffect(() => {
    if (link !== undefined) navigate(PATHS.join, { replace: true });
  }, [link, navigate]);
  return link;
}
