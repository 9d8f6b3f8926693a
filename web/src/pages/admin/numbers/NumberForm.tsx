import "../../../i18n/telephony";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { Danger } from "../../../components/admin/Danger";
import { ChoiceField, TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import { Sentence } from "../../../components/Sentence";
import { options, useWrite } from "../../../hooks/admin";
import { useDraft } from "../../../hooks/draft";
import { may, useMe } from "../../../hooks/session";
import { numberName, numberPath, useNumbers, useTrunks } from "../../../hooks/telephony";
import { numberTroubles, type CalledNumber, type NumberDraft, type NumberList, type Trunk } from "../../../lib/admin/telephony";
import { Gone, Loaded } from "../Loaded";

const FRESH: CalledNumber = { id: "", pattern: "", name: "", flow: "", trunk_id: null, flow_missing: false };
const useBack = () => ({ to: "/admin/numbers", word: useTranslation().t("admin.area.numbers") });

export function NewNumber() {
  return (
    <Loaded queries={[useNumbers(), useTrunks()]} back={useBack()}>
      {(numbers, trunks) => <Form number={FRESH} numbers={numbers} trunks={trunks} />}
    </Loaded>
  );
}

export function NumberForm() {
  const { id = "" } = useParams();
  const back = useBack();
  return (
    <Loaded queries={[useNumbers(), useTrunks()]} back={back}>
      {(numbers, trunks) => {
        const number = numbers.items.find((one) => one.id === id);
        return number ? <Form key={id} number={number} numbers={numbers} trunks={trunks} /> : <Gone back={back} />;
      }}
    </Loaded>
  );
}

function Form({ number, numbers, trunks }: { number: CalledNumber; numbers: NumberList; trunks: readonly Trunk[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  const back = useBack();
  const isNew = number.id === "";
  const manage = may(useMe(), "trunks.manage");
  const { pattern, name, flow, trunk_id } = number;
  const saved = useMemo<NumberDraft>(() => ({ pattern, name, flow: flow || null, trunk_id }), [pattern, name, flow, trunk_id]);
  const draft = useDraft<NumberDraft>({
    saved,
    editable: manage,
    troubles: numberTroubles,
    save: async (value) => {
      if (!isNew) return write.replace(numberPath(number.id), value);
      await write.create<CalledNumber>("/called-numbers", value);
      draft.leaving.current = true;
      await navigate(back.to, { replace: true });
    },
  });
  const { value, set } = draft;
  const flows = number.flow_missing ? [...numbers.flows, flow] : numbers.flows;
  return (
    <FormPage
      title={isNew ? t("telephony.numbers.new") : numberName(number)}
      back={back}
      draft={draft}
      isNew={isNew}
      aside={
        !isNew && (
          <History
            subject={`number:${number.id}`}
            name={numberName(number)}
            act="number.changed"
            dirty={draft.dirty}
            {...(manage ? { restoreTo: numberPath(number.id) } : {})}
          />
        )
      }
      above={number.flow_missing && <Sentence tone="amber">{t("telephony.numbers.flowGone", { flow, entry: numbers.entry })}</Sentence>}
      sections={[
        {
          id: "general",
          title: t("telephony.numbers.general"),
          paths: ["pattern", "name", "flow", "trunk_id"],
          content: (
            <>
              <TextField
                path="pattern"
                type="tel"
                required
                autoFocus={isNew}
                label={t("telephony.numbers.pattern")}
                description={t("telephony.numbers.patternText")}
                value={value.pattern}
                onChange={(typed) => set({ pattern: typed })}
              />
              <TextField
                path="name"
                label={t("telephony.numbers.name")}
                description={t("telephony.numbers.nameText")}
                value={value.name}
                onChange={(typed) => set({ name: typed })}
              />
              <ChoiceField
                path="flow"
                required
                label={t("telephony.numbers.flow")}
                value={value.flow}
                options={flows.map((one) => ({ value: one, label: one }))}
                onChange={(chosen) => set({ flow: chosen })}
              />
              <ChoiceField
                path="trunk_id"
                label={t("telephony.numbers.trunk")}
                placeholder={t("telephony.numbers.anyTrunk")}
                clearable
                value={value.trunk_id}
                options={options(trunks)}
                onChange={(chosen) => set({ trunk_id: chosen })}
              />
            </>
          ),
        },
      ]}
      below={
        !isNew &&
        manage && (
          <Danger
            name={numberName(number)}
            word={t("telephony.numbers.delete")}
            usedBy={[]}
            onDelete={() => write.remove(numberPath(number.id), draft, () => void navigate(back.to))}
          />
        )
      }
    />
  );
}
