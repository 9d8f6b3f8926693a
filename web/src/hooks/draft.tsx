import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type FocusEvent, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../lib/api";
import { isUnder, onArrival, same, serverTrouble, shownAt } from "../lib/admin/draft";
import type { Trouble, TroubleKey, Troubles } from "../lib/admin/types";

/** What is missing is said when a field is left or saving was tried, not before anybody could fill it in. */
const LATE: ReadonlySet<TroubleKey> = new Set<TroubleKey>([
  "nameMissing",
  "subjectMissing",
  "textMissing",
  "tenantMissing",
  "addressMissing",
  "clientMissing",
  "metadataMissing",
  "valueMissing",
  "labelMissing",
  "choicesMissing",
  "filterEmpty",
  "languageWrong",
  "choiceMissing",
  "emailMissing",
  "emailWrong",
  "roleMissing",
  "whereMissing",
  "skillMissing",
  "groupEmpty",
  "stepEmpty",
  "limitMissing",
  "absentMissing",
  "targetMissing",
  "timeMissing",
  "dateMissing",
  "countryMissing",
  "calendarEmpty",
  "channelNone",
  "hostMissing",
  "hostWrong",
  "userMissing",
  "passwordMissing",
  "addressesMissing",
  "numberWrong",
  "countryWrong",
  "patternMissing",
  "flowMissing",
  "stateMissing",
  "durationWrong",
  "promiseMissing",
  "stepNothing",
  "testMissing",
  "actionMissing",
  "valueChosenMissing",
  "personMissing",
  "webhookMissing",
  "eventMissing",
]);

/** How long a form says that it was saved. */
const SAVED_MS = 6000;

export interface FormFields {
  editable: boolean;
  /** What is wrong with exactly this field, in words. */
  trouble: (path: string) => string | undefined;
  /** Whether anything at or below this path is wrong and shown. */
  wrong: (path: string) => boolean;
}

export const FormContext = createContext<FormFields>({ editable: true, trouble: () => undefined, wrong: () => false });

export function useFields(): FormFields {
  return useContext(FormContext);
}

export function useTroubleText(): (trouble: Trouble) => string {
  const { t } = useTranslation();
  return useCallback((trouble) => t(`admin.trouble.${trouble.key}`, trouble.values ?? {}), [t]);
}

export interface Draft<T> {
  value: T;
  set: (part: Partial<T>) => void;
  dirty: boolean;
  saving: boolean;
  problem: Problem | null;
  /** Troubles that keep it from being saved, whether shown yet or not. */
  count: number;
  tried: boolean;
  justSaved: boolean;
  /** What is stored has become another while this was being changed; what was typed is still here. */
  changedElsewhere: boolean;
  fields: FormFields;
  save: () => Promise<boolean>;
  discard: () => void;
  left: (event: FocusEvent) => void;
  /** True while a navigation of its own follows a save or a deletion. */
  leaving: RefObject<boolean>;
}

interface DraftOptions<T> {
  saved: T;
  editable: boolean;
  troubles: (value: T) => Troubles;
  save: (value: T) => Promise<unknown>;
}

export function useDraft<T extends object>({ saved, editable, troubles, save }: DraftOptions<T>): Draft<T> {
  const [given, setGiven] = useState(saved);
  const [known, setKnown] = useState(saved);
  const [value, setValue] = useState(saved);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const [saving, setSaving] = useState(false);
  const [justSaved, setJustSaved] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [place, setPlace] = useState<string | null>(null);
  const [changedElsewhere, setChangedElsewhere] = useState(false);
  const leaving = useRef(false);
  const say = useTroubleText();
  const dirty = editable && !same(value, known);
  if (saved !== given) {
    setGiven(saved);
    setKnown(saved);
    const way = onArrival(saved, known, { dirty, saving });
    if (way === "take") setValue(saved);
    else if (way === "tell") setChangedElsewhere(true);
  }
  useEffect(() => {
    if (!justSaved) return;
    const timer = setTimeout(() => setJustSaved(false), SAVED_MS);
    return () => clearTimeout(timer);
  }, [justSaved]);
  const found = useMemo(() => troubles(value), [troubles, value]);
  const refused = serverTrouble(problem);

  const visible = (path: string) => {
    const trouble = found[path];
    return trouble && (tried || touched.has(path) || !LATE.has(trouble.key)) ? trouble : null;
  };
  const fields: FormFields = {
    editable,
    trouble: (path) => {
      const trouble = visible(path);
      return trouble ? say(trouble) : refused && place === path ? refused.detail : undefined;
    },
    wrong: (path) =>
      Object.keys(found).some((at) => isUnder(at, path) && visible(at)) || (refused !== null && isUnder(refused.path, path)),
  };

  const run = async () => {
    setTried(true);
    if (Object.keys(found).length > 0) {
      setTimeout(focusFirst, 0);
      return false;
    }
    setSaving(true);
    setProblem(null);
    try {
      await save(value);
      setKnown(value);
      setTried(false);
      setTouched(new Set());
      setJustSaved(true);
      setChangedElsewhere(false);
      return true;
    } catch (error) {
      const refusal = error instanceof Problem ? error : new Problem(500, "error", "", "");
      setProblem(refusal);
      setPlace(shownAt(serverTrouble(refusal)?.path ?? "", pathsOnPage()));
      setTimeout(focusFirst, 0);
      return false;
    } finally {
      setSaving(false);
    }
  };

  return {
    value,
    set: (part) => {
      setValue((old) => ({ ...old, ...part }));
      setJustSaved(false);
      if (refused && Object.keys(part).some((key) => isUnder(refused.path, key))) setProblem(null);
    },
    dirty,
    saving,
    problem,
    count: Object.keys(found).length,
    tried,
    justSaved,
    changedElsewhere: changedElsewhere && dirty,
    fields,
    save: run,
    discard: () => {
      setValue(known);
      setChangedElsewhere(false);
      setTried(false);
      setTouched(new Set());
      setProblem(null);
    },
    left: (event) => {
      const path = event.target.closest<HTMLElement>("[data-path]")?.dataset.path;
      if (path && !touched.has(path)) setTouched(new Set([...touched, path]));
    },
    leaving,
  };
}

function pathsOnPage(): ReadonlySet<string> {
  return new Set([...document.querySelectorAll<HTMLElement>("form [data-path]")].map((field) => field.dataset.path ?? ""));
}

/** Where the person is wanted next: the first field that is wrong. */
function focusFirst(): void {
  const wrong = document.querySelector<HTMLElement>("form [aria-invalid=true], form [data-wrong=true]");
  wrong?.focus();
  wrong?.scrollIntoView({ block: "center" });
}

/** The browser's own question when the tab is closed with unsaved changes. */
export function useUnload(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [dirty]);
}
