// One place for the compiler's options: the Vite plugin and `npm run messages` must agree.
export const paraglide = {
  project: "./project.inlang",
  outdir: "./src/paraglide",
  strategy: ["globalVariable", "baseLocale"],
  isServer: "false",
  emitReadme: false,
  emitTsDeclarations: false,
};
