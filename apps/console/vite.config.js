import { defineConfig } from "vite";

/** One folder of files with hashed names, and a page that loads them. */
export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  publicDir: false,
  // Nothing inline and nothing from elsewhere: the page's policy forbids both.
  build: {
    outDir: "web",
    emptyOutDir: true,
    assetsDir: "console",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
