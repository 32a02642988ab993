import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { paraglide } from "./scripts/paraglide.mjs";

export default defineConfig(({ command }) => ({
  plugins: [
    svelte(),
    // While developing, an edited catalogue shows at once. Builds and tests run `npm run messages` first.
    command === "serve" &&
      !process.env.VITEST &&
      paraglideVitePlugin(paraglide as Parameters<typeof paraglideVitePlugin>[0]),
  ],
  // Tauri's window and the dev host both serve ui/dist from their root under a strict CSP: everything is a
  // file of its own (no inline script, no data: fonts).
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["es2022", "safari16.4", "chrome111"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The window, and the reply box in front of other programs.
    rollupOptions: { input: ["index.html", "reply.html"] },
    // The third-party notices are a megabyte of text, read when they are asked for.
    chunkSizeWarningLimit: 1100,
  },
  // The third-party notices lie beside the README.
  server: { port: 5173, strictPort: true, fs: { allow: [".."] } },
  clearScreen: false,
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  test: {
    environment: "jsdom",
    include: ["tests/**/*.test.ts", "src/**/*.test.ts"],
    setupFiles: ["tests/setup.ts"],
  },
}));
