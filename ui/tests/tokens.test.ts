// Contrast over the tokens, both themes: text at least 4.5:1, marks and controls at least 3:1.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COLORS } from "../src/lib/colors";

const css = readFileSync("src/styles/tokens.css", "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
type Rgb = [number, number, number];

function themeBlock(selector: string): Record<string, string> {
  const from = css.indexOf(selector);
  const body = css.slice(css.indexOf("{", from) + 1, css.indexOf("\n}", from));
  return Object.fromEntries([...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map((m) => [m[1]!, m[2]!.trim()]));
}
const themes = { light: themeBlock('[data-theme="light"]'), dark: themeBlock('[data-theme="dark"]') };

function oklchToLinear(l: number, c: number, h: number): Rgb {
  const rad = (h * Math.PI) / 180;
  const [a, b] = [c * Math.cos(rad), c * Math.sin(rad)];
  const cube = (x: number) => x ** 3;
  const [L, M, S] = [
    cube(l + 0.3963377774 * a + 0.2158037573 * b),
    cube(l - 0.1055613458 * a - 0.0638541728 * b),
    cube(l - 0.0894841775 * a - 1.291485548 * b),
  ];
  const rgb: Rgb = [
    4.0767416621 * L - 3.3077115913 * M + 0.2309699292 * S,
    -1.2684380046 * L + 2.6097574011 * M - 0.3413193965 * S,
    -0.0041960863 * L - 0.7034186147 * M + 1.707614701 * S,
  ];
  return rgb.map((x) => Math.min(1, Math.max(0, x))) as Rgb;
}
const decode = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const encode = (v: number) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

function hex(value: string) {
  const linear = [1, 3, 5].map((i) => decode(parseInt(value.slice(i, i + 2), 16) / 255)) as Rgb;
  const [r, g, b] = linear;
  const [l, m, s] = [
    Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b),
    Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b),
    Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b),
  ];
  const A = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const B = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return { linear, chroma: Math.hypot(A, B), hue: ((Math.atan2(B, A) * 180) / Math.PI + 360) % 360 };
}
function token(theme: Record<string, string>, name: string): Rgb {
  let value = theme[name];
  for (
    let reference = /^var\((--[\w-]+)\)$/.exec(value ?? "");
    reference;
    reference = /^var\((--[\w-]+)\)$/.exec(value ?? "")
  )
    value = theme[reference[1]!];
  const found = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/.exec(value ?? "");
  if (!found) throw new Error(`${name} is not an opaque oklch() colour: ${value}`);
  return oklchToLinear(Number(found[1]), Number(found[2]), Number(found[3]));
}
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
function contrast(a: Rgb, b: Rgb) {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}
const mix = (a: Rgb, b: Rgb, share: number) =>
  a.map((v, i) => decode(encode(v) * share + encode(b[i]!) * (1 - share))) as Rgb;

const text: [string, string][] = [];
for (const ground of ["--surface", "--ground", "--rail", "--hover", "--raised", "--selected"])
  for (const ink of ["--text", "--text-2", "--text-3"]) text.push([ink, ground]);
for (const ground of ["--surface", "--ground", "--raised", "--selected", "--hover"])
  for (const ink of ["--accent-text", "--red-text"]) text.push([ink, ground]);
text.push(["--on-accent", "--accent"], ["--on-accent", "--accent-hover"], ["--on-ink", "--ink"], ["--on-red", "--red"]);
text.push(
  ["--text", "--bubble-in"],
  ["--text-3", "--bubble-in"],
  ["--text", "--bubble-out"],
  ["--bubble-out-meta", "--bubble-out"],
);
text.push(
  ["--note-text", "--note"],
  ["--text-3", "--fill"],
  ["--text-2", "--fill"],
  ["--text", "--pressed"],
  ["--text-2", "--pressed"],
);
for (const c of ["red", "amber", "green", "blue"])
  text.push([`--${c}-text`, `--${c}-tint`], [`--${c}-text`, "--surface"]);

const marks: [string, string][] = [];
for (const c of ["red", "amber", "green", "blue", "ch-wa", "ch-tg", "ch-ms", "ch-ig", "accent", "control-line", "ring"])
  marks.push([`--${c}`, "--surface"]);
for (const ground of ["--ground", "--raised"]) marks.push(["--control-line", ground]);
for (const ground of ["--ground", "--selected"]) marks.push(["--ring", ground]);
marks.push(["--accent", "--fill"], ["--blue", "--bubble-out"], ["--red", "--bubble-out"]);

describe.each(Object.entries(themes))("in the %s theme", (_name, theme) => {
  it.each(text)("%s can be read on %s", (ink, ground) => {
    expect(contrast(token(theme, ink), token(theme, ground))).toBeGreaterThanOrEqual(4.5);
  });
  it.each(marks)("%s can be made out on %s", (mark, ground) => {
    expect(contrast(token(theme, mark), token(theme, ground))).toBeGreaterThanOrEqual(3);
  });
  it.each(COLORS)("a dot in the colour %s can be made out", (value) => {
    const { chroma, hue } = hex(value);
    const dot = oklchToLinear(Number(theme["--dot-l"]), chroma, hue);
    expect(contrast(dot, token(theme, "--surface"))).toBeGreaterThanOrEqual(3);
  });
  // Whatever somebody picks: every hue, dull and bright, dark and light.
  it("any colour of a user's is a chip that can be read and a dot that can be made out", () => {
    const steps = ["00", "33", "66", "99", "cc", "ff"];
    const all = steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => `#${r}${g}${b}`)));
    const chip = (value: string) => {
      const color = hex(value);
      const ground = mix(color.linear, token(theme, "--surface"), parseFloat(theme["--chip-mix"]!) / 100);
      const chroma = Math.min(color.chroma, Number(theme["--chip-c"]));
      return contrast(oklchToLinear(Number(theme["--chip-l"]), chroma, color.hue), ground);
    };
    const dot = (value: string) => {
      const { chroma, hue } = hex(value);
      return contrast(oklchToLinear(Number(theme["--dot-l"]), chroma, hue), token(theme, "--surface"));
    };
    expect(all.filter((value) => chip(value) < 4.5)).toEqual([]);
    expect(all.filter((value) => dot(value) < 3)).toEqual([]);
  });
  it.each(["#8a8f98", "#2f7de1", "#d99a00", "#8b5cf6", "#ffff00", "#000000", "#ffffff", "#00ff66", ...COLORS])(
    "a chip in the user's colour %s can be read",
    (value) => {
      const color = hex(value);
      const ground = mix(color.linear, token(theme, "--surface"), parseFloat(theme["--chip-mix"]!) / 100);
      const ink = oklchToLinear(
        Number(theme["--chip-l"]),
        Math.min(color.chroma, Number(theme["--chip-c"])),
        color.hue,
      );
      expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5);
    },
  );
});
