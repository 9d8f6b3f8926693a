import "./mantine.css";
import "../../i18n/customers";
import { Route, Routes } from "react-router";
import { CustomerForm } from "./CustomerForm";
import { CustomerList } from "./CustomerList";
import { CustomerPage } from "./CustomerPage";
import { Import } from "./Import";
import { Duplicates, Merge } from "./Merge";
import { NewSegment, SegmentForm } from "./SegmentForm";
import { SegmentList } from "./SegmentList";

export default function Customers() {
  return (
    <Routes>
      <Route index element={<CustomerList />} />
      <Route path="new" element={<CustomerForm />} />
      <Route path="import" element={<Import />} />
      <Route path="segments" element={<SegmentList />} />
      <Route path="segments/new" element={<NewSegment />} />
      <Route path="segments/:id" element={<SegmentForm />} />
      <Route path="duplicates" element={<Duplicates />} />
      <Route path=":id" element={<CustomerPage />} />
      <Route path=":id/edit" element={<CustomerForm />} />
      <Route path=":id/merge/:other" element={<Merge />} />
    </Routes>
  );
}
