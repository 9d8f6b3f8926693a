import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, useLocation } from "react-router";
import type { Area } from "../../../lib/admin/areas";
import { ICONS } from "./icons";
import styles from "./areas.module.css";
import { grouped, useAreas } from "./useAreas";
import { useFinding } from "./useFinding";

const HEAD_PX = 96;
const REST_PX = 16;

/** Brings the area that is open into view. Not by scrollIntoView, which would move the page as well. */
function reveal(list: HTMLElement) {
  const open = list.querySelector<HTMLElement>('[aria-current="page"]');
  if (!open) return;
  const [top, end] = [open.offsetTop, open.offsetTop + open.offsetHeight];
  if (top < list.scrollTop + HEAD_PX) list.scrollTop = top - HEAD_PX;
  else if (end > list.scrollTop + list.clientHeight) list.scrollTop = end + REST_PX - list.clientHeight;
}

/** The areas at the side, in groups, with a search that the first page has for itself. */
export function Nav({ search }: { search: boolean }) {
  const { t } = useTranslation();
  const areas = useAreas();
  const finding = useFinding(areas);
  const place = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    if (place.current) reveal(place.current);
  }, [pathname]);
  useEffect(() => {
    // As high as what scrolls: bars with notices come and go above it.
    const [list, around] = [place.current, document.getElementById("content")];
    if (!list || !around) return;
    const watch = new ResizeObserver(() => {
      list.style.setProperty("max-height", `${around.clientHeight}px`);
      reveal(list);
    });
    watch.observe(around);
    watch.observe(list);
    return () => watch.disconnect();
  }, []);
  return (
    <nav ref={place} className={`${styles.areas ?? ""} ${styles.nav ?? ""}`} aria-label={t("admin.areas")}>
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
