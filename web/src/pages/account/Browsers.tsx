import { Button, Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import "../../i18n/notices";
import { Sentence } from "../../components/Sentence";
import { useLocale, useProblemText } from "../../hooks/words";
import { get, request } from "../../lib/api";
import { canPush, subscribe, unsubscribe, type PushBrowsers } from "../../lib/push";
import styles from "./account.module.css";
import { Wait } from "./Part";

const BROWSERS = ["notice-browsers"] as const;

/** The browsers that notices are pushed to, this one first. */
export function Browsers() {
  const query = useQuery({ queryKey: BROWSERS, queryFn: ({ signal }) => get<PushBrowsers>("/notifications/browsers", {}, signal) });
  return <Wait query={query}>{(shown) => <Shown shown={shown} />}</Wait>;
}

function Shown({ shown }: { shown: PushBrowsers }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const problemText = useProblemText();
  const date = new Intl.DateTimeFormat(useLocale(), { dateStyle: "medium", timeStyle: "short" });
  const done = { onSettled: () => client.invalidateQueries({ queryKey: BROWSERS }) };
  const here = shown.items.find((each) => each.current);
  const turn = useMutation({ mutationFn: async (on: boolean) => (on ? subscribe(shown.key) : here ? (await unsubscribe(here.id), true) : true), ...done });
  const remove = useMutation({ mutationFn: (id: string) => request("DELETE", `/notifications/browsers/${id}`), ...done });
  const able = canPush();
  const others = shown.items.filter((each) => !each.current);
  return (
    <>
      <Switch
        label={t("notices.push.here")}
        description={t(able ? "notices.push.hereHelp" : "notices.push.unable")}
        checked={here !== undefined}
        disabled={!able || turn.isPending}
        onChange={(event) => turn.mutate(event.currentTarget.checked)}
      />
      {turn.data === false && <Sentence tone="amber">{t("notices.push.denied")}</Sentence>}
      {turn.error && <Sentence tone="red">{t("notices.push.failed", { detail: problemText(turn.error) })}</Sentence>}
      {remove.error && <Sentence tone="red">{problemText(remove.error)}</Sentence>}
      {others.length > 0 && (
        <ul className={styles.list} aria-label={t("notices.push.others")}>
          {others.map((each) => (
            <li key={each.id}>
              <span>{each.device || t("account.sessions.unknown")}</span>
              <span className="dim small grow">{t("notices.push.since", { date: date.format(new Date(each.made_at)) })}</span>
              <Button size="compact-sm" variant="default" disabled={remove.isPending} onClick={() => remove.mutate(each.id)} aria-label={t("notices.push.removeNamed", { device: each.device })}>
                {t("notices.push.remove")}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
