import { Button, Modal } from "@mantine/core";
import { IconAlertCircle, IconArrowLeft, IconCheck, IconDeviceFloppy, IconEye } from "@tabler/icons-react";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useBlocker } from "react-router";
import { FormContext, useUnload, type Draft } from "../../hooks/draft";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { isUnder, serverTrouble } from "../../lib/admin/draft";
import { Sentence } from "../Sentence";
import admin from "./admin.module.css";
import styles from "./form-page.module.css";

export interface FormSection {
  id: string;
  title: string;
  lead?: string;
  /** Paths of the settings whose troubles belong to this section. */
  paths: readonly string[];
  content: ReactNode;
}

interface FormPageProps<T> {
  title: string;
  back?: { to: string; word: string };
  draft: Draft<T>;
  sections: readonly FormSection[];
  isNew?: boolean;
  /** Beside the title. */
  aside?: ReactNode;
  /** Acts that happen at once and are no part of what is saved. */
  above?: ReactNode;
  below?: ReactNode;
}

/** A form in sections, with what is wrong marked in its list of sections, and nothing lost by leaving. */
export function FormPage<T>({ title, back, draft, sections, isNew, aside, above, below }: FormPageProps<T>) {
  const { t } = useTranslation();
  useTitle(title);
  useUnload(draft.dirty);
  useSaveKey(draft);
  const { editable } = draft.fields;
  return (
    <FormContext.Provider value={draft.fields}>
      <div className={styles.formPage}>
        <header className={styles.formHead}>
          {back && (
            <Link className={admin.back ?? ""} to={back.to}>
              <IconArrowLeft size={16} aria-hidden />
              {back.word}
            </Link>
          )}
          <div className="row">
            <h1 className={`grow ${admin.title ?? ""}`}>{title}</h1>
            {aside}
          </div>
          {!editable && (
            <p className="dim row">
              <IconEye size={16} aria-hidden />
              {t("admin.readOnly")}
            </p>
          )}
        </header>
        <div className={styles.formBody}>
          <div className={styles.formMain}>
            {above}
            <form
              noValidate
              aria-label={title}
              onBlur={draft.left}
              onSubmit={(event) => {
                event.preventDefault();
                void draft.save();
              }}
            >
              <fieldset className={styles.fields} disabled={!editable}>
                {sections.map((section) => (
                  <section key={section.id} id={section.id} className={`panel ${admin.section ?? ""}`} aria-labelledby={`${section.id}-title`}>
                    <h2 id={`${section.id}-title`}>{section.title}</h2>
                    {section.lead && <p className="dim">{section.lead}</p>}
                    <div className={admin.sectionBody}>{section.content}</div>
                  </section>
                ))}
              </fieldset>
              {editable && <SaveBar draft={draft} sections={sections} isNew={isNew ?? false} />}
            </form>
            {below}
          </div>
          {sections.length > 2 && <Contents sections={sections} draft={draft} />}
        </div>
        <Guard draft={draft} />
      </div>
    </FormContext.Provider>
  );
}

function useSaveKey(draft: { dirty: boolean; save: () => Promise<boolean> }): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      if (draft.dirty) void draft.save();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  });
}

function Contents<T>({ sections, draft }: { sections: readonly FormSection[]; draft: Draft<T> }) {
  const { t } = useTranslation();
  return (
    <nav className={styles.contents} aria-label={t("admin.contents")}>
      <ul>
        {sections.map((section) => {
          const wrong = section.paths.some(draft.fields.wrong);
          return (
            <li key={section.id}>
              <a href={`#${section.id}`} onClick={(event) => jump(event, section.id)}>
                <span className="truncate">{section.title}</span>
                {wrong && <IconAlertCircle size={16} role="img" aria-label={t("admin.hasTrouble")} />}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Not by the address: the router would take it for a navigation away from the form. */
function jump(event: React.MouseEvent, id: string): void {
  event.preventDefault();
  const section = document.getElementById(id);
  section?.scrollIntoView({ block: "start" });
  section?.querySelector<HTMLElement>("input:not([disabled]), button:not([disabled])")?.focus({ preventScroll: true });
}

interface SaveBarProps<T> {
  draft: Draft<T>;
  sections: readonly FormSection[];
  isNew: boolean;
}

function SaveBar<T>({ draft, sections, isNew }: SaveBarProps<T>) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const refused = serverTrouble(draft.problem);
  const section = refused && sections.find((one) => one.paths.some((path) => isUnder(refused.path, path)));
  const blocked = draft.tried && draft.count > 0;
  return (
    <div className={styles.saveBar} data-dirty={draft.dirty || isNew || draft.justSaved}>
      <div className="grow" role="status">
        {draft.problem && (
          <Sentence tone="red">
            {section
              ? t("admin.notSavedIn", { section: section.title, detail: refused.detail })
              : t("admin.notSaved", { detail: problemText(draft.problem) })}
          </Sentence>
        )}
        {!draft.problem && blocked && <Sentence tone="red">{t("admin.fixFirst", { count: draft.count })}</Sentence>}
        {draft.changedElsewhere && <Sentence tone="amber">{t("admin.changedElsewhere")}</Sentence>}
        {!draft.problem && !blocked && draft.dirty && !draft.changedElsewhere && <span className="dim">{t("admin.unsaved")}</span>}
        {!draft.problem && !draft.dirty && draft.justSaved && (
          <span className={`row ${styles.saved ?? ""}`}>
            <IconCheck size={16} aria-hidden />
            {t("admin.saved")}
          </span>
        )}
      </div>
      {draft.dirty && !isNew && (
        <Button variant="default" onClick={draft.discard} disabled={draft.saving}>
          {t("admin.discard")}
        </Button>
      )}
      <Button
        type="submit"
        loading={draft.saving}
        disabled={!draft.dirty && !isNew}
        leftSection={<IconDeviceFloppy size={16} aria-hidden />}
      >
        {isNew ? t("admin.create") : t("admin.save")}
      </Button>
    </div>
  );
}

function Guard<T>({ draft }: { draft: Draft<T> }) {
  const { t } = useTranslation();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      draft.dirty && !draft.leaving.current && currentLocation.pathname !== nextLocation.pathname,
  );
  const saveAndGo = async () => {
    if (await draft.save()) blocker.proceed?.();
    else blocker.reset?.();
  };
  return (
    <Modal.Root opened={blocker.state === "blocked"} onClose={() => blocker.reset?.()} centered size="lg">
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body>
          <Modal.Title fw={600}>{t("admin.leave.title")}</Modal.Title>
          <p className={styles.leaveText}>
            {t("admin.leave.text")}
          </p>
          <div className={styles.leaveButtons}>
            <Button variant="default" onClick={() => blocker.proceed?.()}>
              {t("admin.leave.go")}
            </Button>
            <Button variant="default" onClick={() => blocker.reset?.()}>
              {t("admin.leave.stay")}
            </Button>
            <Button loading={draft.saving} onClick={() => void saveAndGo()} data-autofocus>
              {t("admin.leave.save")}
            </Button>
          </div>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
