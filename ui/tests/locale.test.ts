import { flushSync } from "svelte";
import { expect, it } from "vitest";
import { undoLast } from "../src/app/act";
import { guessLocale, showLocale } from "../src/app/locale.svelte";
import { currentToast, did } from "../src/app/toast.svelte";
import { m } from "../src/paraglide/messages.js";
import { watch } from "./watch.svelte";

it("a language switch repaints words by itself", () => {
  const seen: string[] = [];
  const stop = watch(() => void seen.push(m.inbox()));
  for (const locale of ["en", "es", "pt"] as const) {
    showLocale(locale);
    flushSync();
    expect(seen.at(-1)).toBe({ en: "Inbox", es: "Bandeja", pt: "Caixa de entrada" }[locale]);
  }
  stop();
});

it("guesses the first language that we speak", () => {
  expect(guessLocale(["fr-FR", "pt-PT", "en"])).toBe("pt");
  expect(guessLocale(["es-PE"])).toBe("es");
  expect(guessLocale(["ja"])).toBe("en");
});

it("plurals follow the language, millions too", () => {
  showLocale("es");
  expect(m.rail_with_unread({ section: "Bandeja", count: 1 })).toContain("1 conversación sin leer");
  expect(m.rail_with_unread({ section: "Bandeja", count: 1_000_000 })).toContain("conversaciones sin leer");
});

it("a toast of a switch of the language is in the language on screen, also when it is taken back", async () => {
  showLocale("es");
  did(m.did_language, () => {
    showLocale("en");
    return "done";
  });
  expect(currentToast()?.text).toBe(m.did_language());
  showLocale("pt");
  expect(currentToast()?.text, "switched while it stands").toBe(m.did_language({}, { locale: "pt" }));
  await undoLast();
  expect(currentToast()?.text).toBe(`Taken back: “${m.did_language({}, { locale: "en" })}”`);
});
