import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// The widgets carry their words in thirty languages; the explorer speaks English.
const englishOnly: Plugin = {
  name: "english-only",
  enforce: "pre",
  load: (id) =>
    /\/react-aria[^/]*\/.*\/intl\/(?!.*en-US)/.test(id) ? "export default {};" : undefined,
};

// One script and one style sheet with fixed names: the Python side puts them into one file too.
export default defineConfig({
  base: "./",
  plugins: [react(), englishOnly],
  build: {
    outDir: "../src/anonymuse/web/static",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    modulePreload: false,
    assetsInlineLimit: 100_000,
    license: { fileName: "licenses.md" },
    chunkSizeWarningLimit: 1_000,
    rollupOptions: {
      output: {
        codeSplitting: false,
        entryFileNames: "explorer.js",
        assetFileNames: "explorer[extname]",
      },
    },
  },
  server: {
    // `anonymuse explore DIR --port 8722` beside `npm run dev`
    proxy: { "/api": "http://127.0.0.1:8722" },
  },
  test: { environment: "jsdom", include: ["tests/**/*.test.{ts,tsx}"] },
});
