// The design preview as a build: `npx vite build -c dev/vite.config.ts`, then `npx vite preview -c dev/vite.config.ts`
// and /dev/index.html. For measuring and for screenshots that no hot reload disturbs.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: process.env.PREVIEW ?? "dev/dist",
    emptyOutDir: true,
    target: ["es2022", "safari16.4", "chrome111"],
    rollupOptions: { input: "dev/index.html" },
  },
  preview: { port: Number(process.env.PORT ?? 5180), strictPort: true },
});
