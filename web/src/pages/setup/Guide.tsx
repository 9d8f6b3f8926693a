import "../../i18n/house";
import "../admin/mantine.css";
import { Button } from "@mantine/core";
import { IconCircle, IconCircleCheck, IconCircleDashed } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type FunctionComponent } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { NotLoaded } from "../../components/NotLoaded";
import { PageSkeleton } from "../../components/PageSkeleton";
import { Sentence } from "../../components/Sentence";
import { useGuide } from "../../hooks/house";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { request } from "../../lib/api";
import { STEPS, type Guide as GuideIs, type Step } from "../../lib/house/types";
import styles from "./guide.module.css";
import { CallStep } from "./CallStep";
import { CompanyStep } from "./CompanyStep";
import { PeopleStep } from "./PeopleStep";
import { PhoneStep } from "./PhoneStep";
import { QueueStep } from "./QueueStep";

export interface StepProps {
  guide: GuideIs;
  /** Done with this step: on to the next. */
  onDone: () => Promise<void>;
}

const PAGES: Record<Step, FunctionComponent<StepProps>> = {
  company: CompanyStep,
  queue: QueueStep,
  people: PeopleStep,
  phone: PhoneStep,
  call: CallStep,
};

/** Five steps to the first call; which are done is kept by the server, so that it can be gone on with anywhere. */
export default function Guide() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  useTitle(t("house.guide.title"));
  const guide = useGuide(true);
  if (guide.error && !guide.data)
    return (
      <div className={styles.page}>
        <NotLoaded query={guide}>{t("house.guide.loadFailed", { detail: problemText(guide.error) })}</NotLoaded>
      </div>
    );
  if (!guide.data) return <PageSkeleton />;
  return <Steps guide={guide.data} />;
}

function Steps({ guide }: { guide: GuideIs }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const [failed, setFailed] = useState<Error | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const asked = params.get("step") as Step | null;
  const current = asked && STEPS.includes(asked) ? asked : (STEPS.find((step) => !guide.steps[step]) ?? "call");
  const before = useRef(current);
  useEffect(() => {
    if (before.current !== current) heading.current?.focus();
    before.current = current;
  }, [current]);
  const move = async (steps: GuideIs["steps"], closed: boolean) => {
    setFailed(null);
    try {
      client.setQueryData(["guide"], await request<GuideIs>("PUT", "/first-run/guide", { body: { steps, closed } }));
      return true;
    } catch (error) {
      setFailed(error as Error);
      return false;
    }
  };
  const mark = async (state: "done" | "skipped") => {
    const last = current === STEPS.at(-1);
    if (!(await move({ ...guide.steps, [current]: state }, last))) return;
    if (last) await navigate("/live");
    else setParams({ step: STEPS[STEPS.indexOf(current) + 1] ?? "call" });
  };
  const Page = PAGES[current];
  return (
    <div className={styles.page}>
      <header>
        <h1>{t("house.guide.title")}</h1>
        <p className="dim">{t("house.guide.lead")}</p>
      </header>
      <ol className={styles.steps}>
        {STEPS.map((step, index) => {
          const state = guide.steps[step] ?? "open";
          const Sign = state === "done" ? IconCircleCheck : state === "skipped" ? IconCircleDashed : IconCircle;
          return (
            <li key={step}>
              <button type="button" aria-current={step === current ? "step" : undefined} onClick={() => setParams({ step })}>
                <Sign size={18} aria-hidden />
                <span>
                  {index + 1}. {t(`house.guide.steps.${step}`)}
                  <small className="dim">{t(`house.guide.${state}`)}</small>
                </span>
              </button>
            </li>
          );
        })}
      </ol>
      <section className={`panel ${styles.step ?? ""}`} aria-labelledby="step-title">
        <h2 id="step-title" ref={heading} tabIndex={-1}>
          {t(`house.guide.steps.${current}`)}
        </h2>
        <p className="dim">{t(`house.guide.${current}.lead`)}</p>
        <Page key={current} guide={guide} onDone={() => mark("done")} />
        {failed && <Sentence tone="red">{t("house.guide.failed", { detail: problemText(failed) })}</Sentence>}
      </section>
      <footer className="row wrap">
        <Button variant="default" onClick={() => void mark("skipped")}>
          {t("house.guide.skip")}
        </Button>
        <span className="grow" />
        <Button
          variant="subtle"
          onClick={() => void move(guide.steps, true).then((moved) => (moved ? navigate("/admin") : undefined))}
        >
          {t("house.guide.later")}
        </Button>
      </footer>
    </div>
  );
}
