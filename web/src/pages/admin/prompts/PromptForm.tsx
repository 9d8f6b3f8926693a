import "../../../i18n/house";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { Danger } from "../../../components/admin/Danger";
import { TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { Sentence } from "../../../components/Sentence";
import { useDraft } from "../../../hooks/draft";
import { housePaths, useHouseWrite, usePrompt, usePrompts } from "../../../hooks/house";
import { may, useMe } from "../../../hooks/session";
import { isTaken } from "../../../lib/admin/hours";
import type { Troubles } from "../../../lib/admin/types";
import type { PromptSetting } from "../../../lib/house/types";
import NotFound from "../../NotFound";
import { Loaded } from "../Loaded";
import { HOLD_MUSIC } from "./PromptList";
import { Recordings } from "./Recordings";

const useBack = () => ({ to: "/admin/prompts", word: useTranslation().t("admin.area.prompts") });
const EMPTY: PromptSetting = { id: "", name: "", note: "", recordings: [], used_by: [], plays: null };

export function NewPrompt() {
  const { t } = useTranslation();
  const back = useBack();
  const all = usePrompts();
  const hold = useSearchParams()[0].has("hold");
  if (!may(useMe(), "prompts.manage")) return <NotFound />;
  return (
    <Loaded queries={[all] as const} back={back}>
      {(prompts) => <Form prompt={hold ? holdMusic(t("house.prompts.hold")) : EMPTY} all={prompts} isNew />}
    </Loaded>
  );
}

let made: PromptSetting | null = null;

/** The same object each time: a form compares what is typed with it. */
function holdMusic(name: string): PromptSetting {
  if (made?.name !== name) made = { ...EMPTY, id: HOLD_MUSIC, name };
  return made;
}

export function PromptForm() {
  const { id = "" } = useParams();
  const back = useBack();
  return (
    <Loaded key={id} queries={[usePrompt(id), usePrompts()] as const} back={back}>
      {(prompt, all) => <Form prompt={prompt} all={all} isNew={false} />}
    </Loaded>
  );
}

function Form({ prompt, all, isNew }: { prompt: PromptSetting; all: readonly PromptSetting[]; isNew: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useHouseWrite();
  const back = useBack();
  const manage = may(useMe(), "prompts.manage");
  const troubles = useCallback(
    (value: PromptSetting): Troubles => {
      const found: Troubles = {};
      if (!value.name.trim()) found.name = { key: "nameMissing" };
      else if (isTaken(value.name, all.filter((other) => other.id !== prompt.id).map((other) => other.name)))
        found.name = { key: "nameTaken" };
      if (isNew && value.id && !/^[a-z0-9][a-z0-9_.-]*$/.test(value.id)) found.id = { key: "promptId" };
      return found;
    },
    [all, prompt.id, isNew],
  );
  const draft = useDraft({
    saved: prompt,
    editable: manage,
    troubles,
    save: async (value) => {
      const body = { name: value.name.trim(), note: value.note };
      if (!isNew) return write.send("PUT", housePaths.prompt(prompt.id), body);
      const done = await write.send<PromptSetting>("POST", "/prompts", { ...body, ...(value.id ? { id: value.id } : {}) });
      draft.leaving.current = true;
      await navigate(`/admin/prompts/${encodeURIComponent(done.id)}`, { replace: true });
      return done;
    },
  });
  return (
    <FormPage
      title={isNew ? t("house.prompts.new") : prompt.name}
      back={back}
      draft={draft}
      isNew={isNew}
      sections={[
        {
          id: "general",
          title: t("house.prompts.one"),
          paths: ["name", "id", "note"],
          content: (
            <>
              {prompt.id === HOLD_MUSIC && <Sentence tone="grey">{t("house.prompts.holdText")}</Sentence>}
              <TextField
                path="name"
                label={t("admin.name")}
                required
                autoFocus={isNew}
                value={draft.value.name}
                onChange={(name) => draft.set({ name })}
              />
              {isNew && prompt.id !== HOLD_MUSIC && (
                <TextField
                  path="id"
                  label={t("house.prompts.id")}
                  description={t("house.prompts.idText", { id: draft.value.id || "welcome" })}
                  value={draft.value.id}
                  onChange={(id) => draft.set({ id })}
                />
              )}
              <TextField
                path="note"
                label={t("house.prompts.note")}
                description={t("house.prompts.noteText")}
                value={draft.value.note}
                onChange={(note) => draft.set({ note })}
              />
            </>
          ),
        },
      ]}
      below={
        !isNew && (
          <>
            <Recordings prompt={prompt} manage={manage} />
            {manage && (
              <Danger
                held={prompt.plays === null}
                name={prompt.name}
                word={t("house.prompts.delete")}
                usedBy={prompt.plays ? [] : prompt.used_by.map((flow) => t("house.use.flow", { flow }))}
                onDelete={() => write.remove(housePaths.prompt(prompt.id), draft, () => navigate(back.to))}
              />
            )}
          </>
        )
      }
    />
  );
}
