// The file of third-party notices: groups of packages above the licence that they came with.
import { fold } from "../../app/fuzzy";

export interface Notice {
  /** "serde 1.0.229 (MIT OR Apache-2.0) https://…" */
  packages: string[];
  licence: string;
}

const RULE = `\n${"=".repeat(80)}\n`;
const THIN_RULE = `\n${"-".repeat(80)}\n`;

export function readNotices(file: string): Notice[] {
  return file
    .replaceAll("\r", "")
    .split(RULE)
    .slice(1)
    .map((group) => {
      const at = group.indexOf(THIN_RULE);
      return { packages: group.slice(0, at).split("\n"), licence: group.slice(at + THIN_RULE.length).trimEnd() };
    });
}

/** A package's name and version, without its licence and address. */
export const shortName = (line: string): string => line.replace(/ \(.*| https:.*|, by .*/u, "");

/** The licences that the packages of a group name, each once however its alternatives are written: "MIT",
 *  "MIT OR Apache-2.0". */
export function licences(notice: Notice): string[] {
  const named = notice.packages.map((line) => / \(([^)]+)\)/u.exec(line)?.[1]).filter((name) => name !== undefined);
  const meant = (name: string) =>
    name
      .split(/ OR |\//u)
      .sort()
      .join();
  return named.filter((name, at) => named.findIndex((other) => meant(other) === meant(name)) === at);
}

/** By the packages' names and licences; without letters all of them. */
export function findNotices(notices: Notice[], letters: string): Notice[] {
  const sought = fold(letters.trim());
  return notices.filter((notice) => notice.packages.some((line) => fold(line).includes(sought)));
}
