import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const features = [
  "alerts",
  "inbox",
  "thread",
  "composer",
  "contact",
  "search",
  "sale",
  "settings",
  "followups",
  "leads",
  "lines",
  "firstrun",
  "outbox",
  "diagnostics",
  "quickreplies",
  "review",
  "locked",
  "replybox",
];

export default ts.config(
  { ignores: ["dist", "src/paraglide", "src/backend/gen", "node_modules", "dev/shots"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs["flat/recommended"],
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    rules: {
      "no-undef": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // What people write is data. It never becomes markup.
      "svelte/no-at-html-tags": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML" },
        { property: "outerHTML" },
        { property: "insertAdjacentHTML" },
      ],
      "svelte/prefer-svelte-reactivity": "off",
      "no-eval": "error",
      "no-implied-eval": "error",
    },
  },
  {
    // Only the door knows the host.
    files: ["src/**"],
    ignores: ["src/backend/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["@tauri-apps/*"], message: "Only src/backend talks to the host." },
            { group: ["**/dev/*"], message: "dev/ is never shipped." },
          ],
        },
      ],
    },
  },
  // Features do not know each other: what two of them need lives in app/ or components/.
  ...features.map((feature) => ({
    files: [`src/features/${feature}/**`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["@tauri-apps/*"], message: "Only src/backend talks to the host." },
            ...features
              .filter((f) => f !== feature)
              .map((f) => ({
                group: [`**/features/${f}/**`, `../${f}/**`, `../../${f}/**`],
                message: "Features do not import each other.",
              })),
          ],
        },
      ],
    },
  })),
);
