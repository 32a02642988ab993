// One of a list by a few letters: what was typed whole is what is chosen.
import { flushSync, mount, unmount } from "svelte";
import { expect, it } from "vitest";
import Choose from "../src/components/Choose.svelte";

it("of names that begin alike, Enter takes the one that was typed", async () => {
  let chosen = "";
  const choices = ["Calificando", "Calificado", "Seguimiento"].map((label) => ({ label, run: () => (chosen = label) }));
  const props = { title: "Move", label: "Stage", choices, onclose: () => undefined };
  const component = mount(Choose, { target: document.body, props });
  flushSync();
  const input = document.querySelector<HTMLInputElement>("input[role=combobox]")!;
  input.value = "calificado";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  expect(chosen).toBe("Calificado");
  await unmount(component);
});
