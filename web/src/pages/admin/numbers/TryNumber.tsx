import { Button, Select, TextInput } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import admin from "../../../components/admin/admin.module.css";
import { Sentence } from "../../../components/Sentence";
import { useProblemText } from "../../../hooks/words";
import type { NumberList, Tested, Trunk } from "../../../lib/admin/telephony";
import { request } from "../../../lib/api";
import styles from "./numbers.module.css";

/** What would become of a call to a number, in both directions, without calling anybody. */
export function TryNumber({ numbers, trunks }: { numbers: NumberList; trunks: readonly Trunk[] }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [number, setNumber] = useState("");
  const [trunk, setTrunk] = useState<string | null>(null);
  const tried = useMutation({
    mutationFn: () => request<Tested>("POST", "/called-numbers/test", { body: { number: number.trim(), trunk_id: trunk } }),
  });
  return (
    <section className={`panel ${admin.section ?? ""}`} aria-labelledby="try">
      <h2 id="try">{t("telephony.numbers.test")}</h2>
      <p className="dim">{t("telephony.numbers.testLead")}</p>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (number.trim() && !tried.isPending) tried.mutate();
        }}
      >
        <TextInput
          type="tel"
          label={t("telephony.numbers.testNumber")}
          maxLength={64}
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
        {trunks.length > 0 && (
          <Select
            label={t("telephony.numbers.trunk")}
            placeholder={t("telephony.numbers.noTrunk")}
            clearable
            data={trunks.map((one) => ({ value: one.id, label: one.name }))}
            value={trunk}
            onChange={setTrunk}
          />
        )}
        <Button type="submit" variant="default" loading={tried.isPending} disabled={!number.trim()} rightSection={<IconArrowRight size={16} aria-hidden />}>
          {t("telephony.numbers.testDo")}
        </Button>
      </form>
      {tried.error && <Sentence tone="red">{problemText(tried.error)}</Sentence>}
      {tried.data && <Outcome tested={tried.data} numbers={numbers} trunks={trunks} />}
    </section>
  );
}

function Outcome({ tested, numbers, trunks }: { tested: Tested; numbers: NumberList; trunks: readonly Trunk[] }) {
  const { t } = useTranslation();
  const name = (id: string) => trunks.find((trunk) => trunk.id === id)?.name ?? id;
  const pattern = numbers.items.find((item) => item.id === tested.number_id)?.pattern ?? "";
  const taken = !tested.flow
    ? t("telephony.numbers.takenByNone")
    : tested.fallback
      ? t("telephony.numbers.takenByFallback", { flow: tested.flow })
      : t("telephony.numbers.takenBy", { flow: tested.flow, pattern });
  const ways = tested.ways.map((way, index) =>
    t(index === 0 ? "telephony.numbers.way" : "telephony.numbers.orWay", { trunk: name(way.trunk_id), number: way.number }),
  );
  return (
    <div role="status">
      <dl className={styles.outcome}>
        <dt>{t("telephony.numbers.in")}</dt>
        <dd>{taken}</dd>
        <dt>{t("telephony.numbers.out")}</dt>
        <dd>{tested.refusal ?? `${ways.join(", ")}.`}</dd>
      </dl>
    </div>
  );
}
