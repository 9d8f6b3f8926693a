import "./styles.css";
import "./pages/portal/portal.css";
import { createRoot } from "react-dom/client";
import { App } from "./pages/portal/App";
import { begin } from "./pages/portal/language";

const root = document.getElementById("root");
if (root) void begin().then(() => createRoot(root).render(<App />));
