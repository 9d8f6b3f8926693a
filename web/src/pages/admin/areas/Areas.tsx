import { Button, TextInput } from "@mantine/core";
import { IconFlag, IconMoodEmpty, IconSearch } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import admin from "../../../components/admin/admin.module.css";
import { Empty } from "../../../components/Sentence";
import { may, useMe } from "../../../hooks/session";
import { useTitle } from "../../../hooks/title";
import type { Area } from "../../../lib/admin/areas";
import { ICONS } from "./icons";
import styles from "./areas.module.css";
import { grouped, useAreas } from "./useAreas";
import { useFinding } from "./useFinding";

/** What can be set up, in words and in groups: the first page, and on a telephone the way between the areas. */
export function Areas() {
  const { t } = useTranslation();
  const areas = useAreas();
  const finding = useFinding(areas);
  const search = useRef<HTMLInputElement>(null);
  const me = useMe();
  useTitle(t("nav.admin"));
  useEffect(() => {
    // On a telephone the keyboard would cover the list.
    if (matchMedia("(pointer: fine)").matches) search.current?.focus({ preventScroll: true });
  }, []);
  const best = finding.found[0];
  return (
    <div className={admin.area} onKeyDown={finding.onKeyDown}>
      <header className={admin.areaHead}>
        <div className="grow">
          <h1>{t("admin.title")}</h1>
          <p className="dim">{t("admin.lead")}</p>
        </div>
      </header>
      {areas.length === 0 ? (
        <p className="panel empty">{t("admin.find.nothing")}</p>
      ) : (
        <div className={styles.search}>
          <TextInput
            ref={search}
            type="search"
            aria-label={t("admin.find.label")}
            placeholder={t("admin.find.placeholder")}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={finding.words}
            onChange={finding.onType}
          />
          <span className="dim small" role="status">
            {finding.searching && best && t("admin.find.count", { count: finding.found.length, first: best.title })}
          </span>
        </div>
      )}
      {finding.searching && !best && (
        <div className="panel">
          <Empty icon={<IconMoodEmpty size={32} stroke={1.5} aria-hidden />} title={t("admin.find.none", { words: finding.words.trim() })}>
            <p>{t("admin.find.noneText")}</p>
            <Button variant="default" onClick={() => {
                finding.clear();
                search.current?.focus();
              }}>
              {t("admin.find.clear")}
            </Button>
          </Empty>
        </div>
      )}
      {finding.searching ? (
        <ul className={styles.cards}>
          {finding.found.map((area) => (
            <Card key={area.id} area={area} best={area === best} />
          ))}
        </ul>
      ) : (
        <>
          {may(me, "first_run.guide") && <Guide />}
          {grouped(areas).map(([group, found]) => (
            <section key={group} className={styles.group} aria-labelledby={`areas-${group}`}>
              <h2 id={`areas-${group}`}>{t(`admin.group.${group}`)}</h2>
              <ul className={styles.cards}>
                {found.map((area) => (
                  <Card key={area.id} area={area} best={false} />
                ))}
              </ul>
            </section>
          ))}
        </>
      )}
    </div>
  );
}

function Card({ area, best }: { area: Area; best: boolean }) {
  const Sign = ICONS[area.id];
  return (
    <li className={`panel ${styles.card ?? ""}`} data-best={best || undefined}>
      <Sign size={24} stroke={1.5} aria-hidden />
      <div>
        <Link className={admin.open ?? ""} to={`/admin/${area.id}`} data-area={area.id}>
          {area.title}
        </Link>
        <p className="dim small">{area.text}</p>
      </div>
    </li>
  );
}

function Guide() {
  const { t } = useTranslation();
  return (
    <ul className={styles.cards}>
      <li className="panel">
        <IconFlag size={24} stroke={1.5} aria-hidden />
        <div>
          <Link className={admin.open ?? ""} to="/setup">
            {t("admin.guide")}
          </Link>
          <p className="dim small">{t("admin.guideText")}</p>
        </div>
      </li>
    </ul>
  );
}
