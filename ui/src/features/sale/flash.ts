// "Use it": the row that is there already takes the focus and lights up for a moment.
import { tick } from "svelte";

export async function flashRow(list: ParentNode | null | undefined, id: string): Promise<void> {
  await tick();
  const row = list?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`);
  if (!row) return;
  row.scrollIntoView({ block: "nearest" });
  row.querySelector<HTMLElement>("input, textarea")?.focus();
  row.classList.remove("lit-row");
  // Read, so that the animation begins anew where it was seen before.
  void row.offsetWidth;
  row.classList.add("lit-row");
  row.addEventListener("animationend", () => row.classList.remove("lit-row"), { once: true });
}
