// Whether the page shows the import under way or the list of those before; the wizard outlives the page.
import { ChatWizard } from "./chats.svelte";
import { Wizard } from "./wizard.svelte";

let wizard = $state.raw<Wizard>();
let chats = $state.raw<ChatWizard>();
/** Of two that are under way the one that was begun, or gone back to, last. */
let first = $state.raw<"contacts" | "chats">("contacts");
export const shownImport = (): Wizard | undefined => (first === "chats" && chats ? undefined : wizard);
export function beginImport(): Wizard {
  // One that runs goes on, also while another page is looked at.
  if (!wizard || wizard.step === "report") wizard = new Wizard();
  first = "contacts";
  return wizard;
}
export function endImport(): void {
  wizard = undefined;
}
export const shownChats = (): ChatWizard | undefined => chats;
export function beginChats(): ChatWizard {
  if (!chats || chats.step === "report") chats = new ChatWizard();
  first = "chats";
  return chats;
}
export function endChats(): void {
  chats = undefined;
}
