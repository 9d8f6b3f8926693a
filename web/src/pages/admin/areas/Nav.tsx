import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, useLocation } from "react-router";
import admin from "../../../components/admin/admin.module.css";
import type { Area } from "../../../lib/admin/areas";
import { ICONS } from "./icons";
import styles from "./areas.module.css";
import { grouped, useAreas } from "./useAreas";
import { useFinding } from "./useFinding";

/** The areas at the side, in groups, with a search that the first page has for itself. */
export function Nav({ search }: { search: boolean }) {
  const { t } = useTranslation();
  const areas = useAreas();
  const finding = useFinding(areas);
  const place = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    place.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: "nearest" });
  }, [pathname]);
  return (
    <nav ref={place} className={`${admin.areas ?? ""} ${styles.nav ?? ""}`} aria-label={t("admin.areas")}>
      <div onKeyDown={finding.onKeyDown}>
        <div className={styles.navHead}>
          <h2>{t("nav.admin")}</h2>
          {search && (
            <TextInput
              type="search"
              size="xs"
              aria-label={t("admin.find.label")}
              placeholder={t("admin.find.label")}
              leftSection={<IconSearch size={14} aria-hidden />}
              value={finding.words}
              onChange={finding.onType}
            />
          )}
        </div>
        {finding.searching ? (
          <>
            {finding.found.map((area, place) => (
              <One key={area.id} area={area} best={place === 0} />
            ))}
            <p className={`dim small ${styles.navSays ?? ""}`} role="status">
              {finding.found[0]
                ? t("admin.find.count", { count: finding.found.length, first: finding.found[0].title })
                : t("admin.find.none", { words: finding.words.trim() })}
            </p>
          </>
        ) : (
          grouped(areas).map(([group, found]) => (
            <div key={group} role="group" aria-label={t(`admin.group.${group}`)}>
              <p className={styles.navGroup} aria-hidden>
                {t(`admin.group.${group}`)}
              </p>
              {found.map((area) => (
                <One key={area.id} area={area} best={false} />
              ))}
            </div>
          ))
        )}
      </div>
    </nav>
  );
}

function One({ area, best }: { area: Area; best: boolean }) {
  const Sign = ICONS[area.id];
  return (
    <NavLink to={`/admin/${area.id}`} data-area={area.id} data-best={best || undefined}>
      <Sign size={18} aria-hidden />
      <span className="truncate">{area.title}</span>
    </NavLink>
  );
}
