// The places of the app. They stand behind `#`, so that no server is ever told which circle is open, not even when a page
// is reloaded without the service worker (docs/spec/app.md, AP-17).

export const PATHS = {
  home: "/",
  circle: "/circle/:circle",
  members: "/circle/:circle/members",
  invite: "/circle/:circle/invite",
  sheet: "/circle/:circle/invite/:invite",
  settings: "/circle/:circle/settings",
  join: "/join",
  restore: "/restore",
  me: "/me",
  data: "/me/data",
  kit: "/me/data/words",
  linking: "/me/linking",
  guide: "/me/guide",
  share: "/share",
  device: "/me/device",
} as const;

export function circlePath(circle: string): string {
  return `/circle/${encodeURIComponent(circle)}`;
}

/** A path as a link. */
export function hrefOf(path: string): string {
  return `#${path}`;
}
