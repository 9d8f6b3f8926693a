import { useQueryClient } from "@tanstack/react-query";
import { IconCircleCheck, IconClock, IconNotebook, IconTrash, type Icon } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button, Card, Field, Notice } from "./kit";
import { own, useSending } from "./session";
import type { OwnNumber, Profile } from "./types";

const STATES: Record<OwnNumber["state"], { sign: Icon; tone: string }> = {
  confirmed: { sign: IconCircleCheck, tone: "green" },
  waiting: { sign: IconClock, tone: "amber" },
  recorded: { sign: IconNotebook, tone: "grey" },
};

export function Numbers({ numbers }: { numbers: OwnNumber[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [number, setNumber] = useState("");
  const form = useSending("number");
  const removing = useSending();
  const take = (done: { value: Profile } | null) => {
    if (done) queries.setQueryData(own("profile"), done.value);
    return done !== null;
  };
  const add = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (number.trim() && take(await form.send<Profile>("POST", "/portal/numbers", { number: number.trim() }))) setNumber("");
  };
  const remove = async (id: string) => take(await removing.send<Profile>("DELETE", `/portal/numbers/${encodeURIComponent(id)}`));
  return (
    <Card title={t("portal.numbers.title")}>
      {numbers.length === 0 ? (
        <p className="dim">{t("portal.numbers.none")}</p>
      ) : (
        <ul className="p-list">
          {numbers.map((each) => {
            const { sign: Sign, tone } = STATES[each.state];
            return (
              <li key={each.id}>
                <div className="row wrap grow">
                  <span className="p-value">{each.number}</span>
                  <span className="mark" data-tone={tone}>
                    <Sign size={15} aria-hidden />
                    {t(`portal.numbers.state.${each.state}`)}
                  </span>
                </div>
                <button
                  type="button"
                  className="p-icon"
                  aria-label={t("portal.numbers.remove", { number: each.number })}
                  disabled={removing.busy}
                  onClick={() => void remove(each.id)}
                >
                  <IconTrash size={18} aria-hidden />
                </button>
              </li>
            );
          })}
        </ul>
      )}
      {removing.trouble && <Notice tone="red">{removing.trouble}</Notice>}
      <form className="stack" noValidate onSubmit={(event) => void add(event)}>
        <Field
          label={t("portal.numbers.add")}
          hint={t("portal.numbers.hint")}
          type="tel"
          autoComplete="tel"
          value={number}
          maxLength={64}
          onChange={(event) => {
            setNumber(event.currentTarget.value);
            form.clear();
          }}
          error={form.wrong("number") && t("portal.numbers.wrong")}
        />
        {form.trouble && <Notice tone="red">{form.trouble}</Notice>}
        <div className="p-buttons">
          <Button type="submit" tone="plain" busy={form.busy} disabled={!number.trim()}>
            {t("portal.numbers.submit")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
