import type { IconOf } from "./icon";

/** One entry of a menu. A `reason` disables it and is shown instead of its keys. */
export interface MenuItem {
  kind?: "item";
  label: string;
  icon?: IconOf;
  /** A binding such as "shift+e". */
  keys?: string;
  detail?: string;
  /** A line's colour, as a bar before its name. */
  color?: string;
  /** The colour that people gave a status, a stage or a funnel, as a dot before its name. */
  dot?: string;
  /** A marker's sign, before its name. */
  sign?: string;
  checked?: boolean;
  danger?: boolean;
  reason?: string | null;
  run: () => void;
}
/** An entry that opens entries of its own beside it. */
export interface MenuBranch {
  kind: "branch";
  label: string;
  icon?: IconOf;
  dot?: string;
  detail?: string;
  entries: readonly (MenuItem | { kind: "line" })[];
}
export type MenuEntry = MenuItem | MenuBranch | { kind: "line" } | { kind: "caption"; label: string };
