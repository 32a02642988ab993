/** The pages that have a button: the first, the last, and those around the one that is shown; undefined is a gap. Always
 *  the same number of places, so that the arrows stay under the pointer. Counted from 0. */
export function pagesShown(page: number, pages: number): (number | undefined)[] {
  const PLACES = 7;
  const all = Array.from({ length: pages }, (_, at) => at);
  if (pages <= PLACES) return all;
  if (page < 4) return [...all.slice(0, 5), undefined, pages - 1];
  if (page > pages - 5) return [0, undefined, ...all.slice(pages - 5)];
  return [0, undefined, page - 1, page, page + 1, undefined, pages - 1];
}
