/** Unread open conversations of every line, as the rail shows it. The list's counts bring it along. */
let count = $state(0);
export function badge(): number {
  return count;
}
export function setBadge(next: number): void {
  count = next;
}
