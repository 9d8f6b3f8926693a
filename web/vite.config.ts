import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env.CC_SERVER ?? "http://127.0.0.1:8080";

/** While developing, as the server does it: what is under /portal is the customers' page. */
const portal: Plugin = {
  name: "portal",
  configureServer(dev) {
    dev.middlewares.use((request, _, next) => {
      if (/^\/portal(\/[^.]*)?([?#]|$)/.test(request.url ?? "")) request.url = "/portal.html";
      next();
    });
  },
};

/**
 * What many pages share, in few files: each alone would be a request, and dozens of them a page. Customers' pages share
 * `base` and `icons` with the workspace and nothing of Mantine; what only a few pages need of Mantine stays with them.
 */
const shared = [
  { name: "base", test: /node_modules\/(react|react-dom|scheduler|react-router|i18next|react-i18next|@tanstack|html-parse-stringify|use-sync-external-store|void-elements|clsx)\// },
  { name: "icons", test: /node_modules\/@tabler\//, minShareCount: 2 },
  { name: "mantine", test: /node_modules\/(@mantine|@floating-ui|react-remove-scroll|react-textarea-autosize)\//, minShareCount: 8 },
];

export default defineConfig({
  plugins: [react(), portal],
  build: {
    target: "es2022",
    sourcemap: false,
    chunkSizeWarningLimit: 400,
    reportCompressedSize: true,
    rolldownOptions: {
      input: { index: "index.html", portal: "portal.html" },
      output: { codeSplitting: { groups: shared } },
    },
  },
  server: {
    proxy: { "/api": server, "/socket.io": { target: server, ws: true } },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
