// Which rows the list is asked to show from elsewhere. The list takes it and forgets it.
export type AskedView = "unread" | "failed";

let asked = $state<AskedView | null>(null);

export function askView(view: AskedView): void {
  asked = view;
}
export function viewAsked(): AskedView | null {
  return asked;
}
export function viewTaken(): void {
  asked = null;
}
