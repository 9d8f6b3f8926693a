import { Button, PasswordInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { useAct } from "../../hooks/account";
import { request } from "../../lib/api";
import styles from "./account.module.css";
import { Part } from "./Part";

export function Password() {
  const { t } = useTranslation();
  const { busy, problem, run } = useAct();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [done, setDone] = useState(false);
  const differ = again !== "" && again !== password;
  const wrong = problem?.type === "/problems/proof-refused";
  const weak = problem?.extra.field === "password" ? problem.detail : null;
  const send = () =>
    run(async () => {
      setDone(false);
      await request("PUT", "/account/password", { body: { current, password } });
      setDone(true);
      setCurrent("");
      setPassword("");
      setAgain("");
    });
  const toggle = { "aria-label": t("account.password.show"), tabIndex: 0 };
  return (
    <Part title={t("account.password.title")} lead={t("account.password.lead")} problem={wrong || weak ? null : problem}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (current && password && again === password && !busy) void send();
        }}
      >
        <PasswordInput
          label={t("account.password.current")}
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          error={wrong && t("account.proof.wrong")}
          visibilityToggleButtonProps={toggle}
        />
        <PasswordInput
          label={t("account.password.next")}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={weak}
          visibilityToggleButtonProps={toggle}
        />
        <PasswordInput
          label={t("account.password.again")}
          autoComplete="new-password"
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
          error={differ && t("account.password.differ")}
          visibilityToggleButtonProps={toggle}
        />
        <div>
          <Button type="submit" loading={busy} disabled={!current || !password || again !== password}>
            {t("account.password.submit")}
          </Button>
        </div>
        {done && <Sentence tone="green">{t("account.password.done")}</Sentence>}
      </form>
    </Part>
  );
}
