// The design preview: the real UI on a small app in memory. `npm run dev`, then /dev/index.html?scene=full.
import { useTransport } from "../src/backend";
import { fakeApp } from "./fake";

const query = new URLSearchParams(location.search);
const fake = fakeApp({
  scene: (query.get("scene") as "full" | "empty" | "first" | null) ?? "full",
  language: (query.get("lang") as "en" | "es" | "pt" | null) ?? "es",
  theme: (query.get("theme") as "light" | "dark" | null) ?? "light",
  density: (query.get("density") as "comfortable" | "compact" | null) ?? "comfortable",
  rows: Number(query.get("rows") ?? 0),
});
(window as unknown as { fake: typeof fake }).fake = fake;
useTransport(fake.transport);
await import("../src/main");
