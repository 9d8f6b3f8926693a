import { lazy, Suspense, type ComponentType, type JSX } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "./Sentence";

/**
 * A part of a page whose code comes when it is first shown. Where that cannot be had, as after an update of the server, a
 * sentence stands in its place, and the rest of the page, perhaps with a call, goes on.
 */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): (props: Props) => JSX.Element {
  const Part = lazy(() =>
    load().then(
      (part) => ({ default: part }),
      () => ({ default: NotThere as ComponentType<Props> }),
    ),
  );
  return function Later(props: Props) {
    return (
      <Suspense fallback={null}>
        <Part {...props} />
      </Suspense>
    );
  };
}

function NotThere() {
  const { t } = useTranslation();
  return <Sentence tone="red">{t("error.part")}</Sentence>;
}
