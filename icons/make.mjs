// Makes every icon file from the three SVGs beside it: `node icons/make.mjs`.
// Run it after editing an SVG and commit the result; builds only read the files.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const work = mkdtempSync(join(tmpdir(), "embudo-icons-"));

/** PNG bytes by size in pixels, drawn from one SVG. */
function draw(svgPath, sizes) {
  const out = mkdtempSync(join(work, "png-"));
  execFileSync(
    "npx",
    ["--yes", "@tauri-apps/cli@2", "icon", svgPath, "--output", out, "--png", sizes.join(",")],
    { stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" },
  );
  return new Map(sizes.map((size) => [size, readFileSync(join(out, `${size}x${size}.png`))]));
}

/** Windows: a directory of PNG images; 256 is written as 0. */
function ico(images) {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(([size, png], i) => {
    const at = 6 + 16 * i;
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([head, ...images.map(([, png]) => png)]);
}

/** macOS: "icns", the whole length, then four letters, a length and a PNG per size. */
function icns(chunks) {
  const parts = chunks.map(([kind, png]) => {
    const head = Buffer.alloc(8);
    head.write(kind, 0, "ascii");
    head.writeUInt32BE(8 + png.length, 4);
    return Buffer.concat([head, png]);
  });
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.write("icns", 0, "ascii");
  head.writeUInt32BE(8 + body.length, 4);
  return Buffer.concat([head, body]);
}

const save = (name, bytes) => writeFileSync(join(here, name), bytes);

const big = draw(join(here, "app-icon.svg"), [24, 32, 48, 64, 128, 256, 512, 1024]);
const tiny = draw(join(here, "app-icon-16.svg"), [16]);
const at = (size) => tiny.get(size) ?? big.get(size);

save("32x32.png", at(32));
save("128x128.png", at(128));
save("128x128@2x.png", at(256));
save("icon.png", at(512));
save("icon.ico", ico([32, 16, 24, 48, 64, 256].map((size) => [size, at(size)])));
save("icon.icns", icns([
  ["icp4", at(16)], ["ic11", at(32)], ["icp5", at(32)], ["ic12", at(64)], ["ic07", at(128)],
  ["ic13", at(256)], ["ic08", at(256)], ["ic14", at(512)], ["ic09", at(512)], ["ic10", at(1024)],
]));

const tray = readFileSync(join(here, "tray.svg"), "utf8");
const white = join(work, "tray-white.svg");
writeFileSync(white, tray.replaceAll("#000", "#fff"));
save("tray-template.png", draw(join(here, "tray.svg"), [44]).get(44));
save("tray-white.png", draw(white, [44]).get(44));

rmSync(work, { recursive: true });
