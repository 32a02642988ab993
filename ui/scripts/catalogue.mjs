// What makes a set of catalogues complete. Pure, so that a test can feed it broken ones.

/** The placeholders of one message, plain or with variants. */
function placeholders(message) {
  const text = typeof message === "string" ? message : JSON.stringify(message.map((m) => m.match));
  return new Set([...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]));
}

/** The inputs that a message declares or uses. */
function inputs(message) {
  const names = placeholders(message);
  if (typeof message !== "string")
    for (const declaration of message[0].declarations ?? []) {
      const input = /^input (\w+)/.exec(declaration);
      if (input) names.add(input[1]);
    }
  return names;
}

/** Sentences, one per problem; empty when every language has every key with the same inputs. */
export function problems(catalogues) {
  const out = [];
  const locales = Object.keys(catalogues);
  const keys = new Set(locales.flatMap((l) => Object.keys(catalogues[l])));
  keys.delete("$schema");
  for (const key of [...keys].sort()) {
    const base = catalogues[locales[0]][key];
    for (const locale of locales) {
      const message = catalogues[locale][key];
      if (message === undefined) {
        out.push(`${locale}: "${key}" is missing`);
        continue;
      }
      if (message === "") out.push(`${locale}: "${key}" is empty`);
      if (base === undefined) continue;
      const want = [...inputs(base)].sort().join();
      const have = [...inputs(message)].sort().join();
      if (want !== have) out.push(`${locale}: "${key}" takes {${have}}, ${locales[0]} takes {${want}}`);
      // Spanish and Portuguese also have a "many"; only a catch-all is safe in every language.
      if (
        typeof message !== "string" &&
        !Object.keys(message[0].match).some((k) => k.split(", ").every((c) => c.endsWith("=*")))
      )
        out.push(`${locale}: "${key}" has no catch-all form`);
      // The rules of Portuguese put none with one: "0 lead".
      if (
        locale === "pt" &&
        typeof message !== "string" &&
        (message[0].declarations ?? []).some((declaration) => declaration.endsWith(": plural"))
      )
        out.push(`pt: "${key}" says one where there is none; ask for count=1`);
    }
  }
  return out;
}
