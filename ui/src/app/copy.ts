// To the clipboard, and a word that it is there.
import { m } from "../paraglide/messages.js";
import { toast } from "./toast.svelte";

export async function copyText(text: string, said = m.copied()): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A web view may refuse the clipboard API; selecting and copying still works there.
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) {
      toast(m.contact_copy_failed(), { tone: "problem" });
      return false;
    }
  }
  toast(said);
  return true;
}
