import "../../../i18n/setup";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import { paths, useDispositionSettings, useMayManage, useQueueNames, useWrite } from "../../../hooks/admin";
import { useDraft } from "../../../hooks/draft";
import { inReadingOrder, treeTroubles } from "../../../lib/admin/tree";
import type { DispositionSetting } from "../../../lib/admin/types";
import type { Named } from "../../../lib/contract";
import { Loaded } from "../Loaded";
import { Tree } from "./Tree";

export interface Results {
  items: DispositionSetting[];
}

export function Dispositions() {
  const { t } = useTranslation();
  return (
    <Loaded queries={[useDispositionSettings(), useQueueNames()]} back={{ to: "/admin", word: t("nav.admin") }}>
      {(items, queues) => <Form items={items} queues={queues} />}
    </Loaded>
  );
}

const troubles = (value: Results) => treeTroubles(value.items);

function Form({ items, queues }: { items: DispositionSetting[]; queues: readonly Named[] }) {
  const { t } = useTranslation();
  const write = useWrite();
  const manage = useMayManage();
  const saved = useMemo(() => ({ items: inReadingOrder(items) }), [items]);
  const draft = useDraft<Results>({
    saved,
    editable: manage,
    troubles,
    save: (value) =>
      write.replace(paths.dispositions, {
        items: value.items.map((item, position) => ({ ...item, label: item.label.trim(), position })),
      }),
  });
  return (
    <FormPage
      title={t("admin.area.dispositions")}
      aside={
        <History
          subject="dispositions:all"
          name={t("admin.area.dispositions")}
          act="dispositions.changed"
          dirty={draft.dirty}
          {...(manage ? { restoreTo: paths.dispositions } : {})}
        />
      }
      draft={draft}
      sections={[
        {
          id: "results",
          title: t("setup.results.title"),
          lead: t("setup.results.lead"),
          paths: ["items"],
          content: <Tree draft={draft} queues={queues} />,
        },
      ]}
    />
  );
}
