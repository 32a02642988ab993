// Somebody whose name was pressed in a dialog: in their chat beside the screen that is open, where one can stand there.
import { call, type ContactId } from "../backend";
import { openBeside } from "./beside.svelte";
import { chooseToWrite } from "./chosen.svelte";
import { showPerson } from "./person.svelte";
import { currentScreen, go, type Screen } from "./route.svelte";

const BESIDE: readonly Screen[] = ["board", "leads", "agenda"];

export async function openPerson(contact_id: ContactId, name: string): Promise<void> {
  const screen = currentScreen();
  const read = screen === "directory" || screen === "settings" ? undefined : call("get_contact", { contact_id });
  const who = await read?.catch(() => undefined);
  // They went on meanwhile.
  if (currentScreen() !== screen) return;
  const chat = who?.conversations[0]?.conversation_id ?? null;
  if (who && BESIDE.includes(screen)) return openBeside(contact_id, name, chat);
  if (chat && screen === "inbox") return chooseToWrite(chat);
  showPerson({ id: contact_id, name });
  go("directory");
}
