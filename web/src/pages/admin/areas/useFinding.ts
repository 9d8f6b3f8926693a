import { useState, type ChangeEvent, type KeyboardEvent } from "react";
import { useNavigate } from "react-router";
import { findAreas, step, type Area } from "../../../lib/admin/areas";

/** A search over areas with its list: typing filters, arrow keys walk, Enter opens the best, Escape clears. */
export function useFinding(areas: readonly Area[]) {
  const [words, setWords] = useState("");
  const navigate = useNavigate();
  const searching = words.trim() !== "";
  const found = findAreas(areas, words);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const place = event.currentTarget;
    const typing = event.target instanceof HTMLInputElement;
    const links = [...place.querySelectorAll<HTMLAnchorElement>("a[data-area]")];
    const best = found[0];
    if (typing && event.key === "Enter" && searching && best) {
      event.preventDefault();
      setWords("");
      void navigate(`/admin/${best.id}`);
    } else if (event.key === "Escape" && searching) {
      event.preventDefault();
      setWords("");
      place.querySelector("input")?.focus();
    } else {
      const at = typing ? -1 : links.indexOf(document.activeElement as HTMLAnchorElement);
      const to = typing || at >= 0 ? step(at, event.key, links.length) : null;
      if (to === null) return;
      event.preventDefault();
      (to < 0 ? place.querySelector("input") : links[to])?.focus();
    }
  };
  return {
    words,
    searching,
    found,
    clear: () => setWords(""),
    onKeyDown,
    onType: (event: ChangeEvent<HTMLInputElement>) => setWords(event.currentTarget.value),
  };
}
