import { useTranslation } from "react-i18next";
import admin from "../../../../components/admin/admin.module.css";
import { ChoiceField, SeveralField } from "../../../../components/admin/Fields";
import { OrderedList } from "../../../../components/admin/OrderedList";
import { options } from "../../../../hooks/admin";
import { useMaySetUp, useOthers } from "../../../../hooks/ticket-setup";
import { useWebhooks } from "../../../../hooks/ticket-automation";
import { useChoices } from "../../../../hooks/tickets";
import { replaced } from "../../../../lib/admin/draft";
import { ACTIONS, ASSIGN, freshAction, HEARERS, SETTABLE, WATCHERS, type Action, type ActionKind, type AssignHow } from "../../../../lib/tickets/automation";
import { useConditionFields } from "../condition-fields";
import { useActionWords } from "./action-words";
import { TagsField } from "./TagsField";
import { TemplateField } from "./TemplateField";
import { ValueField } from "./ValueField";

interface ActionsProps {
  path: string;
  actions: readonly Action[];
  onChange: (actions: Action[]) => void;
  /** A rule of time stops no others, and a macro comes before none. */
  stops: boolean;
}

/** What a rule or a macro does, in its order. */
export function Actions({ path, actions, onChange, stops }: ActionsProps) {
  const { t } = useTranslation();
  const words = useActionWords();
  const hooks = useWebhooks(useMaySetUp()).data ?? [];
  const kinds = ACTIONS.filter((kind) => (kind !== "stop" || stops) && (kind !== "webhook" || hooks.length > 0));
  return (
    <OrderedList
      path={path}
      items={actions}
      onChange={onChange}
      sentence={words}
      editor={(action, index) => {
        const put = (next: Action) => onChange(replaced(actions, index, next));
        const offered: readonly ActionKind[] = kinds.includes(action.do) ? kinds : [...kinds, action.do];
        return (
          <div className="stack">
            <div className={admin.grid}>
              <ChoiceField
                path={`${path}.${index}.do`}
                label={t("ticketAutomation.action.kind")}
                value={action.do}
                options={offered.map((kind) => ({ value: kind, label: t(`ticketAutomation.action.${kind}`) }))}
                onChange={(kind) => kind && kind !== action.do && put(freshAction(kind as ActionKind))}
              />
              <Editor at={`${path}.${index}`} action={action} put={put} />
            </div>
            {(action.do === "say" || action.do === "notify") && <TemplateField path={`${path}.${index}.text`} label={t("ticketAutomation.action.text")} value={action.text} onChange={(text) => put({ ...action, text })} />}
          </div>
        );
      }}
      fresh={() => freshAction("set")}
      addWord={t("ticketAutomation.action.add")}
      empty={t("ticketAutomation.action.empty")}
      movable
    />
  );
}

interface EditorProps {
  at: string;
  action: Action;
  put: (action: Action) => void;
}

