// The currencies that an amount may be in, named in the language on screen.
import { intlTag } from "../../app/locale.svelte";
import { session } from "../../app/session.svelte";

/** Where this is sold most; the others follow by their codes. */
const FIRST = ["BRL", "MXN", "ARS", "CLP", "COP", "PEN", "UYU", "USD", "EUR"];
const OF_COUNTRY: Readonly<Record<string, string>> = {
  BR: "BRL",
  MX: "MXN",
  AR: "ARS",
  CL: "CLP",
  CO: "COP",
  PE: "PEN",
  UY: "UYU",
  PY: "PYG",
  BO: "BOB",
  VE: "VES",
  EC: "USD",
  PA: "USD",
  SV: "USD",
  PR: "USD",
  US: "USD",
  CA: "CAD",
  GT: "GTQ",
  HN: "HNL",
  NI: "NIO",
  CR: "CRC",
  DO: "DOP",
  CU: "CUP",
  ES: "EUR",
  PT: "EUR",
  AO: "AOA",
  MZ: "MZN",
  GB: "GBP",
};

export function currencies(): string[] {
  const all = Intl.supportedValuesOf("currency");
  return [...FIRST, ...all.filter((code) => !FIRST.includes(code))];
}
/** "BRL · Brazilian Real". */
export function currencyWords(code: string): string {
  const name = new Intl.DisplayNames([intlTag()], { type: "currency" }).of(code);
  return name && name !== code ? `${code} · ${name}` : code;
}
/** Of the workspace's country. */
export function currencyOfHere(): string | undefined {
  return OF_COUNTRY[session()?.workspace.default_country ?? ""];
}
