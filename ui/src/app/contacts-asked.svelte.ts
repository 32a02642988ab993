// Contacts that are asked for from elsewhere ("See them"): the directory shows them and nobody else.
import type { Filters } from "../lib/lead-filter";
import { go } from "./route.svelte";

let asked = $state.raw<Filters | null>(null);

export function showContacts(filter: Filters): void {
  asked = filter;
  go("directory");
}
export function contactsAsked(): Filters | null {
  return asked;
}
export function contactsTaken(): void {
  asked = null;
}
