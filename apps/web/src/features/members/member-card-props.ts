import type { CircleView, MemberView } from "@halqa/engine";

/** The card of a member, and the check of who it is. */
export interface MemberCardProps {
  readonly view: CircleView;
  readonly person: MemberView;
  readonly onClose: () => void;
}
