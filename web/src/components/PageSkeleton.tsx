import { Loading } from "./Loading";

/** Stands in for a page while its code or its first answer is on the way. */
export function PageSkeleton() {
  return (
    <Loading bars={[{ height: 24, width: 180 }, 96, 240]} style={{ padding: 24 }} />
  );
}
