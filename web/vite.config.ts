import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.CC_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 400, reportCompressedSize: true },
  server: {
    proxy: { "/api": server, "/socket.io": { target: server, ws: true } },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
