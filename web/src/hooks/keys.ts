import { useEffect, useRef } from "react";

const CONTROLS = "button, a, input, textarea, select, [contenteditable], [role=option], [role=menuitem], [role=slider]";
const TYPING = "input, textarea, select, [contenteditable], [role=menu], [role=listbox], [role=dialog]";

/** Keys for the page as a whole. Enter is left to a focused control, single keys to whoever types. */
export function useKeys(handlers: Readonly<Record<string, (() => void) | undefined>>): void {
  const current = useRef(handlers);
  useEffect(() => {
    current.current = handlers;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest(event.key === "Enter" || event.key === " " ? CONTROLS : TYPING)) return;
      const handler = current.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!handler) return;
      event.preventDefault();
      handler();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}
