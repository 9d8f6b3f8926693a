// Vite's development server in front of the fake one.
import { spawn } from "node:child_process";
import { join } from "node:path";

const here = import.meta.dirname;
const env = { ...process.env, PORT: "8099", CC_SERVER: "http://127.0.0.1:8099" };
const children = [
  spawn(process.execPath, [join(here, "fake-server.mjs")], { env, stdio: "inherit" }),
  spawn(process.execPath, [join(here, "..", "node_modules", "vite", "bin", "vite.js")], {
    env,
    stdio: "inherit",
    cwd: join(here, ".."),
  }),
];
const stop = () => children.forEach((child) => child.kill());
for (const child of children) child.on("exit", stop);
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
