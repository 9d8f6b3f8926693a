import "../../i18n/admin";
import { Button } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { Danger } from "../../components/admin/Danger";
import { SwitchField, TextField } from "../../components/admin/Fields";
import { FormPage } from "../../components/admin/FormPage";
import { useWrite } from "../../hooks/admin";
import { useDraft } from "../../hooks/draft";
import { may, useMe } from "../../hooks/session";
import { useQueryClient } from "@tanstack/react-query";
import type { CustomField } from "../../lib/customers";
import { bodyOf, draftOf, EVERYBODY, isEverybody, type Segment, type SegmentDraft, type SegmentFilter, segmentTroubles } from "../../lib/segments";
import { Gone, Loaded } from "../admin/Loaded";
import { useCustomFields } from "./CustomerPage";
import { FilterFields } from "./SegmentFields";
import { useCount, useSegments } from "./SegmentList";

const useBack = () => ({ to: "/customers/segments", word: useTranslation().t("customers.segments.title") });
const pathOf = (id: string) => `/customer-segments/${encodeURIComponent(id)}`;

export function NewSegment() {
  const [params] = useSearchParams();
  const kind = params.get("kind");
  const filter: SegmentFilter = {
    ...EVERYBODY,
    q: params.get("q") ?? "",
    kind: kind === "person" || kind === "organisation" ? kind : null,
    tag: params.get("tag"),
    vip: params.get("vip") === "true" ? true : null,
  };
  return (
    <Loaded queries={[useSegments(), useCustomFields()]} back={useBack()}>
      {(segments, fields) => <Form segment={{ id: "", name: "", own: false, filter }} segments={segments} fields={fields.items} />}
    </Loaded>
  );
}

export function SegmentForm() {
  const { id = "" } = useParams();
  const back = useBack();
  return (
    <Loaded queries={[useSegments(), useCustomFields()]} back={back}>
      {(segments, fields) => {
        const segment = segments.find((one) => one.id === id);
        return segment ? <Form key={id} segment={segment} segments={segments} fields={fields.items} /> : <Gone back={back} />;
      }}
    </Loaded>
  );
}

interface FormProps {
  segment: Segment;
  segments: readonly Segment[];
  fields: readonly CustomField[];
}

function Form({ segment, segments, fields }: FormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  const client = useQueryClient();
  const back = useBack();
  const isNew = segment.id === "";
  const manage = may(useMe(), "customers.manage");
  // The filter that a new one begins with comes from the address and is made anew each time.
  const [first] = useState(segment);
  const saved = useMemo(() => draftOf(isNew ? first : segment), [isNew, first, segment]);
  const troubles = useCallback(
    (value: SegmentDraft) =>
      segmentTroubles(
        value,
        segments.filter((other) => other.id !== segment.id),
      ),
    [segments, segment.id],
  );
  const forget = () => void client.invalidateQueries({ queryKey: ["customer-segments"] });
  const draft = useDraft<SegmentDraft>({
    saved,
    editable: manage,
    troubles,
    save: async (value) => {
      if (!isNew) {
        await write.replace(pathOf(segment.id), bodyOf(value));
        forget();
        return;
      }
      const made = await write.create<Segment>("/customer-segments", bodyOf(value));
      draft.leaving.current = true;
      forget();
      await navigate(`/customers?segment=${encodeURIComponent(made.id)}`, { replace: true });
    },
  });
  const { value, set } = draft;
  return (
    <FormPage
      title={isNew ? t("customers.segments.new") : segment.name}
      back={back}
      draft={draft}
      isNew={isNew}
      aside={
        !isNew && (
          <Button component={Link} size="compact-sm" variant="default" to={`/customers?segment=${encodeURIComponent(segment.id)}`} leftSection={<IconUsers size={16} aria-hidden />}>
            {t("customers.segments.open")}
          </Button>
        )
      }
      sections={[
        {
          id: "general",
          title: t("customers.segments.one"),
          paths: ["name", "own"],
          content: (
            <>
              <TextField path="name" label={t("customers.name")} required autoFocus={isNew} value={value.name} onChange={(name) => set({ name })} />
              <SwitchField path="own" label={t("customers.segments.own")} description={t("customers.segments.ownHint")} value={value.own} onChange={(own) => set({ own })} />
            </>
          ),
        },
        {
          id: "filter",
          title: t("customers.segments.what"),
          lead: t("customers.segments.whatLead"),
          paths: ["filter"],
          content: (
            <>
              <FilterFields draft={draft} fields={fields} />
              <Matches draft={value} />
            </>
          ),
        },
      ]}
      below={
        !isNew &&
        manage && (
          <Danger
            name={segment.name}
            word={t("customers.segments.delete")}
            usedBy={[]}
            onDelete={() =>
              write.remove(pathOf(segment.id), draft, () => {
                forget();
                void navigate(back.to);
              })
            }
          />
        )
      }
    />
  );
}

const PAUSE_MS = 400;

/** How many there are, when typing pauses. */
function Matches({ draft }: { draft: SegmentDraft }) {
  const { t } = useTranslation();
  const [settled, setSettled] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  const empty = isEverybody(settled);
  const count = useCount(settled, !empty && Object.keys(segmentTroubles({ ...settled, name: "x" }, [])).length === 0);
  return (
    <p className="dim" role="status">
      {!empty && (count.data === undefined ? t("customers.segments.counting") : t("customers.segments.matches", { count: count.data }))}{" "}
      {settled.q.trim() !== "" && t("customers.segments.most")}
    </p>
  );
}
