/** The page of the sale's settings that is open. */
export const PAGES = ["statuses", "funnels", "sources", "reasons", "first", "options"] as const;
export type Page = (typeof PAGES)[number];

let page = $state<Page>("statuses");
export function shownPage(): Page {
  return page;
}
export function showPage(next: Page): void {
  page = next;
}