function Editor({ at, action, put }: EditorProps) {
  const { t } = useTranslation();
  const others = useOthers().data;
  const tags = useChoices().data?.tags ?? [];
  const hooks = useWebhooks(useMaySetUp()).data ?? [];
  switch (action.do) {
    case "set":
      return <SetEditor at={at} action={action} put={put} />;
    case "tags":
      return (
        <>
          <TagsField path={`${at}.add`} label={t("ticketAutomation.action.addTags")} known={tags} value={action.add} onChange={(add) => put({ ...action, add })} />
          <TagsField path={`${at}.remove`} label={t("ticketAutomation.action.removeTags")} known={tags} value={action.remove} onChange={(remove) => put({ ...action, remove })} />
        </>
      );
    case "assign":
      return (
        <>
          <ChoiceField
            path={`${at}.how`}
            label={t("ticketAutomation.action.how")}
            value={action.how}
            options={ASSIGN.map((how) => ({ value: how, label: t(`ticketAutomation.action.howOf.${how}`) }))}
            onChange={(how) => put({ ...action, how: (how ?? "turn") as AssignHow, user: null })}
          />
          {action.how === "user" && (
            <ChoiceField path={`${at}.user`} label={t("ticketAutomation.action.user")} value={action.user} options={options(others?.assignees)} onChange={(user) => put({ ...action, user })} />
          )}
          <ChoiceField
            path={`${at}.team`}
            label={t("ticketAutomation.action.team")}
            description={t("ticketAutomation.action.teamHint")}
            clearable
            value={action.team}
            options={options(others?.teams)}
            onChange={(team) => put({ ...action, team })}
          />
        </>
      );
    case "priority":
      return (
        <ChoiceField
          path={`${at}.way`}
          label={t("ticketAutomation.action.way")}
          value={action.way}
          options={(["raise", "lower"] as const).map((way) => ({ value: way, label: t(`ticketAutomation.action.${way}`) }))}
          onChange={(way) => put({ ...action, way: way === "lower" ? "lower" : "raise" })}
        />
      );
    case "say":
      return (
        <ChoiceField
          path={`${at}.kind`}
          label={t("ticketAutomation.action.to")}
          value={action.kind}
          options={(["public", "note"] as const).map((kind) => ({ value: kind, label: t(`ticketAutomation.action.toOf.${kind}`) }))}
          onChange={(kind) => put({ ...action, kind: kind === "public" ? "public" : "note" })}
        />
      );
    case "watch": {
      const people = [...WATCHERS.map((id) => ({ value: id, label: t(`ticketAutomation.action.userOf.${id}`) })), ...options(others?.people)];
      const gone = action.users.filter((id) => !people.some((each) => each.value === id)).map((id) => ({ value: id, label: id }));
      return <SeveralField path={`${at}.users`} label={t("ticketAutomation.action.users")} value={action.users} options={[...people, ...gone]} onChange={(users) => put({ ...action, users })} />;
    }
    case "notify": {
      const people = [...HEARERS.map((id) => ({ value: id, label: t(`ticketSetUp.policies.hearer.${id}`) })), ...options(others?.people)];
      const gone = action.users.filter((id) => !people.some((each) => each.value === id)).map((id) => ({ value: id, label: id }));
      return <SeveralField path={`${at}.users`} label={t("ticketAutomation.action.hearers")} value={action.users} options={[...people, ...gone]} onChange={(users) => put({ ...action, users })} />;
    }
    case "webhook":
      return (
        <ChoiceField
          path={`${at}.webhook`}
          label={t("ticketAutomation.action.hook")}
          value={action.webhook || null}
          options={hooks.length > 0 ? options(hooks) : [{ value: action.webhook, label: action.webhook }]}
          onChange={(webhook) => put({ ...action, webhook: webhook ?? "" })}
        />
      );
    case "stop":
      return null;
  }
}

function SetEditor({ at, action, put }: { at: string; action: Extract<Action, { do: "set" }>; put: (action: Action) => void }) {
  const { t } = useTranslation();
  const fields = useConditionFields().filter((each) => (SETTABLE as readonly string[]).includes(each.field) || each.field.startsWith("fields."));
  const field = fields.find((each) => each.field === action.field) ?? { field: action.field, label: action.field, kind: "text" as const };
  const known = fields.some((each) => each.field === action.field);
  return (
    <>
      <ChoiceField
        path={`${at}.field`}
        label={t("ticketAutomation.action.field")}
        value={action.field}
        options={[...fields.map((each) => ({ value: each.field, label: each.label })), ...(known ? [] : [{ value: action.field, label: action.field }])]}
        onChange={(chosen) => chosen && chosen !== action.field && put({ do: "set", field: chosen, value: null })}
      />
      <ValueField path={`${at}.value`} label={t("ticketAutomation.action.value")} field={field} value={action.value} nothing={t("ticketAutomation.action.nothing")} onChange={(value) => put({ ...action, value })} />
    </>
  );
}
