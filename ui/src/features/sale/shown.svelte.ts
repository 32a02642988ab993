import { recall, remember } from "../../app/memory";

/** The page of the sale's settings that is open. */
export const PAGES = ["statuses", "funnels", "sources", "reasons", "fields", "tags", "first", "options"] as const;
export type Page = (typeof PAGES)[number];

let page = $state<Page>("statuses");
export function shownPage(): Page {
  return page;
}
export function showPage(next: Page): void {
  page = next;
}

/** Columns of the catalogues that need not be seen. */
export type Column = "id" | "leads";
const HIDDEN = "sale-hidden";
let hidden = $state.raw<readonly Column[]>();
const now = (): readonly Column[] => hidden ?? recall<readonly Column[]>(HIDDEN, []);

export function isHidden(column: Column): boolean {
  return now().includes(column);
}
export function toggleColumn(column: Column): void {
  hidden = isHidden(column) ? now().filter((one) => one !== column) : [...now(), column];
  remember(HIDDEN, hidden);
}
