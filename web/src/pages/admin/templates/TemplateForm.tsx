import "../../../i18n/house";
import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import adminStyles from "../../../components/admin/admin.module.css";
import { TextAreaField, TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import { Sentence } from "../../../components/Sentence";
import { useDraft } from "../../../hooks/draft";
import { housePaths, useHouseWrite, useTemplate } from "../../../hooks/house";
import { useProblemText } from "../../../hooks/words";
import { request } from "../../../lib/api";
import type { Troubles } from "../../../lib/admin/types";
import type { Template, TemplateWords } from "../../../lib/house/types";
import { Loaded } from "../Loaded";
import styles from "./templates.module.css";

export function TemplateForm() {
  const { key = "" } = useParams();
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const back = { to: "/admin/templates", word: t("admin.area.templates") };
  return (
    <Loaded key={key} queries={[useTemplate(key)] as const} back={back}>
      {(template) => {
        const language = params.get("language") ?? "en";
        return <Form key={language} template={template} language={language} />;
      }}
    </Loaded>
  );
}

const wordsIn = (template: Template, language: string): TemplateWords => {
  const english = template.words.find((words) => words.language === "en");
  return (
    template.words.find((words) => words.language === language) ?? {
      language,
      subject: english?.subject ?? "",
      text: english?.text ?? "",
      own: false,
      default: false,
    }
  );
};

function Form({ template, language }: { template: Template; language: string }) {
  const { t } = useTranslation();
  const write = useHouseWrite();
  const back = { to: "/admin/templates", word: t("admin.area.templates") };
  const words = wordsIn(template, language);
  const path = housePaths.words(template.key, language);
  const [saved, setSaved] = useState({ subject: words.subject, text: words.text });
  if (saved.subject !== words.subject || saved.text !== words.text) setSaved({ subject: words.subject, text: words.text });
  const troubles = useCallback((value: { subject: string; text: string }): Troubles => {
    const found: Troubles = {};
    if (!value.subject.trim()) found.subject = { key: "subjectMissing" };
    if (!value.text.trim()) found.text = { key: "textMissing" };
    return found;
  }, []);
  const draft = useDraft({ saved, editable: true, troubles, save: (value) => write.send("PUT", path, value) });
  return (
    <FormPage
      title={template.title}
      back={back}
      draft={draft}
      aside={
        <History
          subject={`template:${template.key}/${language}`}
          name={template.title}
          act="template.changed"
          dirty={draft.dirty}
          restoreTo={path}
        />
      }
      above={<Languages template={template} language={language} dirty={draft.dirty} />}
      sections={[
        {
          id: "words",
          title: t("house.templates.words"),
          lead: `${template.summary} ${t("house.templates.wordsLead", { place: "{link}" })}`,
          paths: ["subject", "text"],
          content: (
            <>
              <TextField
                path="subject"
                label={t("house.templates.subject")}
                required
                value={draft.value.subject}
                onChange={(subject) => draft.set({ subject })}
              />
              <TextAreaField
                path="text"
                label={t("house.templates.text")}
                required
                rows={12}
                value={draft.value.text}
                onChange={(text) => draft.set({ text })}
              />
              <Variables template={template} />
            </>
          ),
        },
      ]}
      below={
        <>
          <Preview template={template} language={language} value={draft.value} />
          {words.own && <Reset path={path} isDefault={words.default} />}
        </>
      }
    />
  );
}

function Languages({ template, language, dirty }: { template: Template; language: string; dirty: boolean }) {
  const { t } = useTranslation();
  const [, setParams] = useSearchParams();
  const [other, setOther] = useState("");
  const known = [...new Set([...template.words.map((words) => words.language), language])].sort();
  const own = template.words.find((words) => words.language === language)?.own ?? false;
  const good = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(other);
  // Another language in the address is no other page: what is typed would be lost without a question.
  const go = (to: string) => setParams({ language: to }, { replace: true });
  return (
    <div className={styles.languages}>
      <SegmentedControl
        aria-label={t("house.templates.language")}
        disabled={dirty}
        data={known.map((tag) => ({ value: tag, label: tag }))}
        value={language}
        onChange={go}
      />
      <span className="dim small grow">{t(own ? "house.templates.isOwn" : "house.templates.isDefault")}</span>
      <TextInput
        aria-label={t("house.templates.addLanguage")}
        placeholder={t("house.templates.addLanguageText")}
        disabled={dirty}
        w={150}
        value={other}
        onChange={(event) => setOther(event.currentTarget.value.trim())}
        onKeyDown={(event) => {
          if (event.key === "Enter" && good) go(other);
        }}
      />
      <Button variant="default" disabled={!good || dirty} onClick={() => go(other)}>
        {t("house.templates.add")}
      </Button>
    </div>
  );
}

function Variables({ template }: { template: Template }) {
  const { t } = useTranslation();
  return (
    <div>
      <h3 className={styles.title}>{t("house.templates.variables")}</h3>
      <dl className={styles.variables}>
        {template.variables.map((variable) => (
          <div key={variable.name}>
            <dt>
              <code>{`{${variable.name}}`}</code>
            </dt>
            <dd>
              {variable.summary} <span className="dim">({variable.example})</span>
              {variable.required && <b> · {t("house.templates.required")}</b>}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

interface Shown {
  subject: string;
  text: string;
  html: string;
}

function Preview({ template, language, value }: { template: Template; language: string; value: { subject: string; text: string } }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [settled, setSettled] = useState(value);
  const [as, setAs] = useState("html");
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 350);
    return () => clearTimeout(timer);
  }, [value]);
  const query = useQuery({
    queryKey: ["template-preview", template.key, language, settled],
    queryFn: ({ signal }) =>
      request<Shown>("POST", `${housePaths.template(template.key)}/preview`, { body: { ...settled, language }, signal }),
    enabled: settled.subject.trim() !== "" && settled.text.trim() !== "",
    placeholderData: (before) => before,
    retry: false,
    gcTime: 10_000,
  });
  return (
    <section className={`panel ${adminStyles.section ?? ""}`} aria-labelledby="preview">
      <div className="row wrap">
        <h2 id="preview" className="grow">
          {t("house.templates.preview")}
        </h2>
        <SegmentedControl
          size="xs"
          aria-label={t("house.templates.preview")}
          data={[
            { value: "html", label: t("house.templates.html") },
            { value: "text", label: t("house.templates.plain") },
          ]}
          value={as}
          onChange={setAs}
        />
      </div>
      <p className="dim">{t("house.templates.previewLead")}</p>
      {query.error && <Sentence tone="amber">{t("house.templates.previewFailed", { detail: problemText(query.error) })}</Sentence>}
      {query.data && (
        <div className={styles.mail}>
          <b>{query.data.subject}</b>
          {as === "text" ? (
            <pre>{query.data.text}</pre>
          ) : (
            <MailPicture html={query.data.html} />
          )}
        </div>
      )}
    </section>
  );
}

/** In a shadow root, so that the page's styles stay out. The mail's own stand in attributes, which the content security
 * policy forbids: they are set one by one instead. */
function MailPicture({ html }: { html: string }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = host.current;
    if (!place) return;
    const root = place.shadowRoot ?? place.attachShadow({ mode: "open" });
    const mail = new DOMParser().parseFromString(html.replaceAll(' style="', ' data-style="'), "text/html");
    const body = document.createElement("div");
    body.style.cssText = mail.body.dataset.style ?? "";
    body.append(...mail.body.childNodes);
    for (const element of body.querySelectorAll<HTMLElement>("[data-style]")) {
      element.style.cssText = element.dataset.style ?? "";
      element.removeAttribute("data-style");
    }
    root.replaceChildren(body);
  }, [html]);
  return <div ref={host} className={styles.picture} inert />;
}

function Reset({ path, isDefault }: { path: string; isDefault: boolean }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const write = useHouseWrite();
  const [asked, setAsked] = useState(false);
  const [failed, setFailed] = useState<Error | null>(null);
  const word = t(isDefault ? "house.templates.reset" : "house.templates.resetNew");
  const run = async () => {
    try {
      await write.send("DELETE", path);
      setAsked(false);
    } catch (error) {
      setFailed(error as Error);
    }
  };
  return (
    <div className="stack">
      {failed && <Sentence tone="red">{problemText(failed)}</Sentence>}
      {asked ? (
        <div className="row wrap">
          <span>{t("house.templates.resetAsk")}</span>
          <Button onClick={() => void run()}>{word}</Button>
          <Button variant="default" onClick={() => setAsked(false)}>
            {t("common.cancel")}
          </Button>
        </div>
      ) : (
        <div>
          <Button variant="default" onClick={() => setAsked(true)}>
            {word}
          </Button>
        </div>
      )}
    </div>
  );
}
