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

export default defineConfig({
  plugins: [react(), portal],
  build: {
    target: "es2022",
    sourcemap: false,
    chunkSizeWarningLimit: 400,
    reportCompressedSize: true,
    rolldownOptions: { input: { index: "index.html", portal: "portal.html" } },
  },
  server: {
    proxy: { "/api": server, "/socket.io": { target: server, ws: true } },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
