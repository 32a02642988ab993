import { describe, expect, it } from "vitest";
import { insertVariable, shortcutFrom, unknownVariables } from "../src/features/quickreplies/variables";
import { pieces } from "../src/lib/variables";

describe("a quick reply", () => {
  it("knows its fields and names each misspelt one once", () => {
    expect(unknownVariables("Hola {{contact.first_name|ahí}}, {{ me.name }}")).toEqual([]);
    expect(unknownVariables("{{contact.fisrt_name}} {{contact.fisrt_name}} {{precio}}")).toEqual([
      "contact.fisrt_name",
      "precio",
    ]);
  });
  it("leaves lone braces alone", () => {
    expect(unknownVariables("Usa {{ y }} como quieras {")).toEqual(["y"]);
    expect(unknownVariables("a {{ b")).toEqual([]);
  });
  it("puts a field where the selection was and selects its fallback", () => {
    const made = insertVariable("Hola X, bien", 5, 6, "contact.first_name", "ahí");
    expect(made.body).toBe("Hola {{contact.first_name|ahí}}, bien");
    expect(made.body.slice(made.from, made.to)).toBe("ahí");
  });
  it("puts the cursor behind a field without a fallback", () => {
    const made = insertVariable("Soy ", 4, 4, "me.name", "");
    expect(made.body).toBe("Soy {{me.name}}");
    expect([made.from, made.to]).toEqual([15, 15]);
  });
  it("makes a legal shortcut out of any title", () => {
    expect(shortcutFrom("Datos de pago")).toBe("datos-de-pago");
    expect(shortcutFrom("  ¿Envíos a Perú?  ")).toBe("envios-a-peru");
    expect(shortcutFrom("a".repeat(60))).toHaveLength(32);
    expect(shortcutFrom("🙂")).toBe("");
  });
  it("shows fields apart from words and loses nothing of the text", () => {
    expect(pieces("Hola {{contact.name|amigo}}.")).toEqual([
      { text: "Hola ", variable: false },
      { text: "contact.name", variable: true },
      { text: ".", variable: false },
    ]);
  });
});
