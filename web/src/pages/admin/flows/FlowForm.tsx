import "../../../i18n/house";
import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { Danger } from "../../../components/admin/Danger";
import { TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { Sentence } from "../../../components/Sentence";
import { useDraft } from "../../../hooks/draft";
import { housePaths, useFlow, useHouseWrite } from "../../../hooks/house";
import { may, useMe } from "../../../hooks/session";
import { lineSpan } from "../../../lib/house/flows";
import type { FlowFile } from "../../../lib/house/types";
import { Loaded } from "../Loaded";
import { useChecked } from "./checked";
import { Editor, Problems } from "./Editor";
import { Picture } from "./Picture";
import { Rename } from "./Rename";
import { TryOut } from "./TryOut";
import { Versions } from "./Versions";
import { FlowState, linesOf } from "./words";

export function FlowForm() {
  const { file = "" } = useParams();
  const { t } = useTranslation();
  const back = { to: "/admin/flows", word: t("admin.area.flows") };
  return (
    <Loaded key={file} queries={[useFlow(file)] as const} back={back}>
      {(flow) => <Form flow={flow} back={back} />}
    </Loaded>
  );
}

function Form({ flow, back }: { flow: FlowFile; back: { to: string; word: string } }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const write = useHouseWrite();
  const manage = may(useMe(), "flows.manage");
  const area = useRef<HTMLTextAreaElement>(null);
  const [over, setOver] = useState(false);
  const path = housePaths.flow(flow.file);
  const draft = useDraft({
    saved: useSaved(flow),
    editable: manage,
    troubles: useCallback(() => ({}), []),
    save: async (value) => {
      // The digest of what was loaded: somebody else's change is not written over unseen.
      const digest = over || flow.state === "gone" ? null : flow.digest;
      const saved = await write.send<FlowFile>("PUT", path, { text: value.text, note: value.note, digest });
      setOver(false);
      client.setQueryData(["admin", path], saved);
    },
  });
  const checked = useChecked(flow, draft.value.text);
  const jump = (line: number) => {
    const [start, end] = lineSpan(draft.value.text, line);
    const field = area.current;
    if (!field) return;
    field.focus();
    field.setSelectionRange(start, end);
    field.scrollTop = Math.max(0, (line - 6) * 20);
    field.scrollIntoView({ block: "nearest" });
  };
  const clash = draft.problem?.type === "/problems/changed-meanwhile";
  return (
    <FormPage
      title={flow.flow ?? flow.file}
      back={back}
      draft={draft}
      aside={<FlowState state={flow.state} />}
      above={
        <>
          <Standing flow={flow} />
          <Picture steps={checked.picture} start={checked.picture[0]?.name} broken={checked.broken} onStep={jump} />
        </>
      }
      sections={[
        {
          id: "text",
          title: t("house.flows.text"),
          lead: t("house.flows.textLead"),
          paths: ["text", "note"],
          content: (
            <>
              {clash && (
                <div className="row wrap">
                  <Button size="compact-sm" variant="default" onClick={() => void client.invalidateQueries({ queryKey: ["admin", path] })}>
                    {t("house.flows.reload")}
                  </Button>
                  <Button size="compact-sm" variant="default" onClick={() => setOver(true)} disabled={over}>
                    {t("house.flows.overwrite")}
                  </Button>
                </div>
              )}
              <Editor
                ref={area}
                value={draft.value.text}
                problems={checked.problems}
                readOnly={!manage}
                onChange={(text) => draft.set({ text })}
              />
              <Problems checked={checked} onLine={jump} />
              {manage && (
                <TextField
                  path="note"
                  label={t("house.flows.note")}
                  description={t("house.flows.noteText")}
                  value={draft.value.note}
                  onChange={(note) => draft.set({ note })}
                />
              )}
            </>
          ),
        },
      ]}
      below={
        <>
          <TryOut text={draft.value.text} broken={checked.broken} />
          <Versions file={flow.file} dirty={draft.dirty} />
          {manage && flow.state !== "gone" && <Rename file={flow.file} dirty={draft.dirty} />}
          {manage && (
            <Danger
              held
              name={flow.file}
              word={t("house.flows.delete")}
              usedBy={linesOf(t, flow.used_by)}
              onDelete={() => write.remove(path, draft, () => navigate(back.to))}
            />
          )}
        </>
      }
    />
  );
}

/** Stays the same object until the file is another: what is typed is compared with it. */
function useSaved(flow: FlowFile): { text: string; note: string } {
  const [known, setKnown] = useState({ of: flow.text, value: { text: flow.text, note: "" } });
  if (known.of !== flow.text) setKnown({ of: flow.text, value: { text: flow.text, note: "" } });
  return known.value;
}

function Standing({ flow }: { flow: FlowFile }) {
  const { t } = useTranslation();
  const lines = linesOf(t, flow.used_by);
  return (
    <>
      {flow.state === "gone" && <Sentence tone="red">{t("house.flows.goneText")}</Sentence>}
      {flow.state === "broken" && (
        <Sentence tone="red">{t(flow.flow ? "house.flows.brokenText" : "house.flows.brokenNever")}</Sentence>
      )}
      <p className="dim small">
        {flow.file} · {lines.length > 0 ? lines.join(", ") : t("house.use.nobody")}
      </p>
    </>
  );
}
