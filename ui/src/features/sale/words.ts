import type { Category } from "../../backend";
import { m } from "../../paraglide/messages.js";

export const CATEGORIES: readonly Category[] = ["open", "won", "lost", "archived"];

export function categoryWord(category: Category): string {
  return {
    open: m.sale_category_open,
    won: m.sale_category_won,
    lost: m.sale_category_lost,
    archived: m.sale_category_archived,
  }[category]();
}
export function categoryHint(category: Category): string {
  return {
    open: m.sale_category_open_hint,
    won: m.sale_category_won_hint,
    lost: m.sale_category_lost_hint,
    archived: m.sale_category_archived_hint,
  }[category]();
}
